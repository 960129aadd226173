/**
 * The only place of this lib that knows the SQLite driver. The views are disposable: where their file is no longer
 * good, it is built anew from the log.
 */
import Libsql from 'libsql';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { uptime } from 'node:os';
import { pathToFileURL } from 'node:url';

export type SqlValue = string | number | Uint8Array | null;
export type Row = readonly SqlValue[];

/** Statements answer rows as arrays: the driver's row objects carry members of its own. */
export interface Statement {
  run(...values: SqlValue[]): void;
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
}

export interface Database {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  /** Runs the work in one transaction; an error undoes all of it and is thrown on. */
  transaction(work: () => void): void;
  /**
   * Asks several questions of one state of the file, whatever is projected meanwhile; inside another snapshot, of the
   * state of that one.
   */
  snapshot<T>(questions: () => T): T;
  /** The writer's marks the file as cleanly closed. */
  close(): void;
}

/** The file cannot be taken for the views; the message says what to do. */
export class ViewsNotOpened extends Error {}
/** The file turned out to be damaged while it was in use; the message says what to do. */
export class ViewsDamaged extends Error {}

/** A file that is kept for ever cannot be used; the message says what to do. */
export class KeptFileNotOpened extends Error {}
/** A file that is kept for ever turned out to be damaged while it was in use; the message says what to do. */
export class KeptFileDamaged extends Error {}

/** "LEDV" in the file's header: only such a file is ever replaced. */
const APPLICATION_ID = 0x4c454456;

/**
 * Opens the file of the views for its one writer, or starts it anew when it was made by another version of the DDL,
 * lost its
 * footing in a crash of the machine, or is damaged. The file that it was is set aside.
 * @param version changes whenever DDL or projections change
 * @throws {ViewsNotOpened} the file is not one of views, so it is left alone; or another process has it
 */
export function openViewsFile(path: string, version: string, ddl: string): Database {
  refuseForeign(path);
  const lock = takeLock(path);
  try {
    const close = (db: Libsql.Database) => (): void => {
      mark(db, version, 'closed');
      db.close();
      lock.close();
    };
    const kept = reopen(path, version);
    if (kept !== null) return wrap(kept, close(kept), viewsDamaged(path));
    setAside(path);
    const fresh = new Libsql(path);
    // before WAL, so that it is in the file itself from the first moment on
    fresh.exec(`PRAGMA page_size = 8192; PRAGMA application_id = ${APPLICATION_ID}`);
    tune(fresh);
    fresh.exec(
      `CREATE TABLE mark (id INTEGER PRIMARY KEY CHECK (id = 1), version TEXT NOT NULL, boot TEXT NOT NULL);${ddl}`,
    );
    mark(fresh, version, bootId());
    return wrap(fresh, close(fresh), viewsDamaged(path));
  } catch (error) {
    lock.close();
    throw new ViewsNotOpened(
      `The views' file ${path} cannot be made (${(error as Error).message}). Check that its folder can be written, ` +
        'or set LEDGER_READ_MODEL to another path.',
    );
  }
}

/**
 * Removes the file of the views, for who knows that the log has everything that they hold. @throws {ViewsNotOpened} it
 * is not one of views, or another process has it
 */
export function removeViews(path: string): void {
  refuseForeign(path);
  const lock = takeLock(path);
  for (const part of PARTS) rmSync(path + part, { force: true });
  rmSync(damageMark(path), { force: true });
  lock.close();
}

const isWritten = (path: string): boolean => existsSync(path) && statSync(path).size > 0;
const previousOf = (path: string): string => `${path}.previous`;
const PARTS = ['', '-wal', '-shm'];

/**
 * The log has everything that the views hold, unless somebody has changed it: then the leaves of the old file alone can
 * name the event. So it is kept until the
 * new one is confirmed; one that is kept already is the better witness.
 */
function setAside(path: string): void {
  const isWitness = isWritten(path) && !existsSync(previousOf(path));
  for (const part of PARTS) {
    if (isWitness && existsSync(path + part)) renameSync(path + part, previousOf(path) + part);
    rmSync(path + part, { force: true });
  }
  rmSync(damageMark(path), { force: true });
}

/** Removes what was set aside: the views that were built anew give what was signed. */
export function removePrevious(path: string): void {
  if (existsSync(previousOf(path)))
    for (const part of PARTS.toReversed()) rmSync(previousOf(path) + part, { force: true });
}

