import fc from 'fast-check';
import { GrowingTree } from './growing-tree.js';
import { KeptTiles, tilesOf } from './testing/kept-tiles.js';
import { HASH, MTH } from './testing/naive-tree.js';
import { TiledTree, TileMissing } from './tiles.js';

const leaves = Array.from({ length: 900 }, (_, i) => HASH(Buffer.from(`leaf ${i}`)));
const seen = (tiles: ReturnType<GrowingTree['append']>): string[] =>
  tiles.map(({ level, index, width, bytes }) => `${level}/${index}.${width}:${bytes.length / 32}`).sort();

describe('a tree that grows', () => {
  it(
    'gives the root of the definition after every batch, and for every size afterwards, also when it is opened ' +
      'anew in between',
    () => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.boolean()), { minLength: 1, maxLength: 8 }),
          (batches) => {
            const kept = new KeptTiles();
            let tree = new GrowingTree(kept, 0);
            for (const [count, reopened] of batches) {
              if (reopened) tree = new GrowingTree(kept, tree.size);
              kept.keep(tree.append(leaves.slice(tree.size, tree.size + count)));
              expect(tree.root()).toEqual(MTH(leaves.slice(0, tree.size)));
            }
            for (let size = 0; size <= tree.size; size += 1 + (size % 97))
              expect(new TiledTree(kept, size).root()).toEqual(MTH(leaves.slice(0, size)));
            expect(new GrowingTree(kept, tree.size).root()).toEqual(tree.root());
          },
        ),
        { numRuns: 20 },
      );
    },
  );

  it('gives each tile that a batch changes, once', () => {
    const kept = new KeptTiles();
    const tree = new GrowingTree(kept, 0);
    const append = (count: number): string[] => {
      const tiles = tree.append(leaves.slice(tree.size, tree.size + count));
      kept.keep(tiles);
      return seen(tiles);
    };
    expect(append(0)).toEqual([]);
    expect(append(1)).toEqual(['0/0.1:1']);
    expect(append(254)).toEqual(['0/0.255:255']);
    expect(append(1)).toEqual(['0/0.256:256', '1/0.1:1']);
    expect(append(1)).toEqual(['0/1.1:1']);
    expect(append(600)).toEqual(['0/1.256:256', '0/2.256:256', '0/3.89:89', '1/0.3:3']);
  });

  it('has the tiles that tlog-tiles gives as an example: 273 full and one of 112, one full and one of 17, one of 1', () => {
    const kept = tilesOf(Array.from({ length: 70_000 }, (_, i) => HASH(Buffer.from(`${i}`))));
    const widths = (level: number): number[] =>
      [...kept.tiles].filter(([key]) => key.startsWith(`${level}/`)).map(([, { length }]) => length / 32);
    expect(widths(0)).toEqual([...Array<number>(273).fill(256), 112]);
    expect(widths(1)).toEqual([256, 17]);
    expect(widths(2)).toEqual([1]);
    expect(widths(3)).toEqual([]);
  });

  it('gives tiles whose bytes do not change when it grows on', () => {
    const tree = new GrowingTree(new KeptTiles(), 0);
    const [tile] = tree.append(leaves.slice(0, 3));
    const before = Buffer.from(tile!.bytes);
    tree.append(leaves.slice(3, 600));
    expect(Buffer.from(tile!.bytes)).toEqual(before);
  });

  it('says which tile is missing, or too short', () => {
    const kept = tilesOf(leaves.slice(0, 300));
    expect(() => new GrowingTree(kept, 301)).toThrow(TileMissing);
    kept.tiles.delete('1/0');
    expect(() => new GrowingTree(kept, 300)).toThrow('tile 1/0 has 0 bytes; 1 hashes are needed of it');
    expect(() => new TiledTree(kept, -1)).toThrow(RangeError);
  });

  it('takes hashes only', () => {
    expect(() => new GrowingTree(new KeptTiles(), 0).append([Buffer.alloc(31)])).toThrow(RangeError);
  });
});
