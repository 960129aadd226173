/** Mandates folded from their events and kept at hand, by the projection and by the queries alike; one that fell out is folded again. */
import type { DecisionEvent } from '#mandate/events.js';
import { decisionOf, endsDecision } from '#mandate/events.js';
import type { History } from '#mandate/history.js';
import { emptyHistory, fold } from '#mandate/history.js';
import { LRUCache } from 'lru-cache';
import type { EventsView, MandateEvent } from './events.view.js';

/** A folded decision weighs about 1 KiB in memory. */
const KEPT_DECISIONS = 50_000;

export interface FoldedMandate {
  /** Whole decisions alone: nobody sees half of one. */
  readonly history: History;
  /** Of the last event in it; -1 before the first whole decision. */
  readonly revision: number;
  /** Events of a decision whose last one has not come yet: a batch may end inside it. */
  readonly open: readonly DecisionEvent[];
}

const unfolded = (mandateId: string): FoldedMandate => ({ history: emptyHistory(mandateId), revision: -1, open: [] });

function take({ history, revision, open }: FoldedMandate, event: MandateEvent): FoldedMandate {
  if (!endsDecision(event)) return { history, revision, open: [...open, event] };
  return { history: fold(history, decisionOf([...open, event])), revision: event.revision, open: [] };
}

/** One mandate's events from the first on, folded. */
export const foldEvents = (mandateId: string, events: readonly MandateEvent[]): FoldedMandate => events.reduce(take, unfolded(mandateId));

export class FoldedMandates {
  private readonly kept = new LRUCache<string, FoldedMandate>({
    maxSize: KEPT_DECISIONS,
    sizeCalculation: ({ history }) => 1 + history.decisions.length,
  });

  constructor(private readonly events: EventsView) {}

  /** The mandate after all its projected events; null where the first decision has not come, or not wholly. */
  get(mandateId: string): FoldedMandate | null {
    const folded = this.kept.get(mandateId) ?? this.fold(mandateId);
    return folded.revision < 0 ? null : folded;
  }

  /** Folds in the event that has just been projected. */
  take(mandateId: string, event: MandateEvent): void {
    const before = event.revision === 0 ? unfolded(mandateId) : this.kept.get(mandateId);
    if (before === undefined) this.fold(mandateId);
    else this.kept.set(mandateId, take(before, event));
  }

  /** To be folded again from what is stored: the batch that changed them was undone. */
  clear(): void {
    this.kept.clear();
  }

  private fold(mandateId: string): FoldedMandate {
    const folded = foldEvents(mandateId, this.events.ofMandate(mandateId, 0));
    if (folded.revision >= 0 || folded.open.length > 0) this.kept.set(mandateId, folded);
    return folded;
  }
}
