/**
 * The files of the views and of the kept checkpoints. The views are disposable: where their file is no longer good, it
 * is built anew from the log.
 */
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
import type { Database } from '#sqlite';
import * as sqlite from '#sqlite';

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
    const held = (db: Database): Database =>
      sqlite.closedBy(db, () => {
        mark(db, version, 'closed');
        db.close();
        lock.close();
      });
    const kept = reopen(path, version);
    if (kept !== null) return held(kept);
    setAside(path);
    const fresh = sqlite.openDatabase(path, viewsDamaged(path));
    // before WAL, so that it is in the file itself from the first moment on
    fresh.exec(`PRAGMA page_size = 8192; PRAGMA application_id = ${APPLICATION_ID}`);
    tune(fresh);
    fresh.exec(
      `CREATE TABLE mark (id INTEGER PRIMARY KEY CHECK (id = 1), version TEXT NOT NULL, boot TEXT NOT NULL);${ddl}`,
    );
    mark(fresh, version, bootId());
    return held(fresh);
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
  const db = sqlite.openDatabase(path, viewsDamaged(path));
  db.exec(`PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA cache_size = -${cacheKb};`);
  return db;
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
    const db = sqlite.openDatabase(path, () => new KeptFileDamaged(`${path} is damaged. ${KEPT_REMEDY}`));
    if (sqlite.pragma(db, 'application_id') !== KEPT_APPLICATION_ID && !sqlite.isFresh(db))
      throw new Error('it is a database of another application');
    db.exec(
      'PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -500; ' +
        `PRAGMA application_id = ${KEPT_APPLICATION_ID};`,
    );
    db.exec(ddl);
    return db;
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
  let db: Database | undefined;
  try {
    db = sqlite.openReadOnly(path);
    if (sqlite.pragma(db, 'application_id') !== APPLICATIONS[holds])
      throw new Error(`it is no file of the ledger's ${holds}`);
    return db;
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

/** Two projectors on one file would spoil it. @throws {ViewsNotOpened} another process has the file */
function takeLock(path: string): { close(): void } {
  try {
    return sqlite.takeLock(path);
  } catch (error) {
    throw new ViewsNotOpened(
      sqlite.isBusy(error)
        ? `The views' file ${path} is in use by another ledger process. Stop that one, or set LEDGER_READ_MODEL to ` +
            'a path of its own.'
        : `${path}.lock cannot be opened (${(error as Error).message}). Remove it, or set LEDGER_READ_MODEL to ` +
            'another path.',
    );
  }
}

/** Beside a file that was found to be damaged while it was in use, so that the next start builds it anew. */
const damageMark = (path: string): string => `${path}.damaged`;

/** The file as it is, or null where it has to be built anew. */
function reopen(path: string, version: string): Database | null {
  let db: Database | undefined;
  try {
    if (!isWritten(path) || existsSync(damageMark(path))) return null;
    db = sqlite.openDatabase(path, viewsDamaged(path));
    tune(db);
    const [kept, boot] = db.prepare('SELECT version, boot FROM mark').get()!;
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

function tune(db: Database): void {
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 5000; PRAGMA busy_timeout = ' +
      '5000; PRAGMA cache_size = -8000;',
  );
}

function mark(db: Database, version: string, boot: string): void {
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
