import fc from 'fast-check';
import { signCheckpoint } from './checkpoint.js';
import { signerKey } from './keys.js';
import { inclusionProof } from './proofs.js';
import { Malformed, NotProven } from './refused.js';
import { tilesOf } from './testing/kept-tiles.js';
import { HASH, MTH } from './testing/naive-tree.js';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.js';

const leaves = Array.from({ length: 21 }, (_, i) => HASH(Buffer.of(i)));
const tiles = tilesOf(leaves);
const signer = signerKey('log.example/1', Buffer.alloc(32, 1));
const keys = [signer.verifier];
const checkpoint = signCheckpoint({ origin: 'log.example/1', size: 21, root: MTH(leaves) }, signer);
const proofOf = (index: number, extra?: Buffer): string =>
  formatTlogProof({
    index,
    hashes: inclusionProof(tiles, index, 21),
    checkpoint,
    ...(extra === undefined ? {} : { extra }),
  });

describe('a proof as text', () => {
  it('is laid out as C2SP tlog-proof shows', () => {
    const [first, index, ...rest] = proofOf(20).split('\n');
    expect([first, index]).toEqual(['c2sp.org/tlog-proof@v1', 'index 20']);
    expect(rest.join('\n')).toBe(
      `${MTH(leaves.slice(16, 20)).toString('base64')}\n${MTH(leaves.slice(0, 16)).toString('base64')}\n\n${checkpoint}`,
    );
    expect(proofOf(3, Buffer.from('x')).split('\n').slice(1, 3)).toEqual(['extra eA==', 'index 3']);
  });
  it('is verified offline, for each leaf', () => {
    for (const [index, leaf] of leaves.entries()) {
      const found = verifyTlogProof(proofOf(index), leaf, keys);
      expect(found).toMatchObject({
        index,
        checkpoint: { size: 21, origin: 'log.example/1', signer: signer.verifier },
      });
    }
  });
  it('of the only leaf has no hashes', () => {
    const only = signCheckpoint({ origin: 'log.example/1', size: 1, root: leaves[0]! }, signer);
    const text = formatTlogProof({ index: 0, hashes: [], checkpoint: only });
    expect(text).toBe(`c2sp.org/tlog-proof@v1\nindex 0\n\n${only}`);
    expect(verifyTlogProof(text, leaves[0]!, keys).index).toBe(0);
  });
  it('is read as it was written', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
    const extra = fc.uint8Array().map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.record({ index: fc.nat(20), hashes: fc.array(hash, { maxLength: 53 }), extra }), (parts) => {
        expect(parseTlogProof(formatTlogProof({ ...parts, checkpoint }))).toEqual({ ...parts, checkpoint });
      }),
    );
  });
});

describe('a proof that does not prove', () => {
  it('is of another leaf, of a key that is not known, or altered in a hash', () => {
    expect(() => verifyTlogProof(proofOf(3), leaves[4]!, keys)).toThrow(
      'does not show that this is leaf 3 of the log of size 21',
    );
    expect(() =>
      verifyTlogProof(proofOf(3), leaves[3]!, [signerKey('log.example/1', Buffer.alloc(32, 2)).verifier]),
    ).toThrow(NotProven);
    const forged = signCheckpoint(
      { origin: 'other.example', size: 21, root: MTH(leaves) },
      signerKey('other.example', Buffer.alloc(32, 2)),
    );
    expect(() => verifyTlogProof(proofOf(3).replace(checkpoint, forged), leaves[3]!, keys)).toThrow(NotProven);
    expect(() => verifyTlogProof(proofOf(3).replace('index 3', 'index 4'), leaves[3]!, keys)).toThrow(NotProven);
  });
  it('is any text in which a character was changed, left out or doubled', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(), fc.constantFrom('change', 'drop', 'double'), (index, n, how) => {
        const text = proofOf(index);
        const at = n % text.length;
        const by = { change: text[at] === 'A' ? 'B' : 'A', drop: '', double: text[at]! + text[at]! }[how];
        const altered = text.slice(0, at) + by + text.slice(at + 1);
        fc.pre(altered !== text);
        expect(() => verifyTlogProof(altered, leaves[index]!, keys)).toThrow();
      }),
      { numRuns: 500 },
    );
  });
  it.each([
    ['another first line', (text: string) => text.replace('@v1', '@v2')],
    ['no first line', (text: string) => text.slice(text.indexOf('\n') + 1)],
    ['no index', (text: string) => text.replace('index 3\n', '')],
    ['an index with a leading zero', (text: string) => text.replace('index 3', 'index 03')],
    ['an index beyond the log', (text: string) => text.replace('index 3', 'index 21')],
    ['extra after the index', (text: string) => text.replace('index 3\n', 'index 3\nextra eA==\n')],
    ['extra that is no base64', (text: string) => text.replace('index 3', 'extra !\nindex 3')],
    ['extra twice', (text: string) => text.replace('index 3', 'extra eA==\nextra eA==\nindex 3')],
    ['a short hash', (text: string) => text.replace('index 3\n', 'index 3\neA==\n')],
    [
      'too many hashes',
      (text: string) => text.replace('index 3\n', `index 3\n${`${leaves[0]!.toString('base64')}\n`.repeat(53)}`),
    ],
    ['no empty line', (text: string) => text.replaceAll('\n\n', '\n')],
    ['two empty lines', (text: string) => text.replace('\n\n', '\n\n\n')],
    ['no checkpoint', (text: string) => text.slice(0, text.indexOf('\n\n') + 2)],
    ['carriage returns', (text: string) => text.replaceAll('\n', '\r\n')],
    [
      'more than a proof may have',
      (text: string) => text.replace('index 3', `extra ${'AAAA'.repeat(600_000)}\nindex 3`),
    ],
  ])('is refused with %s', (_, alter) => {
    expect(() => verifyTlogProof(alter(proofOf(3)), leaves[3]!, keys)).toThrow(Malformed);
  });
});
