import fc from 'fast-check';
import { parseSignerKey, parseVerifierKey, signerKey } from './keys.js';
import { formatNote, openNote, parseNote, signNote } from './note.js';
import { Malformed, NotProven } from './refused.js';

/** The example of C2SP signed-note. */
const FOO = parseVerifierKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
const FOO_NOTE =
  'This is an example message.\n\n— example.com/foo ' +
  'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
/** The example of Go's sumdb/note. */
const PETER = parseSignerKey('PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz');
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETERS =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const ENOCH = parseVerifierKey('EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop');
const ENOCHS =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';

describe('known notes', () => {
  it('are opened', () => {
    expect(openNote(FOO_NOTE, [FOO])).toEqual({ text: 'This is an example message.\n', signers: [FOO] });
    expect(openNote(Buffer.from(FOO_NOTE), [FOO]).signers).toEqual([FOO]);
    expect(openNote(`${TEXT}\n${PETERS}${ENOCHS}`, [ENOCH, PETER.verifier])).toEqual({
      text: TEXT,
      signers: [PETER.verifier, ENOCH],
    });
  });
  it('are signed just so', () => {
    expect(signNote(TEXT, [PETER])).toBe(`${TEXT}\n${PETERS}`);
  });
  it('have empty lines in their text', () => {
    // The note at the head of C2SP signed-note, whose verifier key it does not give.
    const text = 'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n';
    const note =
      `${text}\n— quasimodo.example/salvatore ` +
      'NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';
    expect(parseNote(note)).toMatchObject({
      text,
      signatures: [{ name: 'quasimodo.example/salvatore', id: '367ba04b' }],
    });
    expect(formatNote(parseNote(note))).toBe(note);
  });
});

describe('signatures', () => {
  const wrong = PETERS.replace('x08go/ZJ', 'x08go/ZK');
  it('of unknown keys are ignored, whatever they are', () => {
    expect(openNote(`${TEXT}\n${ENOCHS}${PETERS}`, [PETER.verifier]).signers).toEqual([PETER.verifier]);
    const otherId = PETERS.replace('x08go', 'x08gp');
    const otherName = PETERS.replace('PeterNeumann', 'PeterNewman');
    for (const line of [otherId, otherName, '— a AAAAAAA=\n'])
      expect(openNote(`${TEXT}\n${line}${PETERS}`, [PETER.verifier]).signers).toEqual([PETER.verifier]);
    for (const line of [otherId, otherName])
      expect(() => openNote(`${TEXT}\n${line}`, [PETER.verifier])).toThrow(NotProven);
  });
  it('of known keys have to be right, every one of them', () => {
    for (const lines of [wrong, wrong + PETERS, PETERS + wrong, ENOCHS + wrong])
      expect(() => openNote(`${TEXT}\n${lines}`, [PETER.verifier, ENOCH])).toThrow(
        'the signature of PeterNeumann+c74f20a3 is not one of this text',
      );
  });
  it('are those of the text, to the letter', () => {
    expect(() => openNote(`${TEXT.replace('know', 'Know')}\n${PETERS}`, [PETER.verifier])).toThrow(NotProven);
    expect(() => openNote(`${TEXT}\n\n${PETERS}`, [PETER.verifier])).toThrow(NotProven);
  });
  it('have to be of one known key at least', () => {
    expect(() => openNote(`${TEXT}\n${PETERS}`, [ENOCH])).toThrow(
      'none of the given keys has signed; signatures are by PeterNeumann+c74f20a3',
    );
    expect(() => openNote(`${TEXT}\n${PETERS}`, [])).toThrow(NotProven);
  });
  it('may be given twice, and their keys too', () => {
    expect(openNote(`${TEXT}\n${PETERS}${PETERS}`, [PETER.verifier, PETER.verifier]).signers).toEqual([PETER.verifier]);
  });
  it('may be 100', () => {
    expect(openNote(`${TEXT}\n${PETERS.repeat(100)}`, [PETER.verifier]).signers).toHaveLength(1);
    expect(() => openNote(`${TEXT}\n${PETERS.repeat(101)}`, [PETER.verifier])).toThrow('at most 100 signatures');
  });
});

