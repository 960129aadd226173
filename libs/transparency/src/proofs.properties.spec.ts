/** Every proof holds, and every altered one fails, over random trees. */
import fc from 'fast-check';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './proofs.js';
import { tilesOf } from './testing/kept-tiles.js';
import { HASH, MTH, PATH, PROOF } from './testing/naive-tree.js';

const leaves = (count: number, salt = 0): Buffer[] =>
  Array.from({ length: count }, (_, i) => HASH(Buffer.from(`${salt}/${i}`)));
const ALL = leaves(520);
const tiles = tilesOf(ALL);
const flipped = (hash: Buffer, bit: number): Buffer => {
  const copy = Buffer.from(hash);
  copy[Math.floor(bit / 8)]! ^= 1 << (bit % 8);
  return copy;
};
const bit = fc.nat(255);

/** A proof that is another one: a bit flipped, a hash dropped, added, doubled, or two of them changed about. */
const alteredProof = (proof: readonly Buffer[]): fc.Arbitrary<Buffer[]> => {
  const at = fc.nat(Math.max(0, proof.length - 1));
  const added = fc
    .tuple(fc.nat(proof.length), bit)
    .map(([i, n]) => proof.toSpliced(i, 0, flipped(Buffer.alloc(32), n)));
  if (proof.length === 0) return added;
  return fc.oneof(
    fc.tuple(at, bit).map(([i, n]) => proof.toSpliced(i, 1, flipped(proof[i]!, n))),
    at.map((i) => proof.toSpliced(i, 1)),
    at.map((i) => proof.toSpliced(i, 0, proof[i]!)),
    added,
    at.map((i) => proof.toSpliced(i, 1, proof[i]!.subarray(0, 31))),
    ...(proof.length > 1 ? [fc.nat(proof.length - 2).map((i) => proof.toSpliced(i, 2, proof[i + 1]!, proof[i]!))] : []),
  );
};

const inclusion = fc
  .integer({ min: 1, max: ALL.length })
  .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1) }))
  .map(({ size, index }) => ({
    size,
    index,
    proof: inclusionProof(tiles, index, size),
    root: MTH(ALL.slice(0, size)),
  }));

const consistency = fc
  .integer({ min: 1, max: ALL.length })
  .chain((to) => fc.record({ to: fc.constant(to), from: fc.integer({ min: 1, max: to }) }))
  .map(({ from, to }) => ({
    from,
    to,
    proof: consistencyProof(tiles, from, to),
    roots: [from, to].map((size) => MTH(ALL.slice(0, size))),
  }));

describe('inclusion proofs', () => {
  it('are those of the definition, and hold', () => {
    fc.assert(
      fc.property(inclusion, ({ size, index, proof, root }) => {
        expect(proof).toEqual(PATH(index, ALL.slice(0, size)));
        expect(verifyInclusion(ALL[index]!, index, size, proof, root)).toBe(true);
      }),
    );
  });

  it('fail once anything is altered', () => {
    const altered = inclusion.chain((whole) =>
      fc.oneof(
        alteredProof(whole.proof).map((proof) => ({ ...whole, leaf: ALL[whole.index]!, proof })),
        bit.map((n) => ({ ...whole, leaf: flipped(ALL[whole.index]!, n) })),
        bit.map((n) => ({ ...whole, leaf: ALL[whole.index]!, root: flipped(whole.root, n) })),
        fc
          .nat(ALL.length - 1)
          .filter((index) => index !== whole.index)
          .map((index) => ({ ...whole, leaf: ALL[whole.index]!, index })),
        fc.constant({ ...whole, leaf: Buffer.alloc(0) }),
      ),
    );
    fc.assert(
      fc.property(altered, ({ leaf, index, size, proof, root }) => {
        expect(verifyInclusion(leaf, index, size, proof, root)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('fail for a size to which another number of hashes belongs', () => {
    fc.assert(
      fc.property(inclusion, fc.integer({ min: 0, max: 2 * ALL.length }), ({ index, proof, size, root }, other) => {
        fc.pre(other !== size && (other <= index || PATH(index, leaves(other)).length !== proof.length));
        expect(verifyInclusion(ALL[index]!, index, other, proof, root)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

describe('consistency proofs', () => {
  it('are those of the definition, and hold', () => {
    fc.assert(
      fc.property(consistency, ({ from, to, proof, roots: [earlier, later] }) => {
        expect(proof).toEqual(PROOF(from, ALL.slice(0, to)));
        expect(verifyConsistency(from, to, earlier!, later!, proof)).toBe(true);
      }),
    );
  });

  it('fail once anything is altered', () => {
    const altered = consistency.chain((whole) =>
      fc.oneof(
        alteredProof(whole.proof).map((proof) => ({ ...whole, proof })),
        fc
          .tuple(fc.nat(1), bit)
          .map(([i, n]) => ({ ...whole, roots: whole.roots.toSpliced(i, 1, flipped(whole.roots[i]!, n)) })),
        fc
          .integer({ min: 0, max: ALL.length })
          .filter((from) => from !== whole.from)
          .map((from) => ({ ...whole, from })),
        ...(whole.from === whole.to ? [] : [fc.constant({ ...whole, roots: [...whole.roots].reverse() })]),
      ),
    );
    fc.assert(
      fc.property(altered, ({ from, to, proof, roots: [earlier, later] }) => {
        expect(verifyConsistency(from, to, earlier!, later!, proof)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('fail for a later size to which another number of hashes belongs', () => {
    fc.assert(
      fc.property(
        consistency,
        fc.integer({ min: 0, max: 2 * ALL.length }),
        ({ from, to, proof, roots: [earlier, later] }, other) => {
          fc.pre(other !== to && (other < from || PROOF(from, leaves(other)).length !== proof.length));
          expect(verifyConsistency(from, other, earlier!, later!, proof)).toBe(false);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('cannot be made between trees that begin differently', () => {
    fc.assert(
      fc.property(consistency, fc.nat(), ({ from, to, roots }, seed) => {
        const other = leaves(from);
        other[seed % from] = HASH(Buffer.from('another'));
        // Whoever runs the log can choose the proof: that of the tree as it was, or as it is made out to have been.
        for (const proof of [consistencyProof(tiles, from, to), PROOF(from, [...other, ...ALL.slice(from, to)])])
          expect(verifyConsistency(from, to, MTH(other), roots[1]!, proof)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});
