/**
 * The embedded store: one SQLite file, one writing process with a thread that writes, commits shared by the appends
 * that are waiting.
 */
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
import type { CheckedAppend } from '../checked-append.js';
import { checkAppend } from '../checked-append.js';
import { EventUnreadable, LogUnavailable } from '../event-log.js';
import { TextEvent, charactersOf } from '../text-event.js';
import { Announcements } from './announcements.js';
import type { Database, SqlValue, Statement } from '#sqlite';
import { LAST_POSITION, openForReading, openForWriting } from './database.js';
import type { StoredRow } from './stored-rows.js';
import { BEFORE_ALL, PAGE_BYTES, RowReader } from './stored-rows.js';
import { Writer } from './writer.js';

/**
 * Pages hold as many events as fit into their bytes, and no more than this. Views that catch up write once for a page
 * what its decisions changed together.
 */
const LARGEST_PAGE = 3000;
const FIRST_PAGE = 100;

const AFTER_ALL = '1e19';

/** So many appends need not wait for others that may come: they are written while those are being prepared. */
const ENOUGH = 32;

interface Waiting {
  readonly append: CheckedAppend;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens the log in a file. With `readOnly` it is read beside its writer, and appends are refused.
 * @throws {LogNotOpened} another process writes the file, or it cannot be opened; the message says what to do
 */
export function openSqliteEventLog(path: string, { readOnly = false } = {}): EventLog {
  return readOnly
    ? new SqliteEventLog(path, openForReading(path), null)
    : new SqliteEventLog(path, openForWriting(path), new Writer(path));
}

class SqliteEventLog implements EventLog {
  private readonly last: Statement;
  private readonly rows: RowReader;
  private waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;
  private enough: () => void = () => undefined;
  private readonly closed = new AbortController();
  private closing: Promise<void> | null = null;

  constructor(
    private readonly path: string,
    private readonly db: Database,
    private readonly writer: Writer | null,
  ) {
    this.last = db.prepare(LAST_POSITION);
    this.rows = new RowReader(db);
  }

  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<Appended> {
    return new Promise((resolve, reject) => {
      const { writer } = this;
      const closed = this.closed.signal.aborted;
      if (closed || writer === null)
        throw new LogUnavailable(closed ? 'the event log is closed' : 'the event log was opened to read alone');
      this.waiting.push({ append: checkAppend(stream, events, expected), resolve, reject });
      this.writing ??= this.write(writer);
      if (this.waiting.length >= ENOUGH) this.enough();
    });
  }

  /**
   * One commit, and so one fsync, for all the appends that came while the one before was under way; each has its own
   * outcome.
   */
  private async write(writer: Writer): Promise<void> {
    await new Promise<void>((resolve) => {
      this.enough = resolve;
      setImmediate(resolve);
    });
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        const outcomes = await writer.store(batch.map(({ append }) => append));
        for (const [i, { resolve, reject }] of batch.entries()) {
          const outcome = outcomes[i]!;
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.writing = null;
  }

  async *readStream(stream: string, { direction = 'forwards', from, limit = Infinity }: ReadStreamOptions = {}) {
    const forwards = direction === 'forwards';
    const range =
      `WHERE stream = ? AND revision ${forwards ? '>=' : '<='} ? ORDER BY revision ` + `${forwards ? '' : 'DESC'}`;
    const next = (last: RecordedEvent): number => last.revision + (forwards ? 1 : -1);
    yield* this.pages(range, [stream], from ?? (forwards ? 0 : Number.MAX_SAFE_INTEGER), next, limit);
  }

  async *readAll({ direction = 'forwards', after, limit = Infinity }: ReadAllOptions = {}) {
    const forwards = direction === 'forwards';
    const range = `WHERE position ${forwards ? '>' : '<'} ? ORDER BY position ${forwards ? '' : 'DESC'}`;
    const start = after === undefined ? (forwards ? BEFORE_ALL : AFTER_ALL) : numberOf(after);
    yield* this.pages(range, [], start, (last) => Number(last.position), limit);
  }

  /** Reads by key, a page at a time, so that memory is bounded and no lock is held while the caller works. */
  private async *pages(
    range: string,
    fixed: SqlValue[],
    start: SqlValue,
    next: (last: RecordedEvent) => number,
    limit: number,
  ) {
    let key = start;
    let fits = FIRST_PAGE;
    for (let left = limit, isLast = false; left > 0 && !isLast;) {
      const { rows, ended } = this.read(() => this.rows.page(range, [...fixed, key], Math.min(left, fits)));
      const events = rows.map(eventOf);
      const odd = events.findIndex((event) => event instanceof EventUnreadable);
      const page = (odd < 0 ? events : events.slice(0, odd)) as RecordedEvent[];
      if (page.length > 0) yield page;
      if (odd >= 0) throw events[odd] as EventUnreadable;
      if (page.length === 0) return;
      isLast = ended;
      left -= page.length;
      key = next(page.at(-1)!);
      fits = Math.min(LARGEST_PAGE, Math.ceil((page.length * PAGE_BYTES) / charactersOf(page)));
      if (!isLast) await turn();
    }
  }

  async *subscribe({ after, signal }: SubscribeOptions): AsyncIterable<readonly RecordedEvent[]> {
    let position = after === undefined ? 0 : numberOf(after);
    const ended = AbortSignal.any([signal, this.closed.signal]);
    const announcements = new Announcements(this.path);
    try {
      while (!ended.aborted) {
        const heard = announcements.count;
        for await (const events of this.readAll(position === 0 ? {} : { after: String(position) })) {
          yield events;
          if (ended.aborted) return;
          position = Number(events.at(-1)!.position);
        }
        await announcements.after(heard, ended);
      }
    } finally {
      announcements.close();
    }
  }

  lastPosition(): Promise<string | null> {
    return new Promise((resolve) => {
      const [row] = this.read(() => this.last.all());
      resolve(row === undefined ? null : String(row[0]));
    });
  }

  comparePositions(a: string, b: string): number {
    return numberOf(a) - numberOf(b);
  }

  close(): Promise<void> {
    this.closing ??= this.finish();
    return this.closing;
  }

  private async finish(): Promise<void> {
    this.closed.abort();
    await this.writing;
    await this.writer?.close();
    this.db.close();
  }

  /** @throws {LogUnavailable} the log is closed, or SQLite cannot read it */
  private read<T>(question: () => T): T {
    if (this.closed.signal.aborted) throw new LogUnavailable('the event log is closed');
    try {
      return question();
    } catch (error) {
      throw new LogUnavailable(`the event log could not be read: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** Lets other work of the process run between two pages. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function numberOf(position: string): number {
  if (/^[1-9]\d{0,15}$/.test(position)) return Number(position);
  throw new RangeError(`"${position}" is not a position of this log`);
}

function eventOf({
  position,
  id,
  stream,
  revision,
  type,
  dataText,
  metadataText,
}: StoredRow): RecordedEvent | EventUnreadable {
  const unreadable = (why: string): EventUnreadable => new EventUnreadable({ position, id, stream, revision }, why);
  if (!isWhole(Number(position)) || position === '0') return unreadable('the ledger gives no such position');
  if (revision === null || !isWhole(revision)) return unreadable('its revision is no whole number');
  if (id === null || stream === null || type === null || dataText === null || metadataText === null)
    return unreadable('not all of its texts are UTF-8');
  return new TextEvent(position, id, stream, revision, type, dataText, metadataText);
}

const isWhole = (number: number): boolean => Number.isSafeInteger(number) && number >= 0;
