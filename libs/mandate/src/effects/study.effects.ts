/** What is not decided yet, or decided against: studies, intentions, declined requests (docs/domain.md). */
import type { Mandate, Target } from '../mandate.js';
import { nameOf } from '../mandate.js';
import { Refusal } from '../refusal.js';
import { defineEffect } from './effect.js';

export interface OpenStudy {
  readonly type: 'study';
  readonly studyId: string;
  readonly subject: string;
  readonly target?: Target;
  readonly notified?: boolean;
}
export interface ConcludeStudy {
  readonly type: 'conclude-study';
  readonly studyId: string;
  readonly outcome: 'adopted' | 'dropped';
}
export interface Intend {
  readonly type: 'intend';
  readonly intentionId: string;
  readonly subject: string;
  readonly target?: Target;
}
export interface ConcludeIntention {
  readonly type: 'conclude-intention';
  readonly intentionId: string;
  readonly outcome: 'carried-out' | 'dropped';
}
export interface Decline {
  readonly type: 'decline';
  readonly subject: string;
  readonly requestedBy?: string;
}

const inUse = (mandate: Mandate, field: string, id: string): Refusal =>
  new Refusal('id-in-use', `${nameOf(mandate)} already has ${id}. Choose another ${field}.`, field);

/** Names the mandate by its first subject for as long as nothing is authorised. */
const withSubject = (mandate: Mandate, subject: string, target?: Target): Mandate => ({
  ...mandate,
  subject: mandate.subject ?? subject,
  subjectMissions: mandate.subjectMissions.length > 0 ? mandate.subjectMissions : (target?.missions ?? []),
});

export const studyEffects = [
  defineEffect<OpenStudy>()({
    type: 'study',
    event: 'StudyOpened',
    words: ({ studyId, subject }) => `opened the study ${studyId}: ${subject}`,
    opens: true,
    check: (mandate, { studyId }) =>
      mandate.studies.some((study) => study.studyId === studyId) ? inUse(mandate, 'studyId', studyId) : undefined,
    apply: (mandate, { studyId, subject, target, notified = false }, { decidedOn = null }) => ({
      ...withSubject(mandate, subject, target),
      studies: [
        ...mandate.studies,
        { studyId, subject, target: target ?? null, notified, openedOn: decidedOn, concludedOn: null, outcome: null },
      ],
    }),
  }),
  defineEffect<ConcludeStudy>()({
    type: 'conclude-study',
    event: 'StudyConcluded',
    words: ({ studyId, outcome }) => `concluded the study ${studyId}: ${outcome}`,
    check(mandate, { studyId }) {
      const study = mandate.studies.find((each) => each.studyId === studyId);
      if (study === undefined)
        return new Refusal(
          'study-unknown',
          `${nameOf(mandate)} has no study ${studyId} on that date. Record the study effect first, or check the id.`,
          'studyId',
        );
      if (study.outcome === null) return undefined;
      return new Refusal(
        'study-concluded',
        `Study ${studyId} was concluded on ${study.concludedOn}: ${study.outcome}. Open a new study under another id.`,
        'studyId',
      );
    },
    apply: (mandate, { studyId, outcome }, { decidedOn = null }) => ({
      ...mandate,
      studies: mandate.studies.map((study) =>
        study.studyId === studyId ? { ...study, outcome, concludedOn: decidedOn } : study,
      ),
    }),
  }),
  defineEffect<Intend>()({
    type: 'intend',
    event: 'IntentionDeclared',
    words: ({ intentionId, subject }) => `declared the intention ${intentionId}: ${subject}`,
    opens: true,
    check: (mandate, { intentionId }) =>
      mandate.intentions.some((each) => each.intentionId === intentionId)
        ? inUse(mandate, 'intentionId', intentionId)
        : undefined,
    apply: (mandate, { intentionId, subject, target }, { decidedOn = null }) => ({
      ...withSubject(mandate, subject, target),
      intentions: [
        ...mandate.intentions,
        { intentionId, subject, target: target ?? null, declaredOn: decidedOn, concludedOn: null, outcome: null },
      ],
    }),
  }),
  defineEffect<ConcludeIntention>()({
    type: 'conclude-intention',
    event: 'IntentionConcluded',
    words: ({ intentionId, outcome }) => `concluded the intention ${intentionId}: ${outcome}`,
    check(mandate, { intentionId }) {
      const intention = mandate.intentions.find((each) => each.intentionId === intentionId);
      if (intention === undefined)
        return new Refusal(
          'intention-unknown',
          `${nameOf(mandate)} has no intention ${intentionId} on that date. Record the intend effect first, or ` +
            'check the id.',
          'intentionId',
        );
      if (intention.outcome === null) return undefined;
      return new Refusal(
        'intention-concluded',
        `Intention ${intentionId} was concluded on ${intention.concludedOn}: ${intention.outcome}. Declare a new ` +
          'one under another id.',
        'intentionId',
      );
    },
    apply: (mandate, { intentionId, outcome }, { decidedOn = null }) => ({
      ...mandate,
      intentions: mandate.intentions.map((each) =>
        each.intentionId === intentionId ? { ...each, outcome, concludedOn: decidedOn } : each,
      ),
    }),
  }),
  defineEffect<Decline>()({
    type: 'decline',
    event: 'ContributionDeclined',
    words: ({ subject, requestedBy }) =>
      `declined: ${subject}${requestedBy === undefined ? '' : `, requested by ${requestedBy}`}`,
    opens: true,
    check: () => undefined,
    apply: (mandate, { subject, requestedBy = null }, { decidedOn = null }) => ({
      ...withSubject(mandate, subject),
      declined: [...mandate.declined, { subject, requestedBy, declinedOn: decidedOn }],
    }),
  }),
] as const;
