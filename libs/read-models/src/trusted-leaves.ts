/**
 * The leaf hashes of the views' file for who compares the log with them: read alone, beside whoever has the file,
 * whatever state it is in. Whether they
 * can be trusted is for the reader to find out: do they give a root that was signed?
 */
import { HASH_BYTES, leafHash, leafText, TILE_HASHES } from '#transparency';
import type { Database, Row, Statement } from '#sqlite';
import { openUnchanged } from './database.js';

export interface TrustedLeaves {
  readonly size: number;
  /** Null where the file does not hold it. */
  leafHash(leafIndex: number): Uint8Array | null;
  /** Which event the leaf is of, where the file's row of it has that leaf. */
  identity(leafIndex: number): { readonly id: string; readonly stream: string; readonly revision: number } | null;
  /** What SQLite said where it could not read the file on the way; null where it could. */
  damage(): string | null;
  close(): void;
}

/** As bytes: over text that is not UTF-8 the driver ends the process. */
const BYTES = ['id', 'stream', 'type', 'data', 'metadata'].map((column) => `CAST(${column} AS BLOB)`).join(', ');
const EVENT = `SELECT revision, ${BYTES} FROM event WHERE leaf_index = ?`;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * @returns null where there is no such file @throws {ViewsNotOpened} it cannot be used: damaged, of another release, or
 * another file
 */
export function openTrustedLeaves(path: string): TrustedLeaves | null {
  const db = openUnchanged(path, 'views');
  if (db === null) return null;
  try {
    return trustedLeaves(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function trustedLeaves(db: Database): TrustedLeaves {
  const size = Number(db.prepare('SELECT size FROM checkpoint').get()?.[0] ?? 0);
  const read = db.prepare('SELECT CAST(hashes AS BLOB) FROM tree_tile WHERE level = 0 AND tile = ?');
  const event = db.prepare(EVENT);
  let damaged: string | null = null;
  /** What cannot be read is not there. */
  const row = (statement: Statement, ...values: number[]): Row | undefined => {
    try {
      return statement.get(...values);
    } catch (error) {
      damaged = (error as Error).message;
      return undefined;
    }
  };
  let tile = { index: -1, bytes: new Uint8Array() };

  function hashOf(leafIndex: number): Uint8Array | null {
    const index = Math.floor(leafIndex / TILE_HASHES);
    if (index !== tile.index) tile = { index, bytes: Uint8Array.from((row(read, index)?.[0] ?? []) as Uint8Array) };
    const at = (leafIndex % TILE_HASHES) * HASH_BYTES;
    return at + HASH_BYTES <= tile.bytes.length ? tile.bytes.subarray(at, at + HASH_BYTES) : null;
  }

  return {
    size,
    leafHash: hashOf,
    identity(leafIndex) {
      const found = row(event, leafIndex);
      const hash = hashOf(leafIndex);
      if (found === undefined || hash === null || found.includes(null)) return null;
      const [id, stream, type, dataText, metadataText] = found
        .slice(1)
        .map((bytes) => utf8.decode(bytes as Uint8Array)) as [string, string, string, string, string];
      const revision = Number(found[0]);
      return leafHash(leafText({ id, stream, revision, type, dataText, metadataText })).equals(hash)
        ? { id, stream, revision }
        : null;
    },
    damage: () => damaged,
    close: () => db.close(),
  };
}
