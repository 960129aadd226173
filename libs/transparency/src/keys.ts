/** Ed25519 keys as lines of text: C2SP signed-note, "Signatures" and "Verifier keys". */
import type { KeyObject } from 'node:crypto';
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { fromBase64, toBase64 } from './base64.js';
import { Malformed } from './refused.js';
import { sha256 } from './tree.js';

/** Signature type 0x01: Ed25519 as signed-note specifies it. */
const ED25519 = 1;
const KEY_BYTES = 32;
/** What goes before the 32 bytes in DER (RFC 8410): SubjectPublicKeyInfo and PKCS #8. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SIGNER_PREFIX = 'PRIVATE+KEY+';

export interface VerifierKey {
  readonly name: string;
  /** Key ID, as eight lower-case hexadecimal digits. Name and ID together say which key it is. */
  readonly id: string;
  /** `<name>+<id>+<base64(0x01 ‖ public key)>` */
  readonly text: string;
  readonly verifies: (message: Uint8Array, signature: Uint8Array) => boolean;
}

/** Its secret is in the KeyObject alone, so that no log can show it. */
export interface SignerKey {
  readonly verifier: VerifierKey;
  readonly sign: (message: Uint8Array) => Buffer;
}

/**
 * "Key names MUST be non-empty and MUST NOT contain any Unicode spaces or plus characters." Control characters no note
 * may have.
 */
export const isKeyName = (name: string): boolean =>
  /^[^\p{White_Space}+\u0000-\u001f]+$/u.test(name) && name.isWellFormed();

/** SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4] */
const keyId = (name: string, publicKey: Uint8Array): string =>
  sha256(Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ED25519), publicKey]))
    .subarray(0, 4)
    .toString('hex');

/** @throws {Malformed} the name cannot be that of a key, or the key has not 32 bytes */
export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  checkKey(name, publicKey);
  const id = keyId(name, publicKey);
  const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
  return {
    name,
    id,
    text: `${name}+${id}+${typed(publicKey)}`,
    verifies: (message, signature) => verify(null, message, key, signature),
  };
}

/** @param seed the 32 secret bytes of RFC 8032, section 5.1.5 @throws {Malformed} as for a verifier key */
export function signerKey(name: string, seed: Uint8Array): SignerKey {
  checkKey(name, seed);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  return { verifier: verifierKey(name, publicBytes(key)), sign: (message) => sign(null, message, key) };
}

/** `PRIVATE+KEY+<name>+<id>+<base64(0x01 ‖ seed)>`: a secret. */
export const formatSignerKey = (name: string, seed: Uint8Array): string =>
  `${SIGNER_PREFIX}${name}+${signerKey(name, seed).verifier.id}+${typed(seed)}`;

/** One line; a line end after it is allowed. @throws {Malformed}, which repeats nothing of the secret */
export function parseSignerKey(line: string): SignerKey {
  if (!line.startsWith(SIGNER_PREFIX)) throw new Malformed(`a signer key begins with ${SIGNER_PREFIX}`);
  const { name, id, bytes } = parts(line.slice(SIGNER_PREFIX.length).replace(/\n$/, ''), 'a signer key');
  const key = signerKey(name, bytes);
  if (key.verifier.id !== id)
    throw new Malformed(`the signer key of ${name} has the key ID ${id}, but its seed gives ${key.verifier.id}`);
  return key;
}

/** @throws {Malformed} */
export function parseVerifierKey(text: string): VerifierKey {
  const { name, id, bytes } = parts(text, 'a verifier key');
  const key = verifierKey(name, bytes);
  if (key.id !== id)
    throw new Malformed(`the verifier key of ${name} has the key ID ${id}, but its public key gives ${key.id}`);
  return key;
}

/**
 * A file of verifier keys as GET /v1/log/key answers it: one a line. @throws {Malformed} it has none, or a line is no
 * such key
 */
export const parseVerifierKeys = (text: string): VerifierKey[] =>
  text.replace(/\n$/, '').split('\n').map(parseVerifierKey);

const typed = (bytes: Uint8Array): string => toBase64(Buffer.concat([Buffer.of(ED25519), bytes]));
const publicBytes = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);

function checkKey(name: string, key: Uint8Array): void {
  if (!isKeyName(name))
    throw new Malformed(`"${name}" is no name of a key: it is empty or has a space, a plus or a control character`);
  if (key.length !== KEY_BYTES) throw new Malformed(`an Ed25519 key has ${KEY_BYTES} bytes, not ${key.length}`);
}

/** Base64 may have a plus of its own; a name has none. */
function parts(text: string, what: string): { name: string; id: string; bytes: Buffer } {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  if (match === null)
    throw new Malformed(`${what} is a name, eight hexadecimal digits and a key in base64, with + between them`);
  const [, name, id, key] = match;
  const bytes = fromBase64(key!, `the key in ${what}`, 1 + KEY_BYTES);
  if (bytes[0] !== ED25519) throw new Malformed(`${what} of type ${bytes[0]} is not known here; 1 (Ed25519) is`);
  return { name: name!, id: id!, bytes: bytes.subarray(1) };
}
