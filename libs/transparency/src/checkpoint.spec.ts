import fc from 'fast-check';
import type { Checkpoint } from './checkpoint.js';
import { formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.js';
import { CheckedLog } from './checked-log.js';
import { signerKey } from './keys.js';
import { parseNote, signNote } from './note.js';
import { Malformed, NotProven } from './refused.js';
import { HASH, MTH } from './testing/naive-tree.js';

/** The example of C2SP tlog-checkpoint. */
const TEXT = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const NOTE =
  `${TEXT}\n— example.com/behind-the-sofa ` +
  'Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n';
const root = Buffer.from('0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62', 'hex');

const signer = signerKey('log.example/1', Buffer.alloc(32, 1));
const newer = signerKey('log.example/1', Buffer.alloc(32, 2));
const witness = signerKey('witness.example', Buffer.alloc(32, 3));
const checkpoint: Checkpoint = { origin: 'log.example/1', size: 12, root };

describe('the text of a checkpoint', () => {
  it('is that of the example', () => {
    expect(parseCheckpoint(parseNote(NOTE).text)).toEqual({
      origin: 'example.com/behind-the-sofa',
      size: 20852163,
      root,
    });
    expect(formatCheckpoint(parseCheckpoint(TEXT))).toBe(TEXT);
  });
  it('is read as it was written', () => {
    const origin = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\u0000-\u001f]/.test(text));
    fc.assert(
      fc.property(origin, fc.maxSafeNat(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (name, size, hash) => {
        expect(parseCheckpoint(formatCheckpoint({ origin: name, size, root: hash }))).toEqual({
          origin: name,
          size,
          root: Buffer.from(hash),
        });
      }),
    );
  });
  it('may have extension lines of others', () => {
    expect(parseCheckpoint(`${TEXT}something of others\n`)).toEqual(parseCheckpoint(TEXT));
  });
  it.each([
    ['nothing', ''],
    ['two lines', 'a\n1\n'],
    ['no newline at the end', TEXT.slice(0, -1)],
    ['no origin', TEXT.slice(TEXT.indexOf('\n'))],
    ['an empty line', `${TEXT}\n`],
    ['an empty extension line', `${TEXT}\nb\n`],
    ['an extension line without a newline', `${TEXT}b`],
    ['a leading zero', TEXT.replace('20852163', '020852163')],
    ['a sign', TEXT.replace('20852163', '+20852163')],
    ['a negative size', TEXT.replace('20852163', '-1')],
    ['a hexadecimal size', TEXT.replace('20852163', '0x12')],
    ['a size with a fraction', TEXT.replace('20852163', '1.0')],
    ['other digits', TEXT.replace('20852163', '١٢')],
    ['a space', TEXT.replace('20852163', '20852163 ')],
    ['no size', TEXT.replace('20852163', '')],
    ['a size beyond 2^53 − 1', TEXT.replace('20852163', '9007199254740992')],
    ['a short root', TEXT.replace('CsUYapGG', 'CsUY')],
    ['a long root', TEXT.replace('CsUYapGG', 'CsUYapGGapGG')],
    ['a root without padding', TEXT.replace('=', '')],
    ['a root with bits that are not used', TEXT.replace('q2I=', 'q2J=')],
    ['a root in another base64', TEXT.replace('om/X', 'om_X')],
  ])('is refused with %s', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow(Malformed);
  });
  it('is not written as it could not be read', () => {
    for (const wrong of [
      { origin: '' },
      { origin: `a\n1\n${root.toString('base64')}` },
      { size: -1 },
      { size: 1.5 },
      { root: Buffer.alloc(31) },
    ])
      expect(() => formatCheckpoint({ ...checkpoint, ...wrong })).toThrow(Malformed);
  });
});

describe('a signed checkpoint', () => {
  const note = signCheckpoint(checkpoint, signer);
  it('is opened by the key, also among newer and older ones of the same name', () => {
    for (const keys of [[signer], [newer, signer], [signer, newer]])
      expect(
        openCheckpoint(
          note,
          keys.map(({ verifier }) => verifier),
        ),
      ).toEqual({ ...checkpoint, signer: signer.verifier });
    expect(() => openCheckpoint(note, [newer.verifier])).toThrow(NotProven);
  });
  it('is the same note again', () => {
    expect(signCheckpoint({ ...checkpoint }, signer)).toBe(note);
  });
  it('is signed by the log, not by a witness alone', () => {
    const text = formatCheckpoint(checkpoint);
    const both = [signer.verifier, witness.verifier];
    expect(openCheckpoint(signNote(text, [witness, signer]), both).signer).toBe(signer.verifier);
    expect(() => openCheckpoint(signNote(text, [witness]), both)).toThrow('not signed by a key of that name');
    expect(() => signCheckpoint(checkpoint, witness)).toThrow(Malformed);
  });
  it('is refused where what was signed is no checkpoint', () => {
    expect(() => openCheckpoint(signNote('hello\n', [signer]), [signer.verifier])).toThrow(Malformed);
  });
});

describe('a log held against checkpoints', () => {
  const leaves = Array.from({ length: 40 }, (_, i) => HASH(Buffer.of(i)));
  const at = (size: number, of = leaves): Checkpoint => ({ origin: 'o', size, root: MTH(of.slice(0, size)) });
  const follow = (checkpoints: Checkpoint[], of = leaves): CheckedLog => {
    const log = new CheckedLog(checkpoints);
    for (const leaf of of) log.append(leaf);
    return log;
  };
  it('finds that all fit', () => {
    const found = follow([at(0), at(1), at(17), at(17), at(40)]);
    expect([found.fitting, found.misfit, found.beyond]).toEqual([at(40), null, null]);
    expect([found.size, found.root()]).toEqual([40, MTH(leaves)]);
  });
  it('finds between which two of them a leaf was changed', () => {
    const other = leaves.with(20, HASH());
    const found = follow([at(10), at(19), at(20), at(21), at(30, other), at(40)], other);
    expect([found.fitting, found.misfit]).toEqual([at(20), at(21)]);
  });
  it('finds that the log was truncated', () => {
    const found = follow([at(10), at(30), at(40)], leaves.slice(0, 29));
    expect([found.fitting, found.misfit, found.beyond]).toEqual([at(10), null, at(30)]);
  });
  it('asks for one no sooner than for the one before it, tells of each, and refuses another order', () => {
    let asked = 0;
    const told: [number, boolean][] = [];
    const growing = (function* () {
      for (const size of [10, 20, 30, 40]) {
        asked++;
        yield at(size, leaves.with(25, HASH()));
      }
    })();
    const log = new CheckedLog(growing, ({ size }, fits) => told.push([size, fits]));
    for (const leaf of leaves.slice(0, 30)) {
      log.append(leaf);
      expect(asked).toBe(Math.floor(log.size / 10) + 1);
    }
    expect(told).toEqual([
      [10, true],
      [20, true],
      [30, false],
    ]);
    expect(() => follow([at(20), at(10)])).toThrow(RangeError);
  });
});
