/**
 * RFC 9162, sections 2.1.1, 2.1.3.1 and 2.1.4.1, word for word: recursive, slow, and with nothing of the code that it
 * is held against.
 */
import { createHash } from 'node:crypto';

export const HASH = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** "Let k be the largest power of two smaller than n". */
const k = (n: number): number => 2 ** (Math.ceil(Math.log2(n)) - 1);

/** MTH over the hashes of leaves. */
export function MTH(D: readonly Buffer[]): Buffer {
  if (D.length === 0) return HASH();
  if (D.length === 1) return D[0]!;
  const middle = k(D.length);
  return HASH(Buffer.of(1), MTH(D.slice(0, middle)), MTH(D.slice(middle)));
}

export function PATH(m: number, D: readonly Buffer[]): Buffer[] {
  if (D.length === 1) return [];
  const middle = k(D.length);
  return m < middle
    ? [...PATH(m, D.slice(0, middle)), MTH(D.slice(middle))]
    : [...PATH(m - middle, D.slice(middle)), MTH(D.slice(0, middle))];
}

export const PROOF = (m: number, D: readonly Buffer[]): Buffer[] => SUBPROOF(m, D, true);

function SUBPROOF(m: number, D: readonly Buffer[], b: boolean): Buffer[] {
  if (m === D.length) return b ? [] : [MTH(D)];
  const middle = k(D.length);
  return m <= middle
    ? [...SUBPROOF(m, D.slice(0, middle), b), MTH(D.slice(middle))]
    : [...SUBPROOF(m - middle, D.slice(middle), false), MTH(D.slice(0, middle))];
}