/** Opens the file beside its writer, to ask alone. The writer has to have opened it before. */
export function openViewsForReading(path: string, cacheKb = 8_000): Database {
  const db = new Libsql(path);
  db.exec(`PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA cache_size = -${cacheKb};`);
  return wrap(db, () => db.close(), viewsDamaged(path));
}

/** "LEDC": checkpoints, which are never replaced. */
const KEPT_APPLICATION_ID = 0x4c454443;
const KEPT_REMEDY =
  'Check that its folder can be written; restore it from a backup, or move it away and keep it: it holds what ' +
  'others may have been given.';

/**
 * Opens a file that is kept, and makes it where there is none; several processes may have it open. What is written is
 * durable at once.
 * @param ddl may be run again @throws {KeptFileNotOpened}
 */
export function openKeptFile(path: string, ddl: string): Database {
  try {
    const db = new Libsql(path);
    const [id] = db.prepare('PRAGMA application_id').raw().get() as [number];
    const isFresh = db.prepare('SELECT 1 FROM sqlite_master LIMIT 1').raw().get() === undefined;
    if (id !== KEPT_APPLICATION_ID && !isFresh) throw new Error('it is a database of another application');
    db.exec(
      'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -500; ' +
        `PRAGMA application_id = ${KEPT_APPLICATION_ID};`,
    );
    db.exec(ddl);
    return wrap(
      db,
      () => db.close(),
      () => new KeptFileDamaged(`${path} is damaged. ${KEPT_REMEDY}`),
    );
  } catch (error) {
    throw new KeptFileNotOpened(`${path} cannot be used (${(error as Error).message}). ${KEPT_REMEDY}`);
  }
}

const APPLICATIONS = { views: APPLICATION_ID, checkpoints: KEPT_APPLICATION_ID };

/**
 * Opens a file of views or of checkpoints to look at it, whatever its version and beside whoever has it open: nothing
 * of it is changed.
 * @returns null where there is none @throws {ViewsNotOpened} it is another file, or damaged
 */
export function openUnchanged(path: string, holds: keyof typeof APPLICATIONS): Database | null {
  if (!existsSync(path)) return null;
  let db: Libsql.Database | undefined;
  try {
    db = readOnly(path);
    const [id] = db.prepare('PRAGMA application_id').raw().get() as [number];
    if (id !== APPLICATIONS[holds]) throw new Error(`it is no file of the ledger's ${holds}`);
    return wrap(
      db,
      () => db!.close(),
      (cause) => cause as Error,
    );
  } catch (error) {
    db?.close();
    throw new ViewsNotOpened(`${path} cannot be used (${(error as Error).message}).`);
  }
}

/**
 * Writes a file of checkpoints, as it is at this moment, into a new one. @returns whether there is one @throws
 * {ViewsNotOpened} it is another file, or damaged
 */
export function copyCheckpoints(path: string, to: string): boolean {
  const db = openUnchanged(path, 'checkpoints');
  if (db === null) return false;
  try {
    db.prepare('VACUUM INTO ?').run(to);
    return true;
  } finally {
    db.close();
  }
}

function readOnly(path: string): Libsql.Database {
  const url = pathToFileURL(path).href;
  const db = new Libsql(`${url}?mode=ro`);
  try {
    db.exec('PRAGMA busy_timeout = 5000; PRAGMA cache_size = -2000; SELECT 1 FROM sqlite_master;');
    return db;
  } catch (error) {
    db.close();
    // In a folder that cannot be written SQLite cannot share the file with a writer. Where nothing waits in a WAL,
    // there is none.
    if (!codeOf(error).startsWith('SQLITE_CANTOPEN') || existsSync(`${path}-wal`)) throw error;
    return new Libsql(`${url}?immutable=1`);
  }
}

/**
 * A file that does not say that it holds views may be somebody's data: the log itself, if LEDGER_READ_MODEL was set by
 * mistake.
 */
