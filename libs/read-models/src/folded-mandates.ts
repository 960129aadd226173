/** Mandates folded from their events and kept at hand; one that fell out is folded again. */
import type { Day, DecisionEvent, History, Mandate } from '#mandate';
import { decidedBy, emptyHistory, endsDecision, fold, foldNext, recordedOf, takenBy, unopened } from '#mandate';
import { LRUCache } from 'lru-cache';
import type { EventsView, MandateEvent } from './events.view.js';
import { MANDATES_AT_HAND } from './view.js';

const KEPT_MANDATES = 1000;
/** States of before. */
const KEPT_PAST = 2000;

export interface FoldedMandate {
  /** After its whole decisions alone: nobody sees half of one. */
  readonly mandate: Mandate;
  /** Of the last event in it; -1 before the first whole decision. */
  readonly revision: number;
  /** Events of a decision whose last one has not come yet: a batch may end inside it. */
  readonly open: readonly DecisionEvent[];
}

interface FoldedHistory {
  readonly history: History;
  readonly revision: number;
  readonly open: readonly DecisionEvent[];
}

/**
 * One mandate's events from the first on, folded. With `halves`, the effects of an unfinished decision that are there
 * count as well.
 */
export function foldHistory(
  mandateId: string,
  events: readonly MandateEvent[],
  { halves = false } = {},
): FoldedHistory {
  let history = emptyHistory(mandateId);
  let revision = -1;
  let open: DecisionEvent[] = [];
  for (const event of events) {
    open.push(event);
    if (!endsDecision(event) && !(halves && event === events.at(-1))) continue;
    history = fold(history, recordedOf(open));
    revision = event.revision;
    open = [];
  }
  return { history, revision, open };
}

/** As it was decided by a day; null before the first decision, or where every one of them was annulled. */
export function heldBy({ history, revision }: FoldedHistory, day: Day | null): FoldedMandate | null {
  const mandate = day === null ? history.mandate : decidedBy(history, day);
  return mandate === null || mandate.lastDecision === null ? null : { mandate, revision, open: [] };
}

const unfolded = (mandateId: string): FoldedMandate => ({ mandate: unopened(mandateId), revision: -1, open: [] });

/** Null where the event ends a decision that was recorded late, or a repair. */
function next({ mandate, revision, open }: FoldedMandate, event: MandateEvent): FoldedMandate | null {
  const events = open.length === 0 ? [event] : [...open, event];
  if (!endsDecision(event)) return { mandate, revision, open: events };
  const folded = foldNext(mandate, recordedOf(events));
  return folded === null ? null : { mandate: folded, revision: event.revision, open: [] };
}

const folded = ({ history, revision, open }: FoldedHistory): FoldedMandate => ({
  mandate: history.mandate,
  revision,
  open,
});

const foldAgain = (mandateId: string, events: EventsView): FoldedHistory =>
  foldHistory(mandateId, events.ofMandate(mandateId, 0));

/** For the projection, which is given every event. */
export class ProjectedMandates {
  private readonly kept = new LRUCache<string, FoldedMandate>({ max: MANDATES_AT_HAND });

  constructor(private readonly events: EventsView) {}

  /**
   * Folds in the event whose row has just been written.
   * @returns the mandate; and its history where the event ended a decision that was recorded late, or a repair, so that
   * earlier states have changed as well
   */
  take(mandateId: string, event: MandateEvent): FoldedMandate & { readonly changed: History | null } {
    const before = event.revision === 0 ? unfolded(mandateId) : this.kept.get(mandateId);
    const after = before && next(before, event);
    if (after != null) {
      this.kept.set(mandateId, after);
      return { ...after, changed: null };
    }
    const again = foldAgain(mandateId, this.events);
    this.kept.set(mandateId, folded(again));
    return { ...folded(again), changed: again.history };
  }

  get(mandateId: string): FoldedMandate {
    return this.kept.get(mandateId) ?? folded(foldAgain(mandateId, this.events));
  }

  /** To be folded again from what is stored: the batch that changed them was undone. */
  clear(): void {
    this.kept.clear();
  }
}

/** For the queries, which look whether events have come since. */
export class KeptMandates {
  private readonly kept = new LRUCache<string, { readonly folded: FoldedMandate; readonly size: number }>({
    max: KEPT_MANDATES,
  });
  /** By id, last revision that is known, and the day by which it was decided. */
  private readonly past = new LRUCache<string, { readonly folded: FoldedMandate | null }>({ max: KEPT_PAST });

  constructor(private readonly events: EventsView) {}

  /**
   * The mandate after all its events in views of that size; null where no decision counts, or the first has not come
   * wholly.
   * It stays the same object for as long as nothing was decided on it.
   */
  get(mandateId: string, sizeNow: number): FoldedMandate | null {
    const kept = this.kept.get(mandateId);
    const now =
      kept === undefined
        ? folded(foldAgain(mandateId, this.events))
        : kept.size === sizeNow
          ? kept.folded
          : this.goOn(mandateId, kept.folded);
    if (now.revision < 0) return null;
    if (kept?.size !== sizeNow) this.kept.set(mandateId, { folded: now, size: sizeNow });
    return now.mandate.lastDecision === null ? null : now;
  }

  /** The same by the first events of the log alone, and by the decisions taken up to a day. */
  at(mandateId: string, size: number, day: Day | null, sizeNow: number): FoldedMandate | null {
    const now = this.get(mandateId, sizeNow);
    if (now === null && size === sizeNow) return null;
    const revision = now !== null && size === sizeNow ? now.revision : this.events.revisionAt(mandateId, size);
    if (
      now !== null &&
      revision >= now.revision &&
      (day === null || (now.mandate.lastDecision!.decidedOn ?? '') <= day)
    )
      return now;
    if (revision < 0) return null;
    const key = `${mandateId} ${Math.min(revision, now?.revision ?? revision)} ${day ?? ''}`;
    let past = this.past.get(key);
    if (past === undefined) {
      past = { folded: heldBy(foldHistory(mandateId, this.events.ofMandate(mandateId, 0, revision)), day) };
      this.past.set(key, past);
    }
    return past.folded;
  }

  /** The decisions themselves, as they count at those times, and what they leave. Folded each time. */
  history(mandateId: string, size: number, day: Day | null): History {
    const { history } = foldHistory(
      mandateId,
      this.events.ofMandate(mandateId, 0, this.events.revisionAt(mandateId, size)),
    );
    return day === null ? history : takenBy(history, day);
  }

  private goOn(mandateId: string, before: FoldedMandate): FoldedMandate {
    let after: FoldedMandate | null = before;
    for (const event of this.events.ofMandate(mandateId, before.revision + before.open.length + 1)) {
      after = next(after, event);
      if (after === null) return folded(foldAgain(mandateId, this.events));
    }
    return after;
  }
}
