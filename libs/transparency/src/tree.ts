/** The Merkle tree as a list of hashes: RFC 9162, section 2.1.1, with SHA-256. */
import { hash } from 'node:crypto';

export const HASH_BYTES = 32;

/** Node hands a digest over as one-byte characters four times as fast as in a new Buffer. */
const digest = (data: Uint8Array | string): string => hash('sha256', data, 'binary');

/** SHA-256; a string is taken as UTF-8. */
export const sha256 = (data: Uint8Array | string): Buffer => Buffer.from(digest(data), 'latin1');

/** Root of a tree without leaves: MTH({}) = HASH(). */
export const EMPTY_ROOT: Buffer = sha256('');

/** 0x01, then the two children of the node that is being hashed. Hashing is synchronous, so one is enough. */
const node = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** HASH(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  node.set(left, 1);
  node.set(right, 1 + HASH_BYTES);
  return sha256(node);
}

/** Root over hashes that lie one after the other and whose number is a power of two. */
export function perfectRoot(hashes: Uint8Array): Buffer {
  const level = Buffer.from(hashes);
  for (let length = level.length; length > HASH_BYTES; length /= 2)
    for (let at = 0; at < length; at += 2 * HASH_BYTES) {
      node.set(level.subarray(at, at + 2 * HASH_BYTES), 1);
      level.write(digest(node), at / 2, 'latin1');
    }
  return level.subarray(0, HASH_BYTES);
}

/** The largest power of two that is smaller than n: where RFC 9162 splits a list of n > 1 (its k). */
export function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/**
 * Root and size of a tree that is read leaf by leaf, in memory that grows with the logarithm of its size: the roots of
 * the perfect subtrees
 * that the leaves so far consist of, from the left, one for each 1 in the binary form of the size.
 */
export class Frontier {
  private readonly roots: Buffer[];

  constructor(
    private leaves = 0,
    roots: readonly Buffer[] = [],
  ) {
    this.roots = [...roots];
  }

  get size(): number {
    return this.leaves;
  }

  /**
   * @param completed is told each perfect subtree of two leaves or more that the leaf completes: its height and its
   * root
   */
  append(leafHash: Uint8Array, completed?: (height: number, root: Buffer) => void): void {
    let root: Buffer = Buffer.from(leafHash);
    let height = 0;
    for (let rest = this.leaves; rest % 2 === 1; rest = (rest - 1) / 2) {
      root = nodeHash(this.roots.pop()!, root);
      completed?.(++height, root);
    }
    this.roots.push(root);
    this.leaves++;
  }

  root(): Buffer {
    if (this.roots.length === 0) return EMPTY_ROOT;
    return this.roots.reduceRight((right, left) => nodeHash(left, right));
  }
}
