/** Signed checkpoints, kept for ever in a file of their own: unlike the views they are not made again when the views are. */
import type { Database } from './database.js';
import { openKeptFile, openUnchanged } from './database.js';

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
  /** Those of more leaves than that, the smallest first, at most so many. */
  after(size: number, limit: number): KeptCheckpoint[];
  /** Durable once this returns; one that is kept already is left as it is. */
  keep(checkpoint: KeptCheckpoint): void;
  close(): void;
}

const DDL = 'CREATE TABLE IF NOT EXISTS checkpoint (size INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY (size, note));';

/** @throws {KeptFileNotOpened} the file cannot be used; the message says what to do */
export function openKeptCheckpoints(path: string): KeptCheckpoints {
  const db: Database = openKeptFile(path, DDL);
  const newest = db.prepare('SELECT size, note FROM checkpoint ORDER BY size DESC, rowid DESC LIMIT 1');
  const at = db.prepare('SELECT size, note FROM checkpoint WHERE size = ? ORDER BY rowid LIMIT 1');
  const after = db.prepare('SELECT size, note FROM checkpoint WHERE size > ? ORDER BY size, rowid LIMIT ?');
  const insert = db.prepare('INSERT OR IGNORE INTO checkpoint VALUES (?, ?)');
  const kept = (row: readonly unknown[] | undefined): KeptCheckpoint | null =>
    row === undefined ? null : { size: row[0] as number, note: row[1] as string };
  return {
    newest: () => kept(newest.get()),
    at: (size) => kept(at.get(size)),
    after: (size, limit) => after.all(size, limit).map((row) => kept(row)!),
    keep: ({ size, note }) => insert.run(size, note),
    close: () => db.close(),
  };
}

/**
 * Every one that is kept, the smallest first, read without changing the file.
 * @returns none where there is no such file @throws {ViewsNotOpened} it is another file, or damaged
 */
export function readKeptCheckpoints(path: string): KeptCheckpoint[] {
  const db = openUnchanged(path, 'checkpoints');
  if (db === null) return [];
  try {
    // As bytes: over text that is not UTF-8 the driver ends the process.
    const rows = db.prepare('SELECT size, CAST(note AS BLOB) FROM checkpoint ORDER BY size, rowid').all();
    return rows.map(([size, note]) => ({ size: size as number, note: Buffer.from((note ?? []) as Uint8Array).toString() }));
  } finally {
    db.close();
  }
}
