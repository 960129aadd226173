/**
 * The keys that the log is signed with: the secret one in its file, and those that the log says it took the place of.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { EventLog } from '#event-log';
import type { KeyRotation, SignerKey } from '#transparency';
import { KEY_ROTATED, keyRotation, LOG_STREAM, parseSignerKey } from '#transparency';
import { CouldNotRun } from '../could-not-run.js';

/** @throws {CouldNotRun} there is none, or it cannot be used */
export function signerIn(path: string): SignerKey {
  if (!existsSync(path))
    throw new CouldNotRun(
      `There is no key of the log at ${path}. The server makes one at its first start; LEDGER_LOG_KEY says where it ` +
        'is kept.',
    );
  try {
    return parseSignerKey(readFileSync(path, 'utf8').trim());
  } catch (error) {
    throw new CouldNotRun(
      `The key of the log in ${path} cannot be used (${(error as Error).message}). Restore it from a backup.`,
    );
  }
}

export interface Rotations {
  /** In the order of the log. */
  readonly all: readonly KeyRotation[];
  /** Of the last event of their stream; -1 where there is none. */
  readonly revision: number;
}

export async function rotationsIn(log: EventLog): Promise<Rotations> {
  const all: KeyRotation[] = [];
  let revision = -1;
  for await (const page of log.readStream(LOG_STREAM))
    for (const event of page) {
      revision = event.revision;
      const rotation = event.type === KEY_ROTATED ? keyRotation(event.data) : null;
      if (rotation !== null) all.push(rotation);
    }
  return { all, revision };
}
