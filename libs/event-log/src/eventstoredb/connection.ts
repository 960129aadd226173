/**
 * The client's connection to the store: every call has a time-out of its own, and a client that failed is replaced by a
 * fresh one.
 */
import { setMaxListeners } from 'node:events';
import { ErrorType, EventStoreDBClient } from '@eventstore/db-client';
import { LogUnavailable, OutcomeUnknown } from '../event-log.js';
import { inTime } from '../waiting.js';

const LONGEST_ATTEMPT_MS = 8000;
const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 250;
/** A change of leader takes some seconds; what is longer than this is an outage, and whoever asks is told. */
const PATIENCE_MS = 15_000;
/**
 * A node of the cluster that is frozen is passed over after this, so that a first attempt gets past it; the client's
 * own 5 s outlast it.
 */
const GOSSIP_TIMEOUT_S = 1;
/** How long a client that is let go of may take to end its streams. */
const DISPOSE_MS = 1000;

/** Errors with which a server that works refuses a call. Each other error may be gone at the next attempt. */
const REFUSALS: ReadonlySet<ErrorType | undefined> = new Set([
  ErrorType.WRONG_EXPECTED_VERSION,
  ErrorType.ACCESS_DENIED,
  ErrorType.STREAM_DELETED,
  ErrorType.STREAM_NOT_FOUND,
  ErrorType.NO_STREAM,
  ErrorType.NOT_FOUND,
  ErrorType.INVALID_ARGUMENT,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
]);

const typeOf = (error: unknown): ErrorType | undefined => (error as { type?: ErrorType }).type;
export const isOfType = (error: unknown, type: ErrorType): boolean => typeOf(error) === type;

/** Whether nothing of the call can have been done: it was not sent, or sent back. */
const wasNotTaken = (error: unknown): boolean => {
  const type = typeOf(error);
  if (type === undefined) return !(error instanceof NoAnswer); // "Failed to discover"
  return (
    type === ErrorType.NOT_LEADER || /Server Is Not Ready|No connection established/i.test((error as Error).message)
  );
};

class NoAnswer extends Error {}

export class Connection {
  private readonly connectionString: string;
  private client: EventStoreDBClient | null = null;
  /**
   * The client before is let go of first: its last error would reject the calls of the next one too, as all of a
   * process share one list of pending appends.
   */
  private letGo: Promise<unknown> = Promise.resolve();
  private answeredAt = -Infinity;
  /** Nobody waits for an answer any more once this is closed. */
  private readonly closed = new AbortController();

  /**
   * @param firstAttemptMs after which an attempt without an answer is given up. Each second one leaves a slow server
   * twice the time; not each one,
   * since while a leader is frozen and no other is chosen yet, an attempt that goes to it waits in vain for all of its
   * time
   * @throws {Error} the connection string is malformed, or names a file that cannot be read
   */
  constructor(
    connectionString: string,
    private readonly firstAttemptMs: number,
    private readonly onFailure: () => void = () => undefined,
  ) {
    this.connectionString = withGossipTimeout(connectionString);
    EventStoreDBClient.connectionString(this.connectionString);
    setMaxListeners(0, this.closed.signal); // each call under way listens to it
  }

  /**
   * Repeats a call, which must be safe to repeat, until it is answered. While the store has been away for long, it is
   * tried once only.
   * @throws {LogUnavailable} nothing was done; {OutcomeUnknown} it may have been done; or the client's error with which
   * the server refused
   */
  async untilAnswered<T>(work: (client: EventStoreDBClient) => Promise<T>): Promise<T> {
    const began = performance.now();
    const patience = began - this.answeredAt < PATIENCE_MS ? PATIENCE_MS : 0;
    let mayBeDone = false;
    let waitMs = FIRST_WAIT_MS;
    for (let attempt = 0; ; attempt++) {
      const attemptMs = Math.min(this.firstAttemptMs * 2 ** Math.floor(attempt / 2), LONGEST_ATTEMPT_MS);
      if (this.closed.signal.aborted) throw new LogUnavailable('the event log is closed');
      const client = await this.open();
      try {
        const late = (): Error => new NoAnswer(`no answer within ${attemptMs} ms`);
        const answer = await inTime(work(client), attemptMs, late, this.closed.signal);
        // A read that was cut off with its client ends like one that is complete.
        if (client !== this.client) throw new NoAnswer('the connection was given up');
        this.answeredAt = performance.now();
        return answer;
      } catch (error) {
        if (REFUSALS.has(typeOf(error))) {
          this.answeredAt = performance.now();
          throw error;
        }
        this.failed(client, error);
        mayBeDone ||= !wasNotTaken(error);
        if (performance.now() - began + waitMs > patience) throw mayBeDone ? unknown(error) : unavailable(error);
        await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + Math.random())));
        waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      }
    }
  }

  /** For calls that last, a subscription: whoever makes one says when it has failed. */
  async open(): Promise<EventStoreDBClient> {
    await this.letGo;
    return (this.client ??= EventStoreDBClient.connectionString(this.connectionString));
  }

  /**
   * Whatever the client has cached of a server that went away goes with it; only when told of another leader does it
   * find the way by itself.
   */
  failed(client: EventStoreDBClient, error: unknown): void {
    this.onFailure();
    if (client !== this.client || isOfType(error, ErrorType.NOT_LEADER)) return;
    this.client = null;
    this.letGo = dispose(client);
  }

  async close(): Promise<void> {
    this.closed.abort();
    await this.letGo;
    if (this.client !== null) await dispose(this.client);
    this.client = null;
  }
}

const withGossipTimeout = (connectionString: string): string =>
  /[?&]gossipTimeout=/i.test(connectionString)
    ? connectionString
    : `${connectionString}${connectionString.includes('?') ? '&' : '?'}gossipTimeout=${GOSSIP_TIMEOUT_S}`;

/** Ends a client's streams, and its channel, which it leaves open. */
async function dispose(client: EventStoreDBClient): Promise<void> {
  const ended = client.dispose().then(async () => {
    const { getChannel } = client as unknown as { getChannel: () => Promise<{ close: () => void }> };
    (await getChannel()).close();
  });
  // it had failed already
  await inTime(ended, DISPOSE_MS, () => new NoAnswer('the client does not end')).catch(() => undefined);
}

/** For calls that store nothing, or have not. */
export const unavailable = (error: unknown): LogUnavailable => {
  if (error instanceof LogUnavailable) return error;
  if (error instanceof OutcomeUnknown) return unavailable(error.cause);
  const type = typeOf(error);
  const remedy =
    type === ErrorType.ACCESS_DENIED
      ? 'the store refuses the account in LEDGER_STORE'
      : type === ErrorType.STREAM_DELETED
        ? 'a stream of the ledger was deleted in the store'
        : 'EventStoreDB cannot be reached or does not answer';
  return new LogUnavailable(`${remedy}: ${(error as Error).message || type}`, { cause: error });
};

const unknown = (error: unknown): OutcomeUnknown =>
  new OutcomeUnknown(
    `EventStoreDB did not say whether it stored the events: ${(error as Error).message || typeOf(error)}`,
    {
      cause: error,
    },
  );
