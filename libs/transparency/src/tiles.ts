/**
 * The tree as it is kept: C2SP tlog-tiles, "Merkle Tree". The tile `index` of level L holds up to 256 hashes one after
 * the other, each the root
 * of the 256^L leaves below it; only full tiles have a hash in the level above. What lies between two levels is hashed
 * when it is asked for.
 */
import { EMPTY_ROOT, HASH_BYTES, nodeHash, perfectRoot, splitOf } from './tree.js';

export const TILE_HASHES = 256;
/** log2 of the hashes in a tile: the levels of the tree that one tile spans. */
export const TILE_HEIGHT = 8;

export interface Tile {
  readonly level: number;
  readonly index: number;
  /** Number of hashes; fewer than 256 only in the last tile of a level. */
  readonly width: number;
  readonly bytes: Uint8Array;
}

export interface TileSource {
  /** The first `width` hashes of a tile at least; more where the tree has grown since. */
  read(level: number, index: number, width: number): Uint8Array;
}

/** A tile is not there, or has fewer hashes than a tree of the size that is asked for. */
export class TileMissing extends Error {}

/**
 * A tree of one size, old or present, over the tiles of any later one. Reads each tile once: make one for each
 * question.
 */
export class TiledTree {
  private readonly tiles = new Map<string, Uint8Array>();

  constructor(
    private readonly source: TileSource,
    readonly size: number,
  ) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`a tree has no size ${size}`);
  }

  /** MTH(D[0:size]) */
  root(): Buffer {
    return this.size === 0 ? EMPTY_ROOT : this.rangeRoot(0, this.size);
  }

  /** MTH(D[from:to]) of a range that RFC 9162 forms by splitting the tree, so that its parts are perfect subtrees. */
  rangeRoot(from: number, to: number): Buffer {
    const split = splitOf(to - from);
    if (to - from === 1 || split * 2 === to - from) return this.subtreeRoot(Math.log2(to - from), from / (to - from));
    return nodeHash(this.subtreeRoot(Math.log2(split), from / split), this.rangeRoot(from + split, to));
  }

  /** Roots of the perfect subtrees that the tree consists of, from the left. */
  perfectRoots(): Buffer[] {
    const roots: Buffer[] = [];
    for (let from = 0; from < this.size;) {
      const leaves = splitOf(this.size - from + 1);
      roots.push(this.subtreeRoot(Math.log2(leaves), from / leaves));
      from += leaves;
    }
    return roots;
  }

  /** Root of the perfect subtree over the leaves from index × 2^height, 2^height of them. */
  private subtreeRoot(height: number, index: number): Buffer {
    const level = Math.floor(height / TILE_HEIGHT);
    const hashes = 2 ** (height % TILE_HEIGHT);
    const first = index * hashes;
    const tile = this.tile(level, Math.floor(first / TILE_HASHES));
    const at = (first % TILE_HASHES) * HASH_BYTES;
    return perfectRoot(tile.subarray(at, at + hashes * HASH_BYTES));
  }

  /** A tile as it is in the tree of this size. */
  tile(level: number, index: number): Uint8Array {
    const key = `${level}/${index}`;
    let bytes = this.tiles.get(key);
    if (bytes === undefined) {
      const width = Math.min(TILE_HASHES, hashesAtLevel(this.size, level) - index * TILE_HASHES);
      bytes = this.source.read(level, index, width);
      if (bytes.length < width * HASH_BYTES)
        throw new TileMissing(`tile ${key} has ${bytes.length} bytes; ${width} hashes are needed of it`);
      this.tiles.set(key, bytes);
    }
    return bytes;
  }
}

/** How many hashes a tree has at a level of tiles, over all tiles of it. */
export const hashesAtLevel = (size: number, level: number): number => Math.floor(size / TILE_HASHES ** level);
