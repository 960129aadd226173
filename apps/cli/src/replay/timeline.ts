/**
 * The history of mandates, read from the log without views. It lists each decision and repair in recorded order, with
 * the mandate's state after it.
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
  /** Revision of its last event. */
  readonly revision: number;
  readonly position: string;
  readonly decisionId: string;
  readonly kind: 'decision' | 'repair';
  /** The day of the decision; for a repair, of the decision that it repairs. Null for an unknown earlier day. */
  readonly decidedOn: Day | null;
  readonly recordedAt: string | null;
  readonly recordedBy: string | null;
  /** Null for a repair that names no source. */
  readonly source: Source | null;
  readonly did: string;
  /** The state on the day of the decision, from everything recorded so far. Null once every decision is annulled. */
  readonly state: State | null;
}

/**
 * Takes the events of mandates in log order. It keeps the state of each mandate, and the events of each decision that
 * is not complete yet. For a repair, or a decision that was recorded late, it reads the mandate's stream again up to
 * there. Only these two cost as much as everything recorded before them.
 */
export class Timeline {
  private readonly mandates = new Map<string, Mandate>();
  private readonly open = new Map<string, RecordedEvent[]>();

  /** @param until later decisions are left out, and have no effect; null counts all */
  constructor(
    private readonly log: Pick<EventLog, 'readStream'>,
    private readonly until: Day | null,
  ) {}

  /** The entry of a decision or repair, once its last event has come; null otherwise. */
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

  /** Entries of the decisions whose last event did not come. A revision or a position can cut a decision in two. */
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

  /** Everything recorded of the mandate before a revision. */
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

/** The day of a decision. A repair has the day of the decision that it repairs, as corrected. */
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
