/** Reads the log's secret key from its file, and the rotations that led to it from the log. */
import { existsSync, readFileSync } from 'node:fs';
import type { EventLog } from '#event-log';
import type { KeyRotation, SignerKey } from '#transparency';
import { KEY_ROTATED, keyRotation, LOG_STREAM, parseSignerKey } from '#transparency';
import { CouldNotRun } from '../could-not-run.js';

/** @throws {CouldNotRun} the key file is missing, or cannot be used */
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
  /** In log order. */
  readonly all: readonly KeyRotation[];
  /** Revision of the last event in the stream of the rotations; -1 when the stream is empty. */
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
