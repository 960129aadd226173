import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './proofs.js';
import { tilesOf } from './testing/kept-tiles.js';
import { HASH } from './testing/naive-tree.js';

const [a, b, c, d, e, f, j] = ['a', 'b', 'c', 'd', 'e', 'f', 'j'].map((name) => HASH(Buffer.from(name)));
const node = (left: Buffer, right: Buffer): Buffer => HASH(Buffer.of(1), left, right);
// The tree of the examples, RFC 9162, section 2.1.5.
const [g, h, i] = [node(a!, b!), node(c!, d!), node(e!, f!)];
const k = node(g, h);
const tiles = tilesOf([a!, b!, c!, d!, e!, f!, j!]);
const root = node(k, node(i, j!));

describe('the examples of RFC 9162, section 2.1.5', () => {
  it('of inclusion', () => {
    const l = node(i, j!);
    expect(inclusionProof(tiles, 0, 7)).toEqual([b, h, l]);
    expect(inclusionProof(tiles, 3, 7)).toEqual([c, g, l]);
    expect(inclusionProof(tiles, 4, 7)).toEqual([f, j, k]);
    expect(inclusionProof(tiles, 6, 7)).toEqual([i, k]);
  });

  it('of consistency', () => {
    const [hash0, hash1, hash2] = [node(g, c!), k, node(k, i)];
    const l = node(i, j!);
    expect(consistencyProof(tiles, 3, 7)).toEqual([c, d, g, l]);
    expect(consistencyProof(tiles, 4, 7)).toEqual([l]);
    expect(consistencyProof(tiles, 6, 7)).toEqual([i, j, k]);
    expect(verifyConsistency(3, 7, hash0, root, [c!, d!, g, l])).toBe(true);
    expect(verifyConsistency(4, 7, hash1, root, [l])).toBe(true);
    expect(verifyConsistency(6, 7, hash2, root, [i, j!, k])).toBe(true);
  });
});

describe('proofs', () => {
  it('of one size to itself, or of the only leaf, are empty', () => {
    expect(consistencyProof(tiles, 7, 7)).toEqual([]);
    expect(verifyConsistency(7, 7, root, root, [])).toBe(true);
    expect(verifyConsistency(7, 7, root, root, [a!])).toBe(false);
    expect(verifyConsistency(7, 7, root, k, [])).toBe(false);
    expect(inclusionProof(tiles, 0, 1)).toEqual([]);
    expect(verifyInclusion(a!, 0, 1, [], a!)).toBe(true);
  });

  it('read each tile once', () => {
    const many = tilesOf(Array.from({ length: 70_000 }, (_, n) => HASH(Buffer.from(`${n}`))));
    many.reads = 0;
    inclusionProof(many, 12_345, 70_000);
    expect(many.reads).toBeLessThanOrEqual(5); // on the way up from the leaf, and at the right edge
  });

  it('are refused where there are none', () => {
    for (const [index, size] of [
      [7, 7],
      [-1, 7],
      [0, 0],
      [0.5, 7],
      [0, NaN],
    ] as const) {
      expect(() => inclusionProof(tiles, index, size)).toThrow(RangeError);
      expect(verifyInclusion(a!, index, size, [], a!)).toBe(false);
    }
    for (const [from, to] of [
      [0, 7],
      [7, 6],
      [1.5, 7],
    ] as const) {
      expect(() => consistencyProof(tiles, from, to)).toThrow(RangeError);
      expect(verifyConsistency(from, to, a!, root, [])).toBe(false);
    }
  });

  it('work beyond 2^32 leaves', () => {
    const size = 2 ** 40 + 1; // a perfect tree of 2^40 leaves on the left, one leaf on the right
    expect(verifyInclusion(a!, 2 ** 40, size, [b!], node(b!, a!))).toBe(true);
    expect(verifyConsistency(2 ** 40, size, b!, node(b!, a!), [a!])).toBe(true);
  });
});
