/**
 * The history of mandates from the log alone, without views: each decision and repair, in recorded order, with what the
 * ledger held once it was recorded.
 */
import type { EventLog, RecordedEvent } from '#event-log';
import type { Day, Mandate, Recorded, Source } from '#mandate';
import {
  BEGINNING,
  decisionDay,
  endsDecision,
  foldAll,
  foldNext,
  isRepair,
  mandateOfStream,
  mandateStream,
  recordedOf,
  Repairs,
  takenBy,
  unopened,
} from '#mandate';
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

/**
 * Takes the events of mandates in log order. It holds the state of each mandate, and the events of decisions of which
 * the last has not come. For a repair, or
 * a decision that was recorded late, the stream of the mandate is read again up to there: these alone cost as much as
 * all that came before them.
 */
export class Timeline {
  private readonly mandates = new Map<string, Mandate>();
  private readonly open = new Map<string, RecordedEvent[]>();

  /** @param until decisions of later days are left out, and count for nothing; null where all count */
  constructor(
    private readonly log: Pick<EventLog, 'readStream'>,
    private readonly until: Day | null,
  ) {}

  /** What a whole decision or repair tells, once its last event has come; null otherwise. */
  async next(event: RecordedEvent): Promise<Entry | null> {
    const mandateId = mandateOfStream(event.stream);
    if (mandateId === null) return null;
    const events = this.open.get(mandateId) ?? [];
    events.push(event);
    this.open.set(mandateId, events);
    if (!endsDecision(event)) return null;
    this.open.delete(mandateId);
    return this.entry(mandateId, events);
  }

  /** Decisions of which the last event did not come: those that a revision or a position cuts in two. */
  async cut(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const [mandateId, events] of this.open) {
      const entry = await this.entry(mandateId, events);
      if (entry !== null) entries.push(entry);
    }
    this.open.clear();
    return entries;
  }

  private async entry(mandateId: string, events: readonly RecordedEvent[]): Promise<Entry | null> {
    const recorded = recordedOf(events);
    if (!isRepair(recorded) && this.isLeftOut(decisionDay(recorded))) return null;
    const next = foldNext(this.mandates.get(mandateId) ?? unopened(mandateId), recorded);
    const history = next === null ? [...(await this.before(mandateId, events[0]!.revision)), recorded] : [recorded];
    const mandate = next ?? this.stateAfter(mandateId, history);
    this.mandates.set(mandateId, mandate);
    const day = dayOf(history, recorded);
    if (this.isLeftOut(day)) return null;
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
      state: mandate.lastDecision === null ? null : stateOn(mandate, day),
    };
  }

  private isLeftOut(day: Day): boolean {
    return this.until !== null && day > this.until;
  }

  /** What was recorded of the mandate before a revision. */
  private async before(mandateId: string, revision: number): Promise<Recorded[]> {
    const all: Recorded[] = [];
    let open: RecordedEvent[] = [];
    for await (const page of this.log.readStream(mandateStream(mandateId), { limit: revision }))
      for (const event of page) {
        open.push(event);
        if (!endsDecision(event)) continue;
        all.push(recordedOf(open));
        open = [];
      }
    return all;
  }

  private stateAfter(mandateId: string, recorded: readonly Recorded[]): Mandate {
    const history = foldAll(mandateId, recorded);
    return (this.until === null ? history : takenBy(history, this.until)).mandate;
  }
}

/** A repair is of the day of what it repairs, as that was corrected. */
function dayOf(history: readonly Recorded[], recorded: Recorded): Day {
  if (!isRepair(recorded)) return decisionDay(recorded);
  const repairs = new Repairs(history);
  const root = repairs.rootOf(recorded);
  return root === undefined ? BEGINNING : decisionDay(repairs.corrected(root));
}

const sourceOf = (recorded: Recorded): Source | null =>
  isRepair(recorded)
    ? (('replacement' in recorded ? recorded.replacement.source : undefined) ?? null)
    : recorded.source;

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
