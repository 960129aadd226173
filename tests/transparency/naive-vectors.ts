/**
 * The vectors of docs/stored-bytes.md. They are computed from that text without libs/transparency: with recursion,
 * canonicalize, and node:crypto.
 */
import canonicalize from 'canonicalize';
import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { HASH, MTH, PATH, PROOF } from '#transparency/testing';

const ORIGIN = 'ledger.example/vectors';
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** A pair of keys for tests, never for a ledger: the vectors show its seed. */
function keyPair(firstByte: number): { seed: Buffer; privateKey: KeyObject; publicKey: Buffer; id: Buffer } {
  const seed = Buffer.from(Array.from({ length: 32 }, (_, i) => firstByte + i));
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  const publicKey = Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x!, 'base64url');
  const id = HASH(Buffer.from(`${ORIGIN}\n`), Buffer.of(1), publicKey).subarray(0, 4);
  return { seed, privateKey, publicKey, id };
}

function checkpointOf(size: number, root: Uint8Array, { privateKey, id }: ReturnType<typeof keyPair>): string {
  const text = `${ORIGIN}\n${size}\n${base64(root)}\n`;
  return `${text}\n— ${ORIGIN} ${base64(Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]))}\n`;
}

const keyLines = ({ seed, publicKey, id }: ReturnType<typeof keyPair>): object => ({
  seed: seed.toString('hex'),
  signer: `PRIVATE+KEY+${ORIGIN}+${id.toString('hex')}+${base64(Buffer.concat([Buffer.of(1), seed]))}`,
  verifier: `${ORIGIN}+${id.toString('hex')}+${base64(Buffer.concat([Buffer.of(1), publicKey]))}`,
});

export const SIZES = { inclusion: [1, 2, 7, 8, 13], consistency: [8, 13], rotation: 5 };
/** Leaf index of the tlog-proof in the vectors. */
export const PROVEN = 5;

export type Vectors = ReturnType<typeof naiveVectors>;

/** @param lines the events of an export, without its first line */
export function naiveVectors(lines: readonly string[]) {
  const leaves = lines.map((line) => {
    const { id, stream, revision, type, data, metadata } = JSON.parse(line) as Record<string, unknown>;
    return Buffer.from(canonicalize({ id, stream, revision, type, data, metadata })!);
  });
  const hashes = leaves.map((bytes) => HASH(Buffer.of(0), bytes));
  const upTo = (size: number): Buffer[] => hashes.slice(0, size);
  const [first, rotated] = [keyPair(0), keyPair(32)];
  const checkpoint = checkpointOf(leaves.length, MTH(hashes), rotated);
  return {
    leaves: leaves.map((bytes, leafIndex) => ({
      leafIndex,
      bytes: bytes.toString('hex'),
      leafHash: base64(hashes[leafIndex]!),
    })),
    roots: Array.from({ length: leaves.length + 1 }, (_, size) => base64(MTH(upTo(size)))),
    inclusion: SIZES.inclusion.flatMap((size) =>
      upTo(size).map((_, leafIndex) => ({ leafIndex, size, hashes: PATH(leafIndex, upTo(size)).map(base64) })),
    ),
    consistency: SIZES.consistency.flatMap((to) =>
      upTo(to).map((_, i) => ({ from: i + 1, to, hashes: PROOF(i + 1, upTo(to)).map(base64) })),
    ),
    keys: [keyLines(rotated), keyLines(first)],
    checkpoints: [checkpointOf(SIZES.rotation, MTH(upTo(SIZES.rotation)), first), checkpoint],
    tlogProof: ['c2sp.org/tlog-proof@v1', `index ${PROVEN}`, ...PATH(PROVEN, hashes).map(base64), '', checkpoint].join(
      '\n',
    ),
  };
}
