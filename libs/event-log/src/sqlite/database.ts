/** The file of the log: its form, its lock, and what the file itself refuses. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Database } from '#sqlite';
import { closedBy, isBusy, isDamage, isFresh, openDatabase, openReadOnly, pragma, takeLock } from '#sqlite';
import { LogNotOpened } from '../event-log.js';

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
  WHEN EXISTS (
    SELECT 1 FROM event
    WHERE position = NEW.position OR id = NEW.id OR (stream = NEW.stream AND revision = NEW.revision)
  )
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
  const lock = lockLog(path);
  try {
    const db = openDatabase(path);
    const fresh = isFresh(db);
    if (!fresh) refuseForeign(db, path); // before anything is set, since setting WAL writes
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
    if (fresh) db.exec(`BEGIN IMMEDIATE; ${DDL} COMMIT;`);
    return closedBy(db, () => {
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
  const db = openDatabase(path);
  // A checkpoint syncs both files while everybody waits; at 32 MB it comes seldom, and a start after a crash reads that
  // much in no time.
  db.exec(
    'PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = ' +
      '-8000;',
  );
  return db;
}

/** Opens the log's file beside its writer, to read alone. @throws {LogNotOpened} */
export function openForReading(path: string): Database {
  if (!existsSync(path)) throw new LogNotOpened(`There is no event log at ${path}. Check LEDGER_DATA_DIR.`);
  try {
    const db = openDatabase(path);
    db.exec('PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;');
    refuseForeign(db, path);
    return db;
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
    return db;
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

/**
 * Keeps every process from writing the log until the lock is closed, whatever state the file is in. @throws
 * {LogNotOpened} another process has it open to write
 */
export function lockLog(path: string): { close(): void } {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return takeLock(path);
  } catch (error) {
    if (isBusy(error))
      throw new LogNotOpened(
        `${path} is in use by another ledger process. Stop that one first, or set LEDGER_DATA_DIR to another folder.`,
      );
    throw asNotOpened(error, path);
  }
}

function refuseForeign(db: Database, path: string): void {
  if (pragma(db, 'application_id') !== APPLICATION_ID)
    throw new LogNotOpened(
      `${path} is a database of another application. Move it away, or set LEDGER_DATA_DIR to another folder.`,
    );
  if (pragma(db, 'user_version') !== FORMAT)
    throw new LogNotOpened(
      `${path} was written by another release of the ledger (format ${String(pragma(db, 'user_version'))}, this one ` +
        `reads ${FORMAT}). Use that release.`,
    );
}

function asNotOpened(error: unknown, path: string): LogNotOpened {
  if (error instanceof LogNotOpened) return error;
  const { message } = error as Error;
  const remedy = isDamage(error)
    ? 'It is damaged, or not a SQLite file: move it away, or restore a backup.'
    : 'Check that the folder exists and can be written, or set LEDGER_DATA_DIR to another one.';
  return new LogNotOpened(`The event log ${path} cannot be opened (${message}). ${remedy}`);
}
