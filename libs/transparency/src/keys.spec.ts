import {
  formatSignerKey,
  isKeyName,
  parseSignerKey,
  parseVerifierKey,
  parseVerifierKeys,
  signerKey,
  verifierKey,
} from './keys.js';
import { Malformed } from './refused.js';

/** The key pair in the documentation of Go's sumdb/note, and the verifier key of C2SP signed-note. */
const SIGNER = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const VERIFIER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const FOO = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';

describe('keys as text', () => {
  it('are known ones', () => {
    expect(parseSignerKey(SIGNER).verifier.text).toBe(VERIFIER);
    expect(parseVerifierKey(VERIFIER)).toMatchObject({ name: 'PeterNeumann', id: 'c74f20a3', text: VERIFIER });
    expect(parseVerifierKey(FOO)).toMatchObject({ name: 'example.com/foo', id: '530d903a', text: FOO });
  });

  it('are made of a seed, and read again', () => {
    const seed = Buffer.alloc(32, 5);
    const key = signerKey('ledger.example/1', seed);
    const text = formatSignerKey('ledger.example/1', seed);
    expect(parseSignerKey(`${text}\n`).verifier.text).toBe(key.verifier.text);
    const message = Buffer.from('message');
    expect(parseVerifierKey(key.verifier.text).verifies(message, key.sign(message))).toBe(true);
    expect(key.verifier.verifies(Buffer.from('massage'), key.sign(message))).toBe(false);
    expect(key.verifier.verifies(message, Buffer.alloc(64))).toBe(false);
    expect(key.verifier.verifies(message, Buffer.alloc(3))).toBe(false);
  });

  it('stand one a line in a file', () => {
    expect(parseVerifierKeys(`${VERIFIER}\n${FOO}\n`).map(({ text }) => text)).toEqual([VERIFIER, FOO]);
    expect(parseVerifierKeys(FOO)).toHaveLength(1);
    for (const file of ['', '\n', `${FOO}\n\n`, `\n${FOO}`, `${FOO}\r\n${VERIFIER}\r\n`, ` ${FOO}`])
      expect(() => parseVerifierKeys(file)).toThrow(Malformed);
  });

  it.each([
    ['PeterNeumann', 'eight hexadecimal digits'],
    [VERIFIER.replace('c74f20a3', 'c74f20a4'), 'has the key ID c74f20a4, but its public key gives c74f20a3'],
    [VERIFIER.replace('c74f20a3', 'C74F20A3'), 'eight hexadecimal digits'],
    [VERIFIER.replace('PeterNeumann', 'Peter Neumann'), 'no name of a key'],
    [VERIFIER.replace('PeterNeumann', 'PeterNeuman'), 'has the key ID'],
    [VERIFIER.replace('+ARpc', '+AhpC'), 'of type 2 is not known'],
    [VERIFIER.slice(0, -4), 'bytes, not 33'],
    [VERIFIER.slice(0, -1), 'not standard base64'],
    [VERIFIER.replace('/', '_'), 'not standard base64'],
    [`${VERIFIER}\n`, 'eight hexadecimal digits'],
    [`+c74f20a3+${VERIFIER.slice(22)}`, 'eight hexadecimal digits'],
  ])('are refused as %p', (text, why) => {
    expect(() => parseVerifierKey(text)).toThrow(Malformed);
    expect(() => parseVerifierKey(text)).toThrow(why);
  });

  it('are refused without a word of the secret', () => {
    for (const text of [
      VERIFIER,
      SIGNER.slice(0, -1),
      SIGNER.replace('c74f20a3', 'c74f20a4'),
      `${SIGNER}\n\n`,
      SIGNER.replace('+AYE', '+AIE'),
    ]) {
      let said = '';
      try {
        parseSignerKey(text);
      } catch (error) {
        expect(error).toBeInstanceOf(Malformed);
        said = String(error);
      }
      expect(said).not.toBe('');
      expect(said).not.toContain('FGyNhPJEMzD1QIDr');
    }
  });

  it('have names without spaces, plus and control characters', () => {
    expect(['a', 'example.com/log', 'ünïcode', '—'].every(isKeyName)).toBe(true);
    expect(
      ['', ' ', 'a b', 'a+b', 'a\u00a0b', 'a\u2003', 'a\u3000b', 'a\nb', 'a\u0001', '\ud800'].some(isKeyName),
    ).toBe(false);
    expect(() => verifierKey('a b', Buffer.alloc(32))).toThrow(Malformed);
    expect(() => verifierKey('a', Buffer.alloc(31))).toThrow(Malformed);
    expect(() => signerKey('a', Buffer.alloc(33))).toThrow(Malformed);
  });
});
