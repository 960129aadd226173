/**
 * The only place of this lib that knows the SQLite driver: the file of the log, its lock, and what the file itself
 * refuses.
 */
import Libsql from 'libsql';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LogNotOpened } from '../event-log.js';

export type SqlValue = string | number | Uint8Array | null;
export type Row = readonly SqlValue[];

export interface Statement {
  run(...values: SqlValue[]): void;
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
}

export interface Database {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  readonly inTransaction: boolean;
  close(): void;
}

/** "LEDG" and the version of the stored form: a file of another application, or of a later release, is left alone. */
const APPLICATION_ID = 0x4c454447;
const FORMAT = 1;

/**
 * Events are only ever added. The INSERT trigger is what makes INSERT OR REPLACE fail: REPLACE removes the row in its
 * way
 * without asking DELETE triggers, unless the connection has recursive_triggers on.
 */
const DDL = `
  CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 0),
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    UNIQUE (stream, revision)
  );
  CREATE TRIGGER event_is_added_once BEFORE INSERT ON event
  WHEN EXISTS (SELECT 1 FROM event WHERE position = NEW.position OR id = NEW.id OR (stream = NEW.stream AND revision = NEW.revision))
  BEGIN SELECT RAISE(ABORT, 'events of the ledger are never replaced'); END;
  CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'events of the ledger are never changed'); END;
  CREATE TRIGGER event_is_not_removed BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'events of the ledger are never removed'); END;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT};`;

/** Of those that the ledger gives: somebody else may have put rows elsewhere. No row in an empty log. */
export const LAST_POSITION =
  `SELECT position FROM event WHERE position BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER} ORDER ` +
  'BY position DESC LIMIT 1';

/**
 * Opens the log's file for the one process that may write it, and makes it where there is none. Closing it closes the
 * log: the WAL is taken into the file.
 * @throws {LogNotOpened} with a line that says what to do
 */
export function openForWriting(path: string): Database {
  const lock = takeLock(path);
  try {
    const db = new Libsql(path);
    const fresh = isEmpty(db);
    if (!fresh) refuseForeign(db, path); // before anything is set, since setting WAL writes
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
    if (fresh) db.exec(`BEGIN IMMEDIATE; ${DDL} COMMIT;`);
    return wrap(db, () => {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)'); // so that the one file is the whole log
      db.close();
      lock.close();
    });
  } catch (error) {
    lock.close();
    throw asNotOpened(error, path);
  }
}

/** A second connection of the process that holds the lock, for the thread that writes. */
export function openBesideLock(path: string): Database {
  const db = new Libsql(path);
  // A checkpoint syncs both files while everybody waits; at 32 MB it comes seldom, and a start after a crash reads that
  // much in no time.
  db.exec(
    'PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = ' +
      '-8000;',
  );
  return wrap(db, () => db.close());
}

/** Opens the log's file beside its writer, to read alone. @throws {LogNotOpened} */
export function openForReading(path: string): Database {
  if (!existsSync(path)) throw new LogNotOpened(`There is no event log at ${path}. Check LEDGER_DATA_DIR.`);
  try {
    const db = new Libsql(path);
    db.exec('PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;');
    refuseForeign(db, path);
    return wrap(db, () => db.close());
  } catch (error) {
    throw asNotOpened(error, path);
  }
}

/**
 * Opens the log's file to look at it, beside its writer or from a medium that cannot be written: nothing of it is
 * changed, and its WAL is left as it is.
 * @throws {LogNotOpened}
 */
export function openUnchanged(path: string): Database {
  if (!existsSync(path)) throw new LogNotOpened(`There is no event log at ${path}. Check LEDGER_DATA_DIR.`);
  try {
    const db = openReadOnly(path);
    refuseForeign(db, path);
    return wrap(db, () => db.close());
  } catch (error) {
    throw asNotOpened(error, path);
  }
}

/**
 * Writes the log's file, as it is at this moment, into a new one, beside whoever writes it. @throws {LogNotOpened};
 * what SQLite throws where it cannot be written
 */
export function copyWhole(path: string, to: string): void {
  const db = openUnchanged(path);
  try {
    db.prepare('VACUUM INTO ?').run(to);
  } finally {
    db.close();
  }
}

function openReadOnly(path: string): Libsql.Database {
  const url = pathToFileURL(path).href;
  const db = new Libsql(`${url}?mode=ro`);
  try {
    db.exec('PRAGMA busy_timeout = 5000; SELECT 1 FROM sqlite_master;');
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
 * Keeps every process from writing the log until it is closed, whatever state the file is in. @throws {LogNotOpened}
 * one has it open to write
 */
export const lockLog = (path: string): { close(): unknown } => takeLock(path);

/**
 * An exclusive transaction on a neighbouring file, held for as long as the process lives: the kernel lets go of it even
 * after SIGKILL.
 */
function takeLock(path: string): Libsql.Database {
  let lock: Libsql.Database | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    lock = new Libsql(`${path}.lock`);
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return lock;
  } catch (error) {
    lock?.close();
    if (codeOf(error).startsWith('SQLITE_BUSY'))
      throw new LogNotOpened(
        `${path} is in use by another ledger process. Stop that one first, or set LEDGER_DATA_DIR to another folder.`,
      );
    throw asNotOpened(error, path);
  }
}

const isEmpty = (db: Libsql.Database): boolean =>
  db.prepare('SELECT 1 FROM sqlite_master LIMIT 1').raw().get() === undefined;

function refuseForeign(db: Libsql.Database, path: string): void {
  const pragma = (name: string): unknown => (db.prepare(`PRAGMA ${name}`).raw().get() as unknown[])[0];
  if (pragma('application_id') !== APPLICATION_ID)
    throw new LogNotOpened(
      `${path} is a database of another application. Move it away, or set LEDGER_DATA_DIR to another folder.`,
    );
  if (pragma('user_version') !== FORMAT)
    throw new LogNotOpened(
      `${path} was written by another release of the ledger (format ${String(pragma('user_version'))}, this one ` +
        `reads ${FORMAT}). Use that release.`,
    );
}

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? '';

function asNotOpened(error: unknown, path: string): LogNotOpened {
  if (error instanceof LogNotOpened) return error;
  const { message } = error as Error;
  const remedy = /^SQLITE_(NOTADB|CORRUPT)/.test(codeOf(error))
    ? 'It is damaged, or not a SQLite file: move it away, or restore a backup.'
    : 'Check that the folder exists and can be written, or set LEDGER_DATA_DIR to another one.';
  return new LogNotOpened(`The event log ${path} cannot be opened (${message}). ${remedy}`);
}

function wrap(db: Libsql.Database, close: () => void): Database {
  return {
    prepare(sql) {
      const statement = db.prepare(sql);
      if (statement.reader) statement.raw();
      return {
        run: (...values) => void statement.run(values),
        get: (...values) => statement.get(values) as Row | undefined,
        all: (...values) => statement.all(values) as Row[],
      };
    },
    exec: (sql) => void db.exec(sql),
    get inTransaction() {
      return db.inTransaction;
    },
    close,
  };
}