describe('what is no note', () => {
  it.each([
    ['nothing', ''],
    ['a text alone', TEXT],
    ['no signature', `${TEXT}\n`],
    ['no newline at the end', `${TEXT}\n${PETERS.slice(0, -1)}`],
    ['something after the signatures', `${TEXT}\n${PETERS}something\n`],
    ['an empty line after the signatures', `${TEXT}\n${PETERS}\n`],
    ['no blank line', `${TEXT}${PETERS}`],
    ['a carriage return', `${TEXT}\n${PETERS}`.replaceAll('\n', '\r\n')],
    ['a tab', `\t${TEXT}\n${PETERS}`],
    ['a zero', `\u0000${TEXT}\n${PETERS}`],
    ['half a character', `\ud800${TEXT}\n${PETERS}`],
    ['a hyphen for the em dash', `${TEXT}\n${PETERS.replace('—', '-')}`],
    ['two spaces', `${TEXT}\n${PETERS.replace('— ', '—  ')}`],
    ['a space in the name', `${TEXT}\n${PETERS.replace('PeterNeumann', 'Peter Neumann')}`],
    ['another space in the name', `${TEXT}\n${PETERS.replace('PeterNeumann', 'Peter\u2003Neumann')}`],
    ['a plus in the name', `${TEXT}\n${PETERS.replace('PeterNeumann', 'Peter+Neumann')}`],
    ['no name', `${TEXT}\n${PETERS.replace('PeterNeumann ', '')}`],
    ['a space after the signature', `${TEXT}\n${PETERS.replace('=\n', '= \n')}`],
    ['no padding', `${TEXT}\n${PETERS.replace('=\n', '\n')}`],
    ['bits that are not used', `${TEXT}\n${PETERS.replace('AM=\n', 'AN=\n')}`],
    ['another base64', `${TEXT}\n${PETERS.replaceAll('/', '_')}`],
    ['a signature of four bytes', `${TEXT}\n— PeterNeumann x08gow==\n`],
    ['more than a note may have', `${'a'.repeat(1024 * 1024)}\n\n${PETERS}`],
  ])('%s', (_, note) => {
    expect(() => openNote(note, [PETER.verifier])).toThrow(Malformed);
  });
  it('bytes that are not UTF-8', () => {
    expect(() => parseNote(Buffer.concat([Buffer.of(0xff), Buffer.from(`${TEXT}\n${PETERS}`)]))).toThrow(
      'a note is UTF-8',
    );
  });
  it('bytes with a byte order mark, which nobody has signed', () => {
    const marked = Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(`${TEXT}\n${PETERS}`)]);
    expect(() => openNote(marked, [PETER.verifier])).toThrow(NotProven);
  });
  it('a text to be signed that could not be read again', () => {
    for (const text of ['', 'a', 'a\tb\n', '\ud800\n']) expect(() => signNote(text, [PETER])).toThrow(Malformed);
  });
});

describe('notes', () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\u0000-\u001f]/.test(text));
  const text = fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => lines.map((each) => `${each}\n`).join(''));
  const seeds = fc.uniqueArray(fc.nat(255), { minLength: 1, maxLength: 4 });

  it('that are signed are opened with the same text, by any of their keys', () => {
    fc.assert(
      fc.property(text, seeds, (written, numbers) => {
        const signers = numbers.map((n) => signerKey(`log.example/${n % 3}`, Buffer.alloc(32, n)));
        const note = signNote(written, signers);
        expect(formatNote(parseNote(note))).toBe(note);
        for (const { verifier } of signers)
          expect(openNote(note, [verifier])).toEqual({ text: written, signers: [verifier] });
      }),
      { numRuns: 50 },
    );
  });

  it('do not open once a character is changed, left out or doubled', () => {
    const signer = signerKey('log.example', Buffer.alloc(32, 1));
    fc.assert(
      fc.property(text, fc.nat(), fc.constantFrom('change', 'drop', 'double'), (written, n, how) => {
        const note = signNote(written, [signer]);
        const at = n % note.length;
        const by = { change: note[at] === 'x' ? 'y' : 'x', drop: '', double: note[at]! + note[at]! }[how];
        const altered = note.slice(0, at) + by + note.slice(at + 1);
        fc.pre(altered !== note);
        expect(() => openNote(altered, [signer.verifier])).toThrow();
      }),
      { numRuns: 300 },
    );
  });
});
