/**
 * Signed checkpoints, kept for ever in a file of their own: unlike the views they are not made again when the views
 * are.
 */
import type { Database } from '#sqlite';
import { ViewsNotOpened, openKeptFile, openUnchanged } from './database.js';

export interface KeptCheckpoint {
  /** Leaves of the tree. */
  readonly size: number;
  /** The signed note, verbatim. */
  readonly note: string;
}

export interface KeptCheckpoints {
  newest(): KeptCheckpoint | null;
  /** The one of exactly that size; the first that was signed, where a new key has signed it again. */
  at(size: number): KeptCheckpoint | null;
  /** Durable once this returns; one that is kept already is left as it is. */
  keep(checkpoint: KeptCheckpoint): void;
  close(): void;
}

const DDL =
  'CREATE TABLE IF NOT EXISTS checkpoint (size INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY (size, note));';

/** @throws {KeptFileNotOpened} the file cannot be used; the message says what to do */
export function openKeptCheckpoints(path: string): KeptCheckpoints {
  const db: Database = openKeptFile(path, DDL);
  const newest = db.prepare('SELECT size, note FROM checkpoint ORDER BY size DESC, rowid DESC LIMIT 1');
  const at = db.prepare('SELECT size, note FROM checkpoint WHERE size = ? ORDER BY rowid LIMIT 1');
  const insert = db.prepare('INSERT OR IGNORE INTO checkpoint VALUES (?, ?)');
  const kept = (row: readonly unknown[] | undefined): KeptCheckpoint | null =>
    row === undefined ? null : { size: row[0] as number, note: row[1] as string };
  return {
    newest: () => kept(newest.get()),
    at: (size) => kept(at.get(size)),
    keep: ({ size, note }) => insert.run(size, note),
    close: () => db.close(),
  };
}

/** A file of checkpoints as it was when it was opened, read without changing it. */
export interface KeptFile {
  readonly count: number;
  /** Of the largest; 0 where there is none. */
  readonly largestSize: number;
  /**
   * Each, the smallest first; read a page at a time, since there may be a million a year. @throws what SQLite says of a
   * damaged file
   */
  each(): Generator<KeptCheckpoint>;
  close(): void;
}

const PAGE = 1000;

/** @returns null where there is no such file @throws {ViewsNotOpened} it is another file, or damaged */
export function openKeptUnchanged(path: string): KeptFile | null {
  const db = openUnchanged(path, 'checkpoints');
  if (db === null) return null;
  try {
    // What is kept from now on is of events that may come too late for who reads the log along with this.
    const lastRow = Number(db.prepare('SELECT max(rowid) FROM checkpoint').get()![0] ?? 0);
    const [count, odd, largest] = db
      .prepare(
        `SELECT count(*), sum(typeof(size) <> 'integer' OR size NOT BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}), ` +
          'max(size) FROM checkpoint WHERE rowid <= ?',
      )
      .get(lastRow)! as [number, number | null, unknown];
    if ((odd ?? 0) > 0)
      throw new ViewsNotOpened(`${path} cannot be used (it has a checkpoint whose size is no number of events).`);
    // Notes as bytes: over text that is not UTF-8 the driver ends the process.
    const page = db.prepare(
      'SELECT size, rowid, CAST(note AS BLOB) FROM checkpoint WHERE rowid <= ? AND (size, rowid) > (?, ?) ORDER BY ' +
        `size, rowid LIMIT ${PAGE}`,
    );
    return {
      count,
      largestSize: Number(largest ?? 0),
      *each() {
        let after: readonly [number, number] = [-1, 0];
        for (;;) {
          const rows = page.all(lastRow, ...after);
          for (const [size, , note] of rows)
            yield { size: size as number, note: Buffer.from((note ?? []) as Uint8Array).toString() };
          if (rows.length < PAGE) return;
          after = rows.at(-1)!.slice(0, 2) as [number, number];
        }
      },
      close: () => db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}
