/** The change of the log's key, which is recorded in the log itself (docs/stored-bytes.md). */
import type { VerifierKey } from './keys.js';
import { parseVerifierKey } from './keys.js';
import { Malformed } from './refused.js';

/** The stream of what is recorded about the log itself. */
export const LOG_STREAM = 'ledger-log';
export const KEY_ROTATED = 'LogKeyRotated';

/** From then on checkpoints are signed by the second. */
export interface KeyRotation {
  readonly from: VerifierKey;
  readonly to: VerifierKey;
}

/**
 * What the data of a KEY_ROTATED event, `{from, to}` as verifier keys, says; null of one that names no two keys of one
 * name, which changes nothing.
 */
export function keyRotation(data: unknown): KeyRotation | null {
  const { from, to } = (data ?? {}) as { readonly from?: unknown; readonly to?: unknown };
  if (typeof from !== 'string' || typeof to !== 'string') return null;
  try {
    const rotation = { from: parseVerifierKey(from), to: parseVerifierKey(to) };
    return rotation.from.name === rotation.to.name ? rotation : null;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return null;
  }
}

/** Those of the log of that name: what stands in it of another one's keys changes nothing. */
export const rotationsOf = (name: string, rotations: readonly KeyRotation[]): KeyRotation[] =>
  rotations.filter(({ to }) => to.name === name);

/**
 * Every key that checkpoints of the log may be signed with, the newest first, each once.
 * @param rotations in the order of the log; those of another name count for nothing
 */
export function verifierKeysOf(current: VerifierKey, rotations: readonly KeyRotation[]): VerifierKey[] {
  const keys = new Map([[current.text, current]]);
  for (const { from, to } of rotationsOf(current.name, rotations).reverse())
    for (const key of [to, from]) if (!keys.has(key.text)) keys.set(key.text, key);
  return [...keys.values()];
}
