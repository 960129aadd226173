/**
 * The Merkle tree over the whole log (docs/stored-bytes.md): its tiles are written in the transaction that writes the
 * rows
 * of its leaves.
 */
import type { TileSource } from '#transparency';
import {
  consistencyProof,
  GrowingTree,
  HASH_BYTES,
  inclusionProof,
  leafHash,
  leafText,
  TILE_HASHES,
  TiledTree,
} from '#transparency';
import type { Database } from '#sqlite';
import type { Projection } from './view.js';

export const TREE_DDL = `
  CREATE TABLE tree_tile (
    level INTEGER NOT NULL,
    tile INTEGER NOT NULL, -- its index in the level
    hashes BLOB NOT NULL,  -- up to 256, one after the other
    PRIMARY KEY (level, tile)
  );`;

export interface TreeView {
  /** How many leaves there are: as many as events in the views. */
  size(): number;
  /** Root of the tree of the first so many leaves. @throws {RangeError} there are not so many */
  root(size: number): Buffer;
  /** Hashes of the leaves from one index on, at most so many, those of one tile at the most; none beyond the last. */
  leafHashes(from: number, most: number): Buffer[];
  /** RFC 9162, section 2.1.3.1. @throws {RangeError} not 0 <= leafIndex < size <= the present one */
  inclusion(leafIndex: number, size: number): Buffer[];
  /** RFC 9162, section 2.1.4.1. @throws {RangeError} not 1 <= from <= to <= the present size */
  consistency(from: number, to: number): Buffer[];
}

const tilesOf = (db: Database): TileSource => {
  const read = db.prepare('SELECT hashes FROM tree_tile WHERE level = ? AND tile = ?');
  return { read: (level, index) => (read.get(level, index)?.[0] ?? new Uint8Array()) as Uint8Array };
};

export function projectTree(db: Database): Projection {
  const source = tilesOf(db);
  const write = db.prepare('INSERT OR REPLACE INTO tree_tile VALUES (?, ?, ?)');
  let tree: GrowingTree | null = null;
  let first = 0;
  let hashes: Buffer[] = [];
  return {
    project(event, leafIndex) {
      if (hashes.length === 0) first = leafIndex;
      hashes.push(leafHash(leafText(event)));
    },
    flush() {
      tree ??= new GrowingTree(source, first);
      for (const { level, index, bytes } of tree.append(hashes)) write.run(level, index, bytes);
      hashes = [];
    },
    rollback() {
      tree = null;
      hashes = [];
    },
  };
}

export function openTree(db: Database): TreeView {
  const source = tilesOf(db);
  const sizeNow = db.prepare('SELECT size FROM checkpoint');
  const size = (): number => sizeNow.get()![0] as number;

  /** In one snapshot: the last tile of a level may grow meanwhile. */
  function upTo<T>(wanted: number, answer: () => T): T {
    return db.snapshot(() => {
      if (wanted > size()) throw new RangeError(`the tree has ${size()} leaves, not ${wanted}`);
      return answer();
    });
  }

  return {
    size,
    root: (wanted) => upTo(wanted, () => new TiledTree(source, wanted).root()),
    leafHashes(from, most) {
      const bytes = Buffer.from(source.read(0, Math.floor(from / TILE_HASHES), 0));
      const hashes: Buffer[] = [];
      for (let at = (from % TILE_HASHES) * HASH_BYTES; at < bytes.length && hashes.length < most; at += HASH_BYTES)
        hashes.push(bytes.subarray(at, at + HASH_BYTES));
      return hashes;
    },
    inclusion: (leafIndex, wanted) => upTo(wanted, () => inclusionProof(source, leafIndex, wanted)),
    consistency: (from, to) => upTo(to, () => consistencyProof(source, from, to)),
  };
}
