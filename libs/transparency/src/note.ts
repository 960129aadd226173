/** C2SP signed-note: a text, a blank line, and signatures of it, one a line. */
import { fromBase64, toBase64 } from './base64.js';
import type { SignerKey, VerifierKey } from './keys.js';
import { isKeyName } from './keys.js';
import { Malformed, NotProven } from './refused.js';

export interface Signature {
  readonly name: string;
  /** Key ID, as eight lower-case hexadecimal digits. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

export interface Note {
  /** With its last newline. */
  readonly text: string;
  readonly signatures: readonly Signature[];
}

/** A note of which at least one signature is that of a known key, and no signature of a known key is wrong. */
export interface OpenedNote {
  readonly text: string;
  readonly signers: readonly VerifierKey[];
}

/** "Verifiers SHOULD apply a maximum limit …, but MUST accept at least up to 16 signatures." */
const MOST_SIGNATURES = 100;
const LARGEST_NOTE = 1024 * 1024;
const KEY_ID_BYTES = 4;
/** "MUST NOT contain any ASCII control characters (those below U+0020) other than newline." */
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f]/;
const SIGNATURE = /^— ([^ ]+) ([^ ]+)$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws {Malformed} */
export function parseNote(note: string | Uint8Array): Note {
  if (note.length > LARGEST_NOTE) throw new Malformed(`a note has at most ${LARGEST_NOTE} bytes`);
  const whole = typeof note === 'string' ? note : decoded(note);
  checkCharacters(whole);
  // "the text is separated from the signatures by the last empty line in the note"
  const end = whole.lastIndexOf('\n\n');
  if (end < 0) throw new Malformed('a note has an empty line between its text and its signatures');
  const lines = whole.slice(end + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0)
    throw new Malformed('a note ends with at least one line of a signature and a newline');
  if (lines.length > MOST_SIGNATURES) throw new Malformed(`a note has at most ${MOST_SIGNATURES} signatures here`);
  return { text: whole.slice(0, end + 1), signatures: lines.map(parseSignature) };
}

/** The inverse of parseNote. @throws {Malformed} the text cannot be that of a note */
export function formatNote({ text, signatures }: Note): string {
  checkCharacters(text);
  if (!text.endsWith('\n')) throw new Malformed('the text of a note ends with a newline');
  const lines = signatures.map(
    ({ name, id, bytes }) => `— ${name} ${toBase64(Buffer.concat([Buffer.from(id, 'hex'), bytes]))}\n`,
  );
  return `${text}\n${lines.join('')}`;
}

/** @throws {Malformed} the text cannot be that of a note */
export const signNote = (text: string, signers: readonly SignerKey[]): string =>
  formatNote({
    text,
    signatures: signers.map(({ verifier: { name, id }, sign }) => ({ name, id, bytes: sign(Buffer.from(text)) })),
  });

/**
 * "Signatures": those of unknown keys are ignored, also where they share a name or an ID, but not both, with a known
 * one.
 * @throws {Malformed}; {NotProven} a signature of a known key is wrong, or there is none
 */
export function openNote(note: string | Uint8Array, keys: readonly VerifierKey[]): OpenedNote {
  const { text, signatures } = parseNote(note);
  const message = Buffer.from(text);
  const signers = new Set<VerifierKey>();
  for (const { name, id, bytes } of signatures) {
    const known = keys.filter((key) => key.name === name && key.id === id);
    if (known.length === 0) continue;
    const signer = known.find((key) => key.verifies(message, bytes));
    if (signer === undefined) throw new NotProven(`the signature of ${name}+${id} is not one of this text`);
    signers.add(signer);
  }
  if (signers.size === 0) {
    const named = signatures.map(({ name, id }) => `${name}+${id}`).join(', ');
    throw new NotProven(`none of the given keys has signed; signatures are by ${named}`);
  }
  return { text, signers: [...signers] };
}

function parseSignature(line: string): Signature {
  const [, name, base64] = SIGNATURE.exec(line) ?? [];
  if (name === undefined || base64 === undefined)
    throw new Malformed(
      'the line of a signature is an em dash, the name of a key and base64, with one space between them',
    );
  if (!isKeyName(name)) throw new Malformed(`"${name}" is no name of a key`);
  const bytes = fromBase64(base64, `the signature of ${name}`);
  if (bytes.length <= KEY_ID_BYTES) throw new Malformed(`the signature of ${name} is too short`);
  return { name, id: bytes.subarray(0, KEY_ID_BYTES).toString('hex'), bytes: bytes.subarray(KEY_ID_BYTES) };
}

function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Malformed('a note is UTF-8');
  }
}

function checkCharacters(text: string): void {
  if (FORBIDDEN.test(text)) throw new Malformed('a note has no control characters other than newline');
  if (!text.isWellFormed()) throw new Malformed('a note is well-formed Unicode');
}
