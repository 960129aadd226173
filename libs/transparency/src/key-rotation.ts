/** The change of the log's key, which is recorded in the log itself (design, section 6, "Key"). */
import type { VerifierKey } from './keys.js';
import { parseVerifierKey } from './keys.js';

/** The stream of what is recorded about the log itself. */
export const LOG_STREAM = 'ledger-log';
export const KEY_ROTATED = 'LogKeyRotated';

/** Data of a KEY_ROTATED event: verifier keys as text. From then on checkpoints are signed by the second. */
export interface KeyRotation {
  readonly from: string;
  readonly to: string;
}

/** What a KEY_ROTATED event says. @throws {Malformed} a member is no verifier key */
export const keysOfRotation = ({ from, to }: KeyRotation): { readonly from: VerifierKey; readonly to: VerifierKey } => ({
  from: parseVerifierKey(from),
  to: parseVerifierKey(to),
});

/** Every key that checkpoints of the log may be signed with, the newest first, each once. @param rotations in the order of the log */
export function verifierKeysOf(current: VerifierKey, rotations: readonly KeyRotation[]): VerifierKey[] {
  const keys = new Map([[current.text, current]]);
  for (const { from, to } of rotations.map(keysOfRotation).reverse())
    for (const key of [to, from]) if (!keys.has(key.text)) keys.set(key.text, key);
  return [...keys.values()];
}
