/**
 * The tree while it grows: takes leaf hashes in batches and gives the tiles that they change, for who keeps them to
 * write.
 */
import type { Tile, TileSource } from './tiles.js';
import { hashesAtLevel, TILE_HASHES, TILE_HEIGHT, TiledTree } from './tiles.js';
import { Frontier, HASH_BYTES } from './tree.js';

/** The last tile of a level, as far as it is filled. */
interface Edge {
  index: number;
  width: number;
  bytes: Buffer;
}

/**
 * Holds the last tile of each level and a frontier, about 8 KB for each level. A leaf costs one hash besides its own,
 * taken over many. What was
 * appended is not undone: where the tiles of a batch could not be written, open it again from those that were.
 */
export class GrowingTree {
  private readonly edges: Edge[] = [];
  private readonly frontier: Frontier;

  /** @param size leaves whose tiles stand in the source @throws {TileMissing} they do not */
  constructor(source: TileSource, size: number) {
    const tree = new TiledTree(source, size);
    this.frontier = new Frontier(size, tree.perfectRoots());
    for (let level = 0, count = size; count > 0; count = hashesAtLevel(size, ++level)) {
      const edge = emptyEdge(Math.floor(count / TILE_HASHES));
      edge.width = count % TILE_HASHES;
      if (edge.width > 0) edge.bytes.set(tree.tile(level, edge.index).subarray(0, edge.width * HASH_BYTES));
      this.edges.push(edge);
    }
  }

  get size(): number {
    return this.frontier.size;
  }

  /** Of all leaves so far. */
  root(): Buffer {
    return this.frontier.root();
  }

  /**
   * @returns each tile that is new or wider than before, once, as it is after the batch; a partial one takes the place
   * of the one that was kept
   *   under the same level and index. Their bytes never change afterwards.
   */
  append(leafHashes: Iterable<Uint8Array>): Tile[] {
    const filled: Tile[] = [];
    const changed = new Set<number>();
    const put = (level: number, hash: Uint8Array): void => {
      const edge = (this.edges[level] ??= emptyEdge(0));
      edge.bytes.set(hash, edge.width * HASH_BYTES);
      edge.width++;
      changed.add(level);
      if (edge.width < TILE_HASHES) return;
      filled.push({ level, ...edge });
      changed.delete(level);
      this.edges[level] = emptyEdge(edge.index + 1);
    };
    for (const leafHash of leafHashes) {
      if (leafHash.length !== HASH_BYTES)
        throw new RangeError(`a leaf hash has ${HASH_BYTES} bytes, not ${leafHash.length}`);
      put(0, leafHash);
      this.frontier.append(leafHash, (height, root) => {
        if (height % TILE_HEIGHT === 0) put(height / TILE_HEIGHT, root);
      });
    }
    const partial = [...changed].map((level): Tile => {
      const { index, width, bytes } = this.edges[level]!;
      return { level, index, width, bytes: bytes.subarray(0, width * HASH_BYTES) };
    });
    return [...filled, ...partial];
  }
}

const emptyEdge = (index: number): Edge => ({ index, width: 0, bytes: Buffer.alloc(TILE_HASHES * HASH_BYTES) });
