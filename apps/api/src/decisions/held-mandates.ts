/** Folded mandates kept between commands, keyed by id and revision; the append's expected revision guards them. */
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { RecordedEvent } from '#event-log/event-log.js';
import { EventLog } from '../event-log.provider.js';
import type { History } from '#mandate/history.js';
import { emptyHistory, fold } from '#mandate/history.js';
import { endsDecision, mandateStream, recordedOf } from '#mandate/events.js';
import type { Recorded } from '#mandate/repair.js';

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
    sizeCalculation: ({ recordings }) => Math.min(1 + recordings.size, KEPT_DECISIONS), // one that weighs more than all is kept alone
  });

  constructor(@Inject(EventLog) private readonly log: EventLog) {}

  /** The mandate as last seen, else as the store holds it. */
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
    let history = emptyHistory(mandateId);
    let revision = -1;
    let open: RecordedEvent[] = [];
    const recordings = new Map<string, Recording>();
    for await (const page of this.log.readStream(mandateStream(mandateId)))
      for (const event of page) {
        revision = event.revision;
        open.push(event);
        if (!endsDecision(event)) continue;
        const recorded = recordedOf(open);
        history = fold(history, recorded);
        recordings.set(recorded.decisionId, recordingOf(recorded, open));
        open = [];
      }
    const mandate = { history, revision, recordings };
    if (revision >= 0) this.keep(mandateId, mandate);
    return mandate;
  }
}

function recordingOf(recorded: Recorded, events: readonly RecordedEvent[]): Recording {
  const { revision, position, metadata } = events.at(-1)!;
  return { recorded, eventIds: events.map(({ id }) => id), revision, position, recordedAt: metadata['recordedAt'] as string };
}
