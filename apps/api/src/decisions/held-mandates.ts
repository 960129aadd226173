/** Folded mandates kept between commands, keyed by id and revision; the append's expected revision guards them. */
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { RecordedEvent } from '#event-log';
import type { History, Recorded } from '#mandate';
import { emptyHistory, endsDecision, fold, mandateStream, recordedOf } from '#mandate';
import { EventLog } from '../event-log/event-log.provider.js';
import { Problem } from '../http/problem.js';
import { Views } from '../views/views.js';

/** Where and when a decision or repair was recorded. */
export interface Recording {
  readonly recorded: Recorded;
  /** Of its events, in order. */
  readonly eventIds: readonly string[];
  /** Of its last event. */
  readonly revision: number;
  readonly position: string;
  readonly recordedAt: string;
}

export interface HeldMandate {
  readonly history: History;
  /** Of the stream's last event; -1 while it is empty. */
  readonly revision: number;
  /** By decisionId. Grows in place: copying it would make each decision cost as much as all before it. */
  readonly recordings: Map<string, Recording>;
}

/** A decision weighs some 3 KiB in memory. */
const KEPT_DECISIONS = 3000;

@Injectable()
export class HeldMandates {
  private readonly held = new LRUCache<string, HeldMandate>({
    maxSize: KEPT_DECISIONS,
    // one that weighs more than all is kept alone
    sizeCalculation: ({ recordings }) => Math.min(1 + recordings.size, KEPT_DECISIONS),
  });

  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    private readonly views: Views,
  ) {}

  /** The mandate as last seen, else as the store holds it. @throws {Problem} the store no longer holds all of it */
  async get(mandateId: string): Promise<HeldMandate> {
    return this.held.get(mandateId) ?? (await this.read(mandateId));
  }

  keep(mandateId: string, mandate: HeldMandate): void {
    this.held.set(mandateId, mandate);
  }

  /** To be read from the store again: another writer was faster, or an append's outcome is not known. */
  forget(mandateId: string): void {
    this.held.delete(mandateId);
  }

  private async read(mandateId: string): Promise<HeldMandate> {
    // In EventStoreDB a stream that was deleted reads like one that never was, and takes what is appended. The views
    // know better; asked first, they are never ahead.
    const projected = this.views.events.revisionAt(mandateId, Number.MAX_SAFE_INTEGER);
    let history = emptyHistory(mandateId);
    let revision = -1;
    let open: RecordedEvent[] = [];
    const recordings = new Map<string, Recording>();
    for await (const page of this.log.readStream(mandateStream(mandateId)))
      for (const event of page) {
        if (event.revision !== revision + 1) throw cutOff(mandateId);
        revision = event.revision;
        open.push(event);
        if (!endsDecision(event)) continue;
        const recorded = recordedOf(open);
        history = fold(history, recorded);
        recordings.set(recorded.decisionId, recordingOf(recorded, open));
        open = [];
      }
    if (revision < projected) throw cutOff(mandateId);
    const mandate = { history, revision, recordings };
    if (revision >= 0) this.keep(mandateId, mandate);
    return mandate;
  }
}

const cutOff = (mandateId: string): Problem =>
  new Problem(
    'unavailable',
    `Events of the mandate are missing in the log: stream ${mandateStream(mandateId)} was deleted or cut off in the ` +
      "store. Nothing was recorded. Tell the ledger's operator, who has to put the stream back.",
  );

function recordingOf(recorded: Recorded, events: readonly RecordedEvent[]): Recording {
  const { revision, position, metadata } = events.at(-1)!;
  return {
    recorded,
    eventIds: events.map(({ id }) => id),
    revision,
    position,
    recordedAt: metadata['recordedAt'] as string,
  };
}
