/** What the cabinet promises to look at again, and the rights that it keeps (docs/domain.md). */
import { nameOf } from '../mandate.js';
import { Refusal } from '../refusal.js';
import type { TermDate } from '../term-date.js';
import { defineEffect } from './effect.js';

export interface ScheduleReview {
  readonly type: 'schedule-review';
  readonly reviewId: string;
  /** What sets the review off, in words. */
  readonly trigger: string;
  readonly dueBy?: TermDate;
}
export interface HoldReview {
  readonly type: 'hold-review';
  readonly reviewId: string;
  readonly outcome: string;
}
export interface Reserve {
  readonly type: 'reserve';
  readonly right: string;
}

export const reviewEffects = [
  defineEffect<ScheduleReview>()({
    type: 'schedule-review',
    event: 'ReviewScheduled',
    words: ({ reviewId, dueBy, trigger }) =>
      `scheduled the review ${reviewId}${dueBy === undefined ? '' : `, due by ${dueBy}`}: ${trigger}`,
    check: (mandate, { reviewId }) =>
      mandate.reviews.some((review) => review.reviewId === reviewId)
        ? new Refusal(
            'id-in-use',
            `${nameOf(mandate)} already has a review ${reviewId}. Choose another reviewId.`,
            'reviewId',
          )
        : undefined,
    apply: (mandate, { reviewId, trigger, dueBy = null }, { decidedOn = null }) => ({
      ...mandate,
      reviews: [...mandate.reviews, { reviewId, trigger, dueBy, scheduledOn: decidedOn, heldOn: null, outcome: null }],
    }),
  }),
  defineEffect<HoldReview>()({
    type: 'hold-review',
    event: 'ReviewHeld',
    words: ({ reviewId, outcome }) => `held the review ${reviewId}: ${outcome}`,
    check(mandate, { reviewId }) {
      const review = mandate.reviews.find((each) => each.reviewId === reviewId);
      if (review !== undefined && review.outcome === null) return undefined;
      return new Refusal(
        'review-unknown',
        review === undefined
          ? `${nameOf(mandate)} has no review ${reviewId} on that date. Record the schedule-review effect first, or ` +
              'check the id.'
          : `Review ${reviewId} was held on ${review.heldOn} already. Schedule a new one under another id.`,
        'reviewId',
      );
    },
    apply: (mandate, { reviewId, outcome }, { decidedOn = null }) => ({
      ...mandate,
      reviews: mandate.reviews.map((review) =>
        review.reviewId === reviewId ? { ...review, outcome, heldOn: decidedOn } : review,
      ),
    }),
  }),
  defineEffect<Reserve>()({
    type: 'reserve',
    event: 'RightReserved',
    words: ({ right }) => `reserved the right: ${right}`,
    check: () => undefined,
    apply: (mandate, { right }, { decidedOn = null }) => ({
      ...mandate,
      reservations: [...mandate.reservations, { right, reservedOn: decidedOn }],
    }),
  }),
] as const;
