/** `ledger key show` prints the keys that verify checkpoints. `ledger key rotate` gives the log a new signing key. */
import { existsSync, linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { v5 } from 'uuid';
import type { EventLog, NewEvent } from '#event-log';
import { EventIdInUse, WrongExpectedRevision } from '#event-log';
import { SCHEMA_VERSION } from '#mandate';
import type { SignerKey } from '#transparency';
import { KEY_ROTATED, LOG_STREAM, rotationsOf, verifierKeysOf } from '#transparency';
import { drawnKey, openStoreForReading, openStoreToGoOn, readConfig, syncToDisk } from '#setup';
import { CouldNotRun, EXIT } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import { rotationsIn, signerIn } from './log-keys.js';

export interface KeyOptions {
  readonly json?: boolean;
}

/**
 * Prints the verifier keys, one per line, the newest first, as GET /v1/log/key answers them.
 * @returns the exit code
 */
export async function keyShowCommand({ json }: KeyOptions, { env, say }: Environment): Promise<number> {
  const { logKey, store } = readConfig(env);
  const { verifier } = signerIn(logKey);
  const log = await openStoreForReading(store);
  try {
    const { all } = await rotationsIn(log);
    for (const { name, id, text } of verifierKeysOf(verifier, all))
      say(json === true ? JSON.stringify({ name, id, key: text }) : text);
    return EXIT.done;
  } finally {
    await log.close();
  }
}

const EVENT_NAMESPACE = 'a6d0e5c2-6f8a-5d0f-9c53-2b7d6a1e4f90';

/**
 * Draws a new key of the same name, records the change in the log, and then replaces the key file. Because of this
 * order, running an interrupted rotation again finishes it.
 * @returns the exit code
 */
export async function keyRotateCommand({ json }: KeyOptions, { env, say, tell }: Environment): Promise<number> {
  const { logKey, store } = readConfig(env);
  const current = signerIn(logKey);
  const log = await openStoreToGoOn(store);
  try {
    const { all, revision } = await rotationsIn(log);
    const newest = rotationsOf(current.verifier.name, all).at(-1)?.to.text;
    const waiting = `${logKey}.next`;
    const from = current.verifier.text;
    const isThere = existsSync(waiting);
    const begun = isThere ? begunIn(waiting) : null;
    if (newest !== undefined && newest !== from && newest !== begun?.verifier.text)
      throw new CouldNotRun(
        `The log says that its key is ${newest}, and ${logKey} holds ${from}. Put the key of the log there first.`,
      );
    if (isThere && begun === null) rmSync(waiting);
    const to = (begun ?? drawInto(waiting, current.verifier.name)).verifier.text;
    if (newest !== to) {
      await record(log, rotation(from, to), revision);
    }
    putInPlace(waiting, logKey);
    say(
      json === true
        ? JSON.stringify({ ok: true, from, to })
        : `The log is signed with ${to} from now on; what was signed before stays verifiable with the old key.`,
    );
    tell('Give auditors the keys anew: ledger key show. Every replica needs the new key file.');
    return EXIT.done;
  } finally {
    await log.close();
  }
}

/**
 * The key that an interrupted rotation drew. Null when the file holds only half a key: such a key was never recorded.
 */
function begunIn(path: string): SignerKey | null {
  try {
    return signerIn(path);
  } catch (error) {
    if (error instanceof CouldNotRun) return null;
    throw error;
  }
}

/**
 * Writes the whole key to disk before the file gets its name. Once the key is recorded, only this key can sign the log.
 */
function drawInto(path: string, name: string): SignerKey {
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, `${drawnKey(name)}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(partial, path); // a rename would overwrite the key of another rotation that runs
  } finally {
    rmSync(partial);
  }
  syncToDisk(dirname(path));
  return signerIn(path);
}

async function record(log: EventLog, event: NewEvent, revision: number): Promise<void> {
  try {
    await log.append(LOG_STREAM, [event], revision < 0 ? 'none' : revision);
  } catch (error) {
    if (!(error instanceof WrongExpectedRevision || error instanceof EventIdInUse)) throw error;
    throw new CouldNotRun(
      `Another change of the key was recorded at this moment (${error.message}). Run ledger key rotate again.`,
    );
  }
}

function putInPlace(waiting: string, logKey: string): void {
  try {
    renameSync(waiting, logKey);
    syncToDisk(dirname(logKey));
  } catch (error) {
    throw new CouldNotRun(
      `The change is recorded, and the new key is in ${waiting}, but it cannot be moved ` +
        `(${(error as Error).message}). Stop the ledger, and put it in the place of ${logKey} by hand, at every ` +
        'replica.',
    );
  }
}

const rotation = (from: string, to: string): NewEvent => {
  const id = v5(`${from} ${to}`, EVENT_NAMESPACE);
  const recordedAt = new Date().toISOString();
  const metadata = {
    recordedAt,
    recordedBy: 'ledger key rotate',
    correlationId: id,
    causationId: id,
    schemaVersion: SCHEMA_VERSION,
  };
  return { id, type: KEY_ROTATED, data: { from, to }, metadata };
};
