/** Mandates folded from their events and kept at hand, by the projection and by the queries alike; one that fell out is folded again. */
import type { DecisionEvent } from '#mandate/events.js';
import { decisionOf, endsDecision } from '#mandate/events.js';
import { emptyHistory, fold, foldNext } from '#mandate/history.js';
import type { Mandate } from '#mandate/mandate.js';
import { unopened } from '#mandate/mandate.js';
import { LRUCache } from 'lru-cache';
import type { EventsView, MandateEvent } from './events.view.js';

const KEPT_MANDATES = 20_000;

export interface FoldedMandate {
  /** After its whole decisions alone: nobody sees half of one. */
  readonly mandate: Mandate;
  /** Of the last event in it; -1 before the first whole decision. */
  readonly revision: number;
  /** Events of a decision whose last one has not come yet: a batch may end inside it. */
  readonly open: readonly DecisionEvent[];
}

/** One mandate's events from the first on, folded. With `halves`, the effects of an unfinished decision that are there count as well. */
export function foldEvents(mandateId: string, events: readonly MandateEvent[], { halves = false } = {}): FoldedMandate {
  let history = emptyHistory(mandateId);
  let revision = -1;
  let open: DecisionEvent[] = [];
  for (const event of events) {
    open.push(event);
    if (!endsDecision(event) && !(halves && event === events.at(-1))) continue;
    history = fold(history, decisionOf(open));
    revision = event.revision;
    open = [];
  }
  return { mandate: history.mandate, revision, open };
}

export class FoldedMandates {
  private readonly kept = new LRUCache<string, FoldedMandate>({ max: KEPT_MANDATES });
  /** Those of the batch that is being projected. */
  private readonly changed = new Map<string, FoldedMandate>();

  constructor(private readonly events: EventsView) {}

  /** The mandate after all its projected events; null where the first decision has not come, or not wholly. */
  get(mandateId: string): FoldedMandate | null {
    let folded = this.kept.get(mandateId);
    if (folded === undefined) {
      folded = this.foldAgain(mandateId);
      if (folded.revision >= 0) this.kept.set(mandateId, folded);
    }
    return folded.revision < 0 ? null : folded;
  }

  /** Folds in the event whose row has just been written. */
  take(mandateId: string, event: MandateEvent): void {
    const before = this.changed.get(mandateId) ?? (event.revision === 0 ? unfolded(mandateId) : this.kept.get(mandateId));
    const after = before === undefined ? null : next(before, event);
    this.changed.set(mandateId, after ?? this.foldAgain(mandateId));
  }

  /** Ends the batch: its mandates are those that are asked for from now on. */
  settle(): readonly string[] {
    const ids = [...this.changed.keys()];
    for (const [mandateId, folded] of this.changed) this.kept.set(mandateId, folded);
    this.changed.clear();
    return ids;
  }

  /** To be folded again from what is stored: the batch that changed them was undone. */
  clear(): void {
    this.changed.clear();
    this.kept.clear();
  }

  private foldAgain(mandateId: string): FoldedMandate {
    return foldEvents(mandateId, this.events.ofMandate(mandateId, 0));
  }
}

const unfolded = (mandateId: string): FoldedMandate => ({ mandate: unopened(mandateId), revision: -1, open: [] });

/** Null where the event ends a decision that was recorded late. */
function next({ mandate, revision, open }: FoldedMandate, event: MandateEvent): FoldedMandate | null {
  const events = open.length === 0 ? [event] : [...open, event];
  if (!endsDecision(event)) return { mandate, revision, open: events };
  const folded = foldNext(mandate, decisionOf(events));
  return folded === null ? null : { mandate: folded, revision: event.revision, open: [] };
}
