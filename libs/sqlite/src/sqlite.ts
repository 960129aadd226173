/** The only place that knows the SQLite driver. */
import Libsql from 'libsql';
import { existsSync } from 'node:fs';
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
   * Asks several questions of one state of the file, while others may write it. Inside another snapshot, of the state
   * of that one.
   */
  snapshot<T>(questions: () => T): T;
  readonly inTransaction: boolean;
  close(): void;
}

/** What a statement throws where the driver finds the file damaged. */
export type Damaged = (cause: unknown) => Error;

/**
 * Opens a file, and makes it where there is none.
 * @param damaged left out, a statement throws the driver's own error @throws the driver's error
 */
export const openDatabase = (path: string, damaged?: Damaged): Database => wrap(new Libsql(path), damaged);

/**
 * Opens a file that nobody has to write, beside its writer or on a medium that cannot be written. Nothing of it is
 * changed, and its WAL is left as it is. @throws the driver's error
 */
export function openReadOnly(path: string): Database {
  const url = pathToFileURL(path).href;
  const db = openDatabase(`${url}?mode=ro`);
  try {
    db.exec('PRAGMA busy_timeout = 5000; PRAGMA cache_size = -2000; SELECT 1 FROM sqlite_master;');
    return db;
  } catch (error) {
    db.close();
    // In a folder that cannot be written SQLite cannot share the file with a writer. Without a WAL there is none.
    if (!codeOf(error).startsWith('SQLITE_CANTOPEN') || existsSync(`${path}-wal`)) throw error;
    return openDatabase(`${url}?immutable=1`);
  }
}

/**
 * Takes the lock of a file: an exclusive transaction on the file `….lock` beside it. The kernel lets go of it when the
 * process ends, SIGKILL included. @throws the driver's error, of which `isBusy` says whether another process has it
 */
export function takeLock(path: string): { close(): void } {
  let lock: Libsql.Database | undefined;
  try {
    lock = new Libsql(`${path}.lock`);
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return { close: () => void lock!.close() };
  } catch (error) {
    lock?.close();
    throw error;
  }
}

/** The same file, closed in another way. */
export const closedBy = (db: Database, close: () => void): Database => ({
  ...db,
  get inTransaction() {
    return db.inTransaction;
  },
  close,
});

/** The value of a PRAGMA. */
export const pragma = (db: Database, name: string): SqlValue => db.prepare(`PRAGMA ${name}`).get()![0]!;

/** Whether nothing was ever written to the file. */
export const isFresh = (db: Database): boolean => db.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() === undefined;

export const isBusy = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_BUSY');

/** Whether it says that the file is damaged, or no SQLite file. */
export const isDamage = (error: unknown): boolean => /^SQLITE_(CORRUPT|NOTADB)/.test(codeOf(error));

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? '';

function wrap(db: Libsql.Database, damaged?: Damaged): Database {
  const [begin, end] = [db.prepare('BEGIN'), db.prepare('COMMIT')];
  const told = (error: unknown): unknown => (damaged !== undefined && isDamage(error) ? damaged(error) : error);
  return {
    prepare(sql) {
      const statement = db.prepare(sql);
      if (statement.reader) statement.raw();
      return {
        run(...values) {
          try {
            statement.run(values);
          } catch (error) {
            throw told(error);
          }
        },
        get(...values) {
          try {
            return statement.get(values) as Row | undefined;
          } catch (error) {
            throw told(error);
          }
        },
        all(...values) {
          try {
            return statement.all(values) as Row[];
          } catch (error) {
            throw told(error);
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
    get inTransaction() {
      return db.inTransaction;
    },
    close: () => void db.close(),
  };
}
