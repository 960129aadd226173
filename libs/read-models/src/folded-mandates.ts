/** Mandates folded from their events and kept at hand; one that fell out is folded again. */
import type { DecisionEvent } from '#mandate/events.js';
import { decisionOf, endsDecision } from '#mandate/events.js';
import { emptyHistory, fold, foldNext } from '#mandate/history.js';
import type { Mandate } from '#mandate/mandate.js';
import { unopened } from '#mandate/mandate.js';
import { LRUCache } from 'lru-cache';
import type { EventsView, MandateEvent } from './events.view.js';

const KEPT_MANDATES = 2000;

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

const unfolded = (mandateId: string): FoldedMandate => ({ mandate: unopened(mandateId), revision: -1, open: [] });

/** Null where the event ends a decision that was recorded late. */
function next({ mandate, revision, open }: FoldedMandate, event: MandateEvent): FoldedMandate | null {
  const events = open.length === 0 ? [event] : [...open, event];
  if (!endsDecision(event)) return { mandate, revision, open: events };
  const folded = foldNext(mandate, decisionOf(events));
  return folded === null ? null : { mandate: folded, revision: event.revision, open: [] };
}

const foldAgain = (mandateId: string, events: EventsView): FoldedMandate => foldEvents(mandateId, events.ofMandate(mandateId, 0));

/** For the projection, which is given every event. */
export class ProjectedMandates {
  private readonly kept = new LRUCache<string, FoldedMandate>({ max: KEPT_MANDATES });
  /** Those of the batch that is being projected. */
  private readonly changed = new Map<string, FoldedMandate>();

  constructor(private readonly events: EventsView) {}

  /** Folds in the event whose row has just been written. */
  take(mandateId: string, event: MandateEvent): void {
    const before = this.changed.get(mandateId) ?? (event.revision === 0 ? unfolded(mandateId) : this.kept.get(mandateId));
    const after = before === undefined ? null : next(before, event);
    this.changed.set(mandateId, after ?? foldAgain(mandateId, this.events));
  }

  /** Ends the batch: the mandates that it changed, and those asked for by name. */
  settle(others: Iterable<string>): FoldedMandate[] {
    const settled = new Map(this.changed);
    for (const [mandateId, folded] of this.changed) this.kept.set(mandateId, folded);
    this.changed.clear();
    for (const mandateId of others)
      if (!settled.has(mandateId)) settled.set(mandateId, this.kept.get(mandateId) ?? foldAgain(mandateId, this.events));
    return [...settled.values()].filter(({ revision }) => revision >= 0);
  }

  /** To be folded again from what is stored: the batch that changed them was undone. */
  clear(): void {
    this.changed.clear();
    this.kept.clear();
  }
}

/** For the queries, which look whether events have come since. */
export class KeptMandates {
  private readonly kept = new LRUCache<string, { readonly folded: FoldedMandate; readonly size: number }>({ max: KEPT_MANDATES });

  constructor(private readonly events: EventsView) {}

  /**
   * The mandate after all its events in views of that size; null where the first decision has not come, or not wholly.
   * It stays the same object for as long as nothing was decided on it.
   */
  get(mandateId: string, size: number): FoldedMandate | null {
    const kept = this.kept.get(mandateId);
    const folded =
      kept === undefined ? foldAgain(mandateId, this.events) : kept.size === size ? kept.folded : this.goOn(mandateId, kept.folded);
    if (folded.revision < 0) return null;
    if (kept?.size !== size) this.kept.set(mandateId, { folded, size });
    return folded;
  }

  private goOn(mandateId: string, before: FoldedMandate): FoldedMandate {
    let folded: FoldedMandate | null = before;
    for (const event of this.events.ofMandate(mandateId, before.revision + before.open.length + 1)) {
      folded = next(folded, event);
      if (folded === null) return foldAgain(mandateId, this.events);
    }
    return folded;
  }
}
