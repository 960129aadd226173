/**
 * The port to the log of events. Adapters: `sqlite/` (one file, one machine) and `eventstoredb/`; both pass
 * tests/contract.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/**
 * An event that is to be appended. `id` is a lower-case UUID, chosen by the caller, so that a retry can be recognised.
 */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
}

/**
 * An event as stored. `revision` counts from 0 within its stream, without gaps; `position` orders the whole log and is
 * opaque to callers.
 */
export interface RecordedEvent extends NewEvent {
  /** `data` and `metadata` as the JSON text of RFC 8785, for those who pass them on or hash them. */
  readonly dataText: string;
  readonly metadataText: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
}

/**
 * What must be true of the stream for an append to be made: its last revision, that it is empty (`none`), or nothing
 * (`any`).
 */
export type ExpectedRevision = number | 'none' | 'any';

/** The last revision of the stream after the append, and the position of its last event. */
export interface Appended {
  readonly revision: number;
  readonly position: string;
}

export interface ReadStreamOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** First revision to read (inclusive); the start of the stream, or its end when reading backwards, where absent. */
  readonly from?: number;
  /** The most events to read; all where absent. */
  readonly limit?: number;
}

export interface ReadAllOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** Read strictly after this position (strictly before it when reading backwards). */
  readonly after?: string;
  readonly limit?: number;
}

export interface SubscribeOptions {
  /** Deliver what lies strictly after this position; from the first event where absent. */
  readonly after?: string;
  /** Ends the subscription; the iterable then returns without an error. */
  readonly signal: AbortSignal;
}

export interface EventLog {
  /**
   * Appends all events to one stream, or none of them. Resolves only once they are durable.
   * Appending events again whose ids already stand in that stream, in that order, answers what the first append
   * answered and stores nothing.
   * @throws {WrongExpectedRevision} the stream has moved on; {EventIdInUse} an id stands elsewhere in the log;
   * {EventRefused} the events cannot be stored as they are (too large, not canonical JSON); {LogUnavailable} the store
   * cannot be reached or written;
   *   {OutcomeUnknown} the events may have been stored: append the same events again to find out.
   */
  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended>;
  /**
   * Events of one stream in pages; nothing for a stream that does not exist. Memory is bounded by one page.
   * @throws {EventUnreadable} as readAll and subscribe do, after what lies before it; {LogUnavailable}
   */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<readonly RecordedEvent[]>;
  /** Events of the whole log in pages, in log order. @throws {EventUnreadable} after what lies before it */
  readAll(options?: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]>;
  /**
   * Every event after a position: first those stored, then each new one, in log order, in pages of what is waiting;
   * never ends by itself.
   */
  subscribe(options: SubscribeOptions): AsyncIterable<readonly RecordedEvent[]>;
  /** Position of the last event of the log, or null when it is empty. */
  lastPosition(): Promise<string | null>;
  /**
   * Negative, zero or positive as position a lies before, at or after b. @throws {RangeError} one of them is not a
   * position of this log
   */
  comparePositions(a: string, b: string): number;
  /** Lets appends that were taken finish, then releases the store. */
  close(): Promise<void>;
}

export class WrongExpectedRevision extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    /** The last revision of the stream, null where it does not exist. */
    readonly actual: number | null,
  ) {
    super(`stream ${stream} is at ${actual ?? 'no revision'}, expected ${expected}`);
  }
}

export class EventIdInUse extends Error {
  constructor(
    readonly id: string,
    readonly stream: string,
  ) {
    super(`event ${id} already stands in stream ${stream}`);
  }
}

export class EventRefused extends Error {
  constructor(
    message: string,
    readonly reason: 'too-large' | 'not-canonical',
  ) {
    super(message);
  }
}

export class LogUnavailable extends Error {}

/** What stands at a place of the log is no event that a ledger has stored: somebody has changed the store. */
export class EventUnreadable extends LogUnavailable {
  constructor(
    /** What can be read of it; null stands for the rest. */
    readonly found: {
      readonly position: string;
      readonly id: string | null;
      readonly stream: string | null;
      readonly revision: number | null;
    },
    why: string,
  ) {
    const { position, stream, revision } = found;
    const named = `stream ${stream ?? 'unknown'}, revision ${revision ?? 'unknown'}`;
    super(`at position ${position} (${named}) stands no event that was stored by a ledger: ${why}`);
  }
}

export class OutcomeUnknown extends Error {}
/**
 * The store cannot be opened: another process holds it, the folder cannot be written, the file is not a log. The
 * message says what to do.
 */
export class LogNotOpened extends Error {}
