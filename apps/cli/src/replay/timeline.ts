/** The history of mandates from the log alone, without views: each decision and repair, in recorded order, with what the ledger held once it was recorded. */
import type { RecordedEvent } from '#event-log/event-log.js';
import type { Source } from '#mandate/decision.js';
import { decisionDay } from '#mandate/effects/authority.js';
import { endsDecision, mandateOfStream, recordedOf } from '#mandate/events.js';
import type { History } from '#mandate/history.js';
import { emptyHistory, fold, takenBy } from '#mandate/history.js';
import type { Recorded } from '#mandate/repair.js';
import { Repairs, isRepair } from '#mandate/repair.js';
import type { Day } from '#mandate/term-date.js';
import { BEGINNING } from '#mandate/term-date.js';
import type { State } from './words.js';
import { stateOn, wordsOf } from './words.js';

export interface Entry {
  readonly mandateId: string;
  /** Of its last event. */
  readonly revision: number;
  readonly position: string;
  readonly decisionId: string;
  readonly kind: 'decision' | 'repair';
  /** Of a repair, the day of the decision that it is about; null for one of an unknown earlier day. */
  readonly decidedOn: Day | null;
  readonly recordedAt: string | null;
  readonly recordedBy: string | null;
  /** Null for a repair that names none. */
  readonly source: Source | null;
  readonly did: string;
  /** On the day of the decision, by all that was recorded so far; null once every decision is annulled. */
  readonly state: State | null;
}

/** Takes the events of mandates in log order; holds what was recorded of each mandate. */
export class Timeline {
  private readonly histories = new Map<string, History>();
  private readonly open = new Map<string, RecordedEvent[]>();

  /** @param until decisions of later days are left out, and count for nothing; null where all count */
  constructor(private readonly until: Day | null) {}

  /** What a whole decision or repair tells, once its last event has come; null otherwise. */
  next(event: RecordedEvent): Entry | null {
    const mandateId = mandateOfStream(event.stream);
    if (mandateId === null) return null;
    const events = [...(this.open.get(mandateId) ?? []), event];
    if (!endsDecision(event)) {
      this.open.set(mandateId, events);
      return null;
    }
    this.open.delete(mandateId);
    return this.entry(mandateId, events);
  }

  /** Decisions of which the last event did not come: those that a revision or a position cuts in two. */
  cut(): Entry[] {
    const entries = [...this.open].map(([mandateId, events]) => this.entry(mandateId, events));
    this.open.clear();
    return entries.filter((entry) => entry !== null);
  }

  private entry(mandateId: string, events: readonly RecordedEvent[]): Entry | null {
    const recorded = recordedOf(events);
    const history = fold(this.histories.get(mandateId) ?? emptyHistory(mandateId), recorded);
    this.histories.set(mandateId, history);
    const day = dayOf(history, recorded);
    if (this.until !== null && day > this.until) return null;
    const { mandate, decisions } = this.until === null ? history : takenBy(history, this.until);
    const { revision, position, metadata } = events.at(-1)!;
    return {
      mandateId,
      revision,
      position,
      decisionId: recorded.decisionId,
      kind: isRepair(recorded) ? 'repair' : 'decision',
      decidedOn: day === BEGINNING ? null : day,
      recordedAt: textOf(metadata['recordedAt']),
      recordedBy: textOf(metadata['recordedBy']),
      source: sourceOf(recorded),
      did: wordsOf(recorded),
      state: decisions.length === 0 ? null : stateOn(mandate, day),
    };
  }
}

/** A repair is of the day of what it repairs, as that was corrected. */
function dayOf({ recorded: all }: History, recorded: Recorded): Day {
  const repairs = new Repairs(all);
  const root = repairs.rootOf(recorded);
  return root === undefined ? BEGINNING : decisionDay(isRepair(recorded) ? repairs.corrected(root) : root);
}

const sourceOf = (recorded: Recorded): Source | null =>
  isRepair(recorded) ? (('replacement' in recorded ? recorded.replacement.source : undefined) ?? null) : recorded.source;

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
