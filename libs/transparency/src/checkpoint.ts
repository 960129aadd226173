/** C2SP tlog-checkpoint: what a log commits to, as a signed note of three lines. */
import { fromBase64, toBase64 } from './base64.js';
import type { SignerKey, VerifierKey } from './keys.js';
import { openNote, signNote } from './note.js';
import { Malformed, NotProven } from './refused.js';
import { HASH_BYTES } from './tree.js';

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

export interface OpenedCheckpoint extends Checkpoint {
  /** The key of the log that signed it: its name is the origin. */
  readonly signer: VerifierKey;
}

/**
 * The text of the note. Ours has no extension lines. @throws {Malformed} origin, size or root cannot be those of a
 * checkpoint
 */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  const text = `${origin}\n${size}\n${toBase64(root)}\n`;
  if (parseCheckpoint(text).origin !== origin) throw new Malformed('an origin is one line');
  return text;
}

/**
 * "Note text". Extension lines, where there are some, are opaque: they are signed with the rest and otherwise passed
 * over.
 * @throws {Malformed}
 */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin, size, root, ...rest] = text.split('\n');
  if (rest.pop() !== '') throw new Malformed('a checkpoint has at least three lines, each with a newline after it');
  if (origin === '' || rest.includes('')) throw new Malformed('no line of a checkpoint is empty');
  return {
    origin: origin!,
    size: parseCount(size!, 'the size of a checkpoint'),
    root: fromBase64(root!, 'the root hash', HASH_BYTES),
  };
}

/**
 * The whole note. The same checkpoint and key always give the same note. @throws {Malformed} the key has another name
 * than the origin
 */
export function signCheckpoint(checkpoint: Checkpoint, signer: SignerKey): string {
  const { name } = signer.verifier;
  if (name !== checkpoint.origin)
    throw new Malformed(`the key ${name} does not sign for the origin ${checkpoint.origin}`);
  return signNote(formatCheckpoint(checkpoint), [signer]);
}

/**
 * @param keys those of the log, also the ones that were rotated out
 * @throws {Malformed}; {NotProven} no given key with the origin as its name has signed, or one that is known has signed
 * something else
 */
export function openCheckpoint(note: string | Uint8Array, keys: readonly VerifierKey[]): OpenedCheckpoint {
  const { text, signers } = openNote(note, keys);
  const checkpoint = parseCheckpoint(text);
  const signer = signers.find(({ name }) => name === checkpoint.origin);
  if (signer === undefined)
    throw new NotProven(`the checkpoint of ${checkpoint.origin} is not signed by a key of that name`);
  return { ...checkpoint, signer };
}

/** "ASCII decimal …, with no leading zeroes"; up to 2^53 − 1. @throws {Malformed} */
export function parseCount(text: string, what: string): number {
  const count = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(count))
    throw new Malformed(`${what} is not a decimal number from 0 to 2^53 − 1 without leading zeros`);
  return count;
}
