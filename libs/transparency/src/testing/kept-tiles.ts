/** Tiles kept in memory, as a projector keeps them in rows: the newest of each level and index. */
import { GrowingTree } from '../growing-tree.js';
import type { Tile, TileSource } from '../tiles.js';

export class KeptTiles implements TileSource {
  readonly tiles = new Map<string, Uint8Array>();
  reads = 0;

  keep(tiles: readonly Tile[]): void {
    for (const { level, index, bytes } of tiles) this.tiles.set(`${level}/${index}`, Buffer.from(bytes));
  }

  read(level: number, index: number): Uint8Array {
    this.reads++;
    return this.tiles.get(`${level}/${index}`) ?? Buffer.alloc(0);
  }
}

/** The tiles of a tree over these leaf hashes. */
export function tilesOf(leafHashes: readonly Uint8Array[]): KeptTiles {
  const kept = new KeptTiles();
  kept.keep(new GrowingTree(kept, 0).append(leafHashes));
  return kept;
}