function refuseForeign(path: string): void {
  const header = Buffer.alloc(72);
  let read: number;
  try {
    const file = openSync(path, 'r');
    read = readSync(file, header, 0, header.length, 0);
    closeSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new ViewsNotOpened(
      `The views' file ${path} cannot be read (${(error as Error).message}). Set LEDGER_READ_MODEL to another path.`,
    );
  }
  if (
    read === 0 ||
    (header.toString('latin1', 0, 15) === 'SQLite format 3' && header.readUInt32BE(68) === APPLICATION_ID)
  )
    return;
  throw new ViewsNotOpened(
    `${path} is not a file of the ledger's views, so it is left alone. Set LEDGER_READ_MODEL to another path, or ` +
      'remove the file if nobody needs it.',
  );
}

/**
 * An exclusive transaction on a neighbouring file, held for as long as the process lives: two projectors on one file
 * would spoil it.
 */
function takeLock(path: string): Libsql.Database {
  let lock: Libsql.Database | undefined;
  try {
    lock = new Libsql(`${path}.lock`);
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return lock;
  } catch (error) {
    lock?.close();
    throw new ViewsNotOpened(
      codeOf(error).startsWith('SQLITE_BUSY')
        ? `The views' file ${path} is in use by another ledger process. Stop that one, or set LEDGER_READ_MODEL to ` +
            'a path of its own.'
        : `${path}.lock cannot be opened (${(error as Error).message}). Remove it, or set LEDGER_READ_MODEL to ` +
            'another path.',
    );
  }
}

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? '';

/** Beside a file that was found to be damaged while it was in use, so that the next start builds it anew. */
const damageMark = (path: string): string => `${path}.damaged`;

/** The file as it is, or null where it has to be built anew. */
function reopen(path: string, version: string): Libsql.Database | null {
  let db: Libsql.Database | undefined;
  try {
    if (!isWritten(path) || existsSync(damageMark(path))) return null;
    db = new Libsql(path);
    tune(db);
    const [kept, boot] = db.prepare('SELECT version, boot FROM mark').raw().get() as [unknown, unknown];
    if (kept === version && (boot === 'closed' || boot === bootId())) {
      mark(db, version, bootId());
      return db;
    }
  } catch {
    // Empty, damaged, or of a release without a mark: it is replaced.
  }
  db?.close();
  return null;
}

/**
 * SQLite without fsync survives the end of the process, not that of the machine; a file from before a reboot that was
 * not closed is not trusted.
 */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `up-since-${Math.round((Date.now() / 1000 - uptime()) / 60)}`; // no such file outside Linux
  }
}

function tune(db: Libsql.Database): void {
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 5000; PRAGMA busy_timeout = ' +
      '5000; PRAGMA cache_size = -8000;',
  );
}

function mark(db: Libsql.Database, version: string, boot: string): void {
  db.prepare('INSERT OR REPLACE INTO mark (id, version, boot) VALUES (1, ?, ?)').run(version, boot);
}

/** What is said, and done, of a views' file that is damaged. */
const viewsDamaged =
  (path: string) =>
  (cause: unknown): ViewsDamaged => {
    writeFileSync(damageMark(path), '');
    const remedy = 'Restart the ledger: it is then built anew from the log, which holds everything.';
    return new ViewsDamaged(`The views' file ${path} is damaged. ${remedy}`, { cause });
  };

function wrap(db: Libsql.Database, close: () => void, whenDamaged: (cause: unknown) => Error): Database {
  const [begin, end] = [db.prepare('BEGIN'), db.prepare('COMMIT')];
  const damaged = (error: unknown): unknown =>
    /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error)) ? whenDamaged(error) : error;
  return {
    prepare(sql) {
      const statement = db.prepare(sql);
      if (statement.reader) statement.raw();
      return {
        run(...values) {
          try {
            statement.run(values);
          } catch (error) {
            throw damaged(error);
          }
        },
        get(...values) {
          try {
            return statement.get(values) as Row | undefined;
          } catch (error) {
            throw damaged(error);
          }
        },
        all(...values) {
          try {
            return statement.all(values) as Row[];
          } catch (error) {
            throw damaged(error);
          }
        },
      };
    },
    exec: (sql) => void db.exec(sql),
    transaction(work) {
      db.exec('BEGIN IMMEDIATE');
      try {
        work();
        db.exec('COMMIT');
      } catch (error) {
        if (db.inTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    snapshot(questions) {
      if (db.inTransaction) return questions();
      begin.run();
      try {
        return questions();
      } finally {
        end.run();
      }
    },
    close,
  };
}
