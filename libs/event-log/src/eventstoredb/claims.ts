/**
 * What makes an event's id unique in the whole store: EventStoreDB compares ids within one stream only (docs/adr/0015).
 * Ids are claimed for their stream in a stream of their own, at its exact revision, before their events are appended.
 * The claims
 * that wait go together, one append for all of them.
 */
import type { EventStoreDBClient } from '@eventstore/db-client';
import { ErrorType, jsonEvent } from '@eventstore/db-client';
import { v4 } from 'uuid';
import { EventIdInUse } from '../event-log.js';
import type { Connection } from './connection.js';
import { isOfType, unavailable } from './connection.js';

export const CLAIMS_STREAM = 'ledger-claims';
const CLAIMED = 'EventIdsClaimed';
const LARGEST_BATCH = 200;
const PAGE = 500;

interface Claim {
  readonly stream: string;
  readonly ids: readonly string[];
}

/**
 * `new`: nobody can have appended events of these ids. `own`: this process claimed one of them before.
 * `foreign`: another process did, for the same stream, and may be about to append them.
 */
export type Standing = 'new' | 'own' | 'foreign';

interface Waiting extends Claim {
  readonly resolve: (standing: Standing) => void;
  readonly reject: (error: unknown) => void;
}

export class Claims {
  /**
   * By the first 52 bits of an id, the revision of the claim: some 50 bytes an id, and what it says is read when it is
   * needed.
   */
  private readonly known = new Map<number, number>();
  /** Revisions that this process has written. */
  private readonly own = new Set<number>();
  private next = 0;
  private waiting: Waiting[] = [];
  private working: Promise<void> | null = null;

  constructor(
    private readonly reading: Connection,
    private readonly writing: Connection,
  ) {}

  /** @throws {EventIdInUse} one of the ids is claimed for another stream; {LogUnavailable} */
  take(stream: string, ids: readonly string[]): Promise<Standing> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ stream, ids, resolve, reject });
      this.working ??= this.work();
    });
  }

  private async work(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve)); // those that come in the same turn go together
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, LARGEST_BATCH);
      try {
        await this.claim(batch);
      } catch (error) {
        // whatever became of the claim, nothing of the events was stored
        for (const { reject } of batch) reject(unavailable(error));
      }
    }
    this.working = null;
  }

  /** Until all of the batch are known to be somebody's: what another process has claimed meanwhile is read first. */
  private async claim(batch: readonly Waiting[]): Promise<void> {
    if (this.next === 0) await this.readOn();
    for (let open = await this.unclaimed(batch); open.length > 0; open = await this.unclaimed(open)) {
      const revision = this.next;
      const event = jsonEvent({
        id: v4(),
        type: CLAIMED,
        data: { claims: open.map(({ stream, ids }) => ({ stream, ids: [...ids] })) },
      });
      const expectedRevision = revision === 0 ? 'no_stream' : BigInt(revision - 1);
      try {
        await this.writing.untilAnswered((client) => client.appendToStream(CLAIMS_STREAM, event, { expectedRevision }));
      } catch (error) {
        if (!isOfType(error, ErrorType.WRONG_EXPECTED_VERSION)) throw error;
        await this.readOn();
        continue;
      }
      this.own.add(revision);
      this.note(open, revision);
      for (const { resolve } of open) resolve('new');
      return;
    }
  }

  /**
   * Answers those whose ids are claimed already, and gives the others. Two of one batch that want the same id come one
   * after the other.
   */
  private async unclaimed(batch: readonly Waiting[]): Promise<Waiting[]> {
    const open: Waiting[] = [];
    const wanted = new Set<string>();
    for (const waiting of batch) {
      const claims = await this.claimsOf(waiting.ids);
      const elsewhere = claims.find(({ stream }) => stream !== waiting.stream);
      if (elsewhere !== undefined) waiting.reject(new EventIdInUse(elsewhere.id, elsewhere.stream));
      else if (claims.length > 0)
        waiting.resolve(claims.every(({ revision }) => this.own.has(revision)) ? 'own' : 'foreign');
      else if (waiting.ids.some((id) => wanted.has(id))) this.waiting.push(waiting);
      else {
        for (const id of waiting.ids) wanted.add(id);
        open.push(waiting);
      }
    }
    return open;
  }

  private async claimsOf(ids: readonly string[]): Promise<{ id: string; stream: string; revision: number }[]> {
    const found: { id: string; stream: string; revision: number }[] = [];
    for (const id of ids) {
      const revision = this.known.get(keyOf(id));
      if (revision === undefined) continue;
      const [claims] = await this.read(revision, 1);
      const claim = claims?.find((each) => each.ids.includes(id));
      if (claim !== undefined) found.push({ id, stream: claim.stream, revision });
    }
    return found;
  }

  private async readOn(): Promise<void> {
    for (;;) {
      const page = await this.read(this.next, PAGE);
      for (const claims of page) this.note(claims, this.next);
      if (page.length < PAGE) return;
    }
  }

  private note(claims: readonly Claim[], revision: number): void {
    for (const { ids } of claims) for (const id of ids) this.known.set(keyOf(id), revision);
    this.next = revision + 1;
  }

  private read(from: number, maxCount: number): Promise<(readonly Claim[])[]> {
    return this.reading.untilAnswered(async (client: EventStoreDBClient) => {
      const page: (readonly Claim[])[] = [];
      try {
        for await (const { event } of client.readStream(CLAIMS_STREAM, { fromRevision: BigInt(from), maxCount }))
          page.push((event!.data as unknown as { claims: Claim[] }).claims);
      } catch (error) {
        if (!isOfType(error, ErrorType.STREAM_NOT_FOUND)) throw error;
      }
      return page;
    });
  }
}

const keyOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13) + id.slice(15, 16), 16);
