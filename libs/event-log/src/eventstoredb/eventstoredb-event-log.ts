/** The event log in EventStoreDB, one node or a cluster, by its own client. Any number of processes may write. */
import type {
  AppendExpectedRevision,
  JSONEventType,
  EventStoreDBClient,
  ReadRevision,
  ResolvedEvent,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { BACKWARDS, END, ErrorType, FORWARDS, START, jsonEvent } from '@eventstore/db-client';
import { checkAppend } from '../checked-append.js';
import type {
  Appended,
  EventLog,
  ExpectedRevision,
  NewEvent,
  ReadAllOptions,
  ReadStreamOptions,
  RecordedEvent,
  SubscribeOptions,
} from '../event-log.js';
import {
  EventIdInUse,
  EventUnreadable,
  LogNotOpened,
  LogUnavailable,
  OutcomeUnknown,
  WrongExpectedRevision,
} from '../event-log.js';
import { Turns } from '../turns.js';
import { Claims } from './claims.js';
import { Connection, isOfType, unavailable } from './connection.js';
import { LARGEST_PAGE, all, ownPages } from './pages.js';
import type { Ours, StoredEvent } from './stored-event.js';
import { commitOf, isOurs, positionAt } from './stored-event.js';
import { Slots } from './slots.js';
import { Feed } from './subscription.js';

/**
 * A server was seen to pause for two seconds. But an append that a node has sent on to a leader which then died is
 * answered after five, and the next one at once.
 */
const FIRST_READ_MS = 3000;
const FIRST_APPEND_MS = 1500;
/**
 * The newest event of the store is nearly always the ledger's own, and every event that is read costs the client a
 * buffer of 64 KiB until it is collected.
 */
const FIRST_LOOK = 3;
/** A subscription that says nothing for so long is compared with the store. */
const SILENCE_MS = 5000;
/** How often an append at any revision may find that the stream has moved on. */
const RACES = 10;

/**
 * Opens the log; the store itself is reached at the first call.
 * @param connectionString `esdb://…` or `esdb+discover://…`, with everything that the client understands: TLS, CA file,
 * user and password
 * @param takesOver whether ids that another process has claimed for the same stream, and appended no events of, are
 * taken over from it: for whoever
 *   appends what no other process that lives appends meanwhile, and has to go on where one was killed in between
 * @throws {LogNotOpened} it is malformed
 */
export function openEventStoreDbEventLog(connectionString: string, ours: Ours, { takesOver = false } = {}): EventLog {
  try {
    // A client that appends does nothing else: an error of its connection rejects all that it has under way.
    const slots = new Slots();
    const reading = new Connection(connectionString, FIRST_READ_MS);
    const writing = new Connection(connectionString, FIRST_APPEND_MS, () => slots.shrink());
    return new EventStoreDbEventLog(reading, writing, slots, ours, takesOver);
  } catch (error) {
    throw new LogNotOpened(
      `LEDGER_STORE cannot be used (${(error as Error).message}). Check the connection string and the files it names.`,
    );
  }
}

type WholeEvents = readonly {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}[];

class EventStoreDbEventLog implements EventLog {
  private readonly claims: Claims;
  private readonly turns = new Turns();
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly closed = new AbortController();
  /** How far the store was searched for the ledger's last event, and what was found. */
  private searched: { readonly until: bigint; readonly last: bigint | null } = { until: -1n, last: null };

  constructor(
    private readonly reading: Connection,
    private readonly writing: Connection,
    private readonly slots: Slots,
    private readonly ours: Ours,
    private readonly takesOver: boolean,
  ) {
    this.claims = new Claims(reading, writing);
  }

  async append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    this.refuseClosed();
    const checked = checkAppend(stream, events, expected).events;
    if (!this.ours.prefixes.some((prefix) => stream.startsWith(prefix)))
      throw new RangeError(`"${stream}" is not the name of a ledger's stream`);
    const [{ id }] = events as readonly [NewEvent];
    // The same events twice at once: the second ones find what became of the first.
    const work = this.turns.inTurn(id, () => this.appendClaimed(stream, events, checked, expected));
    this.underWay.add(work);
    try {
      return await work;
    } finally {
      this.underWay.delete(work);
    }
  }

  private async appendClaimed(
    stream: string,
    events: readonly NewEvent[],
    checked: WholeEvents,
    expected: ExpectedRevision,
  ): Promise<Appended> {
    const ids = events.map(({ id }) => id);
    const claim = await this.claims.take(stream, ids);
    if (claim !== 'new') {
      const found = await this.find(stream, checked);
      if (found !== null) return found;
      // Whoever claimed them may be about to append them, and would take ours for its own.
      if (claim === 'foreign' && !this.takesOver) throw new EventIdInUse(ids[0]!, stream);
    }
    const appended =
      expected === 'any'
        ? await this.turns.inTurn(stream, () => this.appendAnywhere(stream, checked))
        : await this.appendAt(stream, checked, expected);
    if (claim === 'new') return appended;
    // An append of before, given up as unknown or sent by a process that was killed, may have come through at last, and
    // the server takes the two for one.
    const found = await this.find(stream, checked);
    if (found === null) throw new OutcomeUnknown('the events cannot be read back from EventStoreDB');
    return found;
  }

  /** At its last revision, since with none at all the server recognises a repetition for a while only. */
  private async appendAnywhere(stream: string, events: WholeEvents): Promise<Appended> {
    for (let race = 1; ; race++) {
      const [last] = await this.readPage(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 });
      try {
        return await this.appendAt(stream, events, last === undefined ? 'none' : Number(last.event!.revision));
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision) || race === RACES) throw error;
      }
    }
  }

  private async appendAt(stream: string, events: WholeEvents, expected: number | 'none'): Promise<Appended> {
    const expectedRevision: AppendExpectedRevision = expected === 'none' ? 'no_stream' : BigInt(expected);
    // Both stand in the store in canonical order. The client writes data as text by itself; metadata it takes as bytes.
    const jsonEvents = events.map(({ id, type, data, metadata }) =>
      jsonEvent({
        id,
        type,
        data: JSON.parse(data) as JSONEventType['data'],
        metadata: new TextEncoder().encode(metadata),
      }),
    );
    try {
      const { nextExpectedRevision, position } = await this.slots.run(() =>
        this.writing.untilAnswered((client) => client.appendToStream(stream, jsonEvents, { expectedRevision })),
      );
      const revision = Number(nextExpectedRevision);
      return {
        revision,
        position: position === undefined ? await this.positionOf(stream, revision) : String(position.commit),
      };
    } catch (error) {
      if (!isOfType(error, ErrorType.WRONG_EXPECTED_VERSION))
        throw error instanceof OutcomeUnknown ? error : unavailable(error);
      const { actualVersion } = error as WrongExpectedVersionError;
      throw new WrongExpectedRevision(
        stream,
        expected,
        typeof actualVersion === 'bigint' ? Number(actualVersion) : null,
      );
    }
  }

  private async positionOf(stream: string, revision: number): Promise<string> {
    const [stored] = await this.readPage(stream, { direction: FORWARDS, fromRevision: BigInt(revision), maxCount: 1 });
    return String(stored!.event!.position!.commit);
  }

  /**
   * Where exactly these events stand in the stream, one after the other; null where none of them does.
   * @throws {EventIdInUse} some of them do, or in another order, or with other contents
   */
  private async find(stream: string, events: WholeEvents): Promise<Appended | null> {
    const wanted = new Map(events.map((event, i) => [event.id, i]));
    const found: RecordedEvent[] = [];
    for await (const page of this.readStream(stream)) found.push(...page.filter(({ id }) => wanted.has(id)));
    if (found.length === 0) return null;
    const same = (stored: RecordedEvent, i: number): boolean => {
      const { id, type, data, metadata } = events[i]!;
      return stored.id === id && stored.type === type && stored.dataText === data && stored.metadataText === metadata;
    };
    const first = found[0]!;
    if (
      found.length !== events.length ||
      !found.every((stored, i) => same(stored, i) && stored.revision === first.revision + i)
    )
      throw new EventIdInUse(first.id, stream);
    const { revision, position } = found.at(-1)!;
    return { revision, position };
  }

  async *readStream(stream: string, { direction = 'forwards', from, limit = Infinity }: ReadStreamOptions = {}) {
    const forwards = direction === 'forwards';
    let next: ReadRevision = from === undefined ? (forwards ? START : END) : BigInt(from);
    yield* ownPages(this.ours, limit, async (maxCount) => {
      const page = await this.readPage(stream, {
        direction: forwards ? FORWARDS : BACKWARDS,
        fromRevision: next,
        maxCount,
      });
      const last = page.at(-1)?.event!.revision;
      if (last !== undefined) next = forwards ? last + 1n : last - 1n;
      return { page, end: page.length < maxCount || (!forwards && last === 0n) };
    });
  }

  async *readAll({ direction = 'forwards', after, limit = Infinity }: ReadAllOptions = {}) {
    const forwards = direction === 'forwards';
    let from = after === undefined ? null : commitOf(after);
    yield* ownPages(this.ours, limit, async (maxCount) => {
      // Forwards the server begins with the event at the position, backwards before it.
      const wanted = forwards && from !== null ? maxCount + 1 : maxCount;
      const page = await this.readAllPage(from, forwards, wanted);
      const last = page.at(-1)?.event!.position!.commit;
      const fresh = forwards && from !== null ? page.filter(({ event }) => event!.position!.commit > from!) : page;
      if (last !== undefined) from = last;
      return { page: fresh, end: page.length < wanted };
    });
  }

  private readPage(stream: string, options: Parameters<EventStoreDBClient['readStream']>[1]): Promise<ResolvedEvent[]> {
    return this.read(async (client) => {
      try {
        return await all(client.readStream(stream, options));
      } catch (error) {
        if (isOfType(error, ErrorType.STREAM_NOT_FOUND)) return [];
        throw error;
      }
    });
  }

  private readAllPage(from: bigint | null, forwards: boolean, maxCount: number): Promise<ResolvedEvent[]> {
    const fromPosition = from === null ? (forwards ? START : END) : positionAt(from);
    const direction = forwards ? FORWARDS : BACKWARDS;
    return this.read((client) => all(client.readAll({ direction, fromPosition, maxCount })));
  }

  private async read<T>(work: (client: EventStoreDBClient) => Promise<T>): Promise<T> {
    this.refuseClosed();
    try {
      return await this.reading.untilAnswered(work);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * The ledger's events alone, chosen by the server. It drops a reader that falls behind while live, who comes back at
   * once. After any other end
   * the caller has to see first whether the store still is the same: to one that was emptied, a subscription from
   * beyond its end seems well.
   */
  async *subscribe({ after, signal }: SubscribeOptions): AsyncIterable<readonly RecordedEvent[]> {
    let last = after === undefined ? null : commitOf(after);
    const ended = AbortSignal.any([signal, this.closed.signal]);
    while (!ended.aborted) {
      const client = await this.reading.open();
      const feed = new Feed(client, last, this.ours);
      try {
        while (!ended.aborted) {
          const taken = await feed.take(SILENCE_MS, ended);
          if (ended.aborted) return;
          if (taken === null) {
            await this.refuseSilence(last);
            continue;
          }
          const events = inOrder(taken, last);
          if (events.length === 0) continue;
          yield events;
          last = events.at(-1)!.commit;
        }
      } catch (error) {
        if (ended.aborted) return;
        if (isOfType(error, ErrorType.TIMEOUT)) continue;
        if (error instanceof EventUnreadable) throw error;
        this.reading.failed(client, error);
        throw unavailable(error);
      } finally {
        feed.close();
      }
    }
  }

  /** @throws {LogUnavailable} the store has something else than was delivered, or does not answer */
  private async refuseSilence(last: bigint | null): Promise<void> {
    const newest = await this.lastPosition();
    if (newest !== (last === null ? null : String(last)))
      throw new LogUnavailable(
        `the subscription has been silent for ${SILENCE_MS} ms, and the log is at ${newest ?? 'its beginning'}`,
      );
  }

  async lastPosition(): Promise<string | null> {
    let from: bigint | null = null;
    let newest: bigint | null = null;
    let { until, last } = this.searched;
    search: for (let maxCount = FIRST_LOOK; ; maxCount = Math.min(LARGEST_PAGE, maxCount * 4)) {
      const page = await this.readAllPage(from, false, maxCount);
      for (const resolved of page) {
        const { commit } = resolved.event!.position!;
        if (newest === null && commit < until) [until, last] = [-1n, null]; // another store than before
        newest ??= commit;
        if (commit <= until) break search;
        if (isOurs(resolved, this.ours)) {
          last = commit;
          break search;
        }
        from = commit;
      }
      if (page.length < maxCount) {
        last = null;
        break;
      }
    }
    this.searched = { until: newest ?? -1n, last };
    return last === null ? null : String(last);
  }

  comparePositions(a: string, b: string): number {
    const [left, right] = [commitOf(a), commitOf(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  async close(): Promise<void> {
    this.closed.abort();
    await Promise.allSettled(this.underWay);
    await this.writing.close();
    await this.reading.close();
  }

  private refuseClosed(): void {
    if (this.closed.signal.aborted) throw new LogUnavailable('the event log is closed');
  }
}

/** What was delivered twice is left out. */
function inOrder(events: readonly StoredEvent[], after: bigint | null): StoredEvent[] {
  let last = after;
  return events.filter(({ commit }) => {
    if (last !== null && commit <= last) return false;
    last = commit;
    return true;
  });
}
