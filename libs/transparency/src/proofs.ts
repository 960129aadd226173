/** Inclusion and consistency proofs: RFC 9162, sections 2.1.3 and 2.1.4. */
import type { TileSource } from './tiles.js';
import { TiledTree } from './tiles.js';
import { HASH_BYTES, nodeHash, splitOf } from './tree.js';

/**
 * PATH(index, D[0:size]), section 2.1.3.1: the sibling of the leaf first, the child of the root last.
 * @throws {RangeError} there is no such leaf in a tree of that size
 */
export function inclusionProof(source: TileSource, index: number, size: number): Buffer[] {
  if (!isCount(index) || !isCount(size) || index >= size)
    throw new RangeError(`a tree of size ${size} has no leaf ${index}`);
  const tree = new TiledTree(source, size);
  const fromTheTop: Buffer[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      fromTheTop.push(tree.rangeRoot(middle, to));
      to = middle;
    } else {
      fromTheTop.push(tree.rangeRoot(from, middle));
      from = middle;
    }
  }
  return fromTheTop.reverse();
}

/**
 * PROOF(earlier, D[0:later]), section 2.1.4.1; empty where both are the same size.
 * @throws {RangeError} not 1 <= earlier <= later
 */
export function consistencyProof(source: TileSource, earlier: number, later: number): Buffer[] {
  if (!isCount(earlier) || !isCount(later) || earlier < 1 || earlier > later)
    throw new RangeError(`there is no consistency proof from size ${earlier} to size ${later}`);
  const tree = new TiledTree(source, later);
  const fromTheTop: Buffer[] = [];
  let [from, to] = [0, later];
  while (earlier !== to) {
    const middle = from + splitOf(to - from);
    if (earlier <= middle) {
      fromTheTop.push(tree.rangeRoot(middle, to));
      to = middle;
    } else {
      fromTheTop.push(tree.rangeRoot(from, middle));
      from = middle;
    }
  }
  if (from > 0) fromTheTop.push(tree.rangeRoot(from, to)); // else it is the earlier root itself, which the verifier has
  return fromTheTop.reverse();
}

/** Section 2.1.3.2: whether the proof leads from the leaf hash at that index to the root of the tree of that size. */
export function verifyInclusion(
  leafHash: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leafHash, root, ...proof])) return false;
  let [fn, sn] = [index, size - 1];
  let r = leafHash;
  for (const p of proof) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      r = nodeHash(p, r);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && isSame(r, root);
}

/**
 * Section 2.1.4.2: whether the tree of the later size and root begins with the leaves of the earlier one. Two trees of
 * one size agree where
 * their roots are the same and the proof is empty.
 */
export function verifyConsistency(
  earlier: number,
  later: number,
  earlierRoot: Uint8Array,
  laterRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!isCount(earlier) || !isCount(later) || earlier < 1 || earlier > later) return false;
  if (!areHashes([earlierRoot, laterRoot, ...proof])) return false;
  if (earlier === later) return proof.length === 0 && isSame(earlierRoot, laterRoot);
  if (proof.length === 0) return false;
  const [first, ...path] = isPowerOfTwo(earlier) ? [earlierRoot, ...proof] : proof;
  let [fn, sn] = [earlier - 1, later - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [first!, first!];
  for (const c of path) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      fr = nodeHash(c, fr);
      sr = nodeHash(c, sr);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeHash(sr, c);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && isSame(fr, earlierRoot) && isSame(sr, laterRoot);
}

// Sizes may pass 2^31, where the operators on bits end.
const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isPowerOfTwo = (n: number): boolean => n === 1 || splitOf(n) * 2 === n;
const areHashes = (hashes: readonly Uint8Array[]): boolean => hashes.every(({ length }) => length === HASH_BYTES);
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
