/** The only place of this lib that knows the SQLite driver. The views are disposable: whatever is wrong with the file, it is built anew. */
import Libsql from 'libsql';
import { readFileSync, rmSync } from 'node:fs';
import { uptime } from 'node:os';

export type SqlValue = string | number | null;
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
  /** Marks the file as cleanly closed. */
  close(): void;
}

/** SQLite without fsync survives the end of the process, not that of the machine; a file from before a reboot that was not closed is not trusted. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `up-since-${Math.round((Date.now() / 1000 - uptime()) / 60)}`; // no such file outside Linux
  }
}

/**
 * Opens the file of the views for its one writer, or starts it anew when it was made by another version of the DDL, lost its
 * footing in a crash of the machine, or cannot be read as SQLite.
 * @param version changes whenever DDL or projections change
 */
export function openViewsFile(path: string, version: string, ddl: string): Database {
  const opened = tryOpen(path);
  if (opened !== null) {
    const [kept, boot] = readMark(opened);
    if (kept === version && (boot === 'closed' || boot === bootId())) {
      mark(opened, version, bootId());
      return wrap(opened, version);
    }
    opened.close();
  }
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  const fresh = new Libsql(path);
  tune(fresh);
  fresh.exec(`CREATE TABLE mark (id INTEGER PRIMARY KEY CHECK (id = 1), version TEXT NOT NULL, boot TEXT NOT NULL);${ddl}`);
  mark(fresh, version, bootId());
  return wrap(fresh, version);
}

/** A second connection that only reads: queries see the last committed batch while the projector writes the next. */
export function openViewsForReading(path: string): Database {
  const db = new Libsql(path);
  db.exec('PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;');
  return wrap(db, null);
}

function tryOpen(path: string): Libsql.Database | null {
  let db: Libsql.Database | undefined;
  try {
    db = new Libsql(path);
    tune(db);
    readMark(db);
    return db;
  } catch {
    db?.close(); // not SQLite, or none of ours: it is replaced, and the log has everything that it held
    return null;
  }
}

function tune(db: Libsql.Database): void {
  db.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 10000; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -32000;',
  );
}

function readMark(db: Libsql.Database): readonly [unknown, unknown] {
  return db.prepare('SELECT version, boot FROM mark').raw().get() as [unknown, unknown];
}

function mark(db: Libsql.Database, version: string, boot: string): void {
  db.prepare('INSERT OR REPLACE INTO mark (id, version, boot) VALUES (1, ?, ?)').run(version, boot);
}

function wrap(db: Libsql.Database, version: string | null): Database {
  return {
    prepare(sql) {
      const statement = db.prepare(sql);
      if (statement.reader) statement.raw();
      return {
        run: (...values) => void statement.run(...values),
        get: (...values) => statement.get(...values) as Row | undefined,
        all: (...values) => statement.all(...values) as Row[],
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
    close() {
      if (version !== null) mark(db, version, 'closed');
      db.close();
    },
  };
}
