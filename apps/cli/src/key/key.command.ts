/** `ledger key show` and `ledger key rotate`: what checkpoints of the log are verified with, and another key to sign them with. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { v5 } from 'uuid';
import type { NewEvent } from '#event-log/event-log.js';
import { SCHEMA_VERSION } from '#mandate/events.js';
import { KEY_ROTATED, LOG_STREAM, verifierKeysOf } from '#transparency/key-rotation.js';
import type { SignerKey } from '#transparency/keys.js';
import { readConfig } from '../../../api/src/config.js';
import { drawnKey } from '../../../api/src/log/log-key.js';
import { openStoreForReading, openStoreToGoOn } from '../../../api/src/store.js';
import { syncToDisk } from '../sync-to-disk.js';
import { CouldNotRun, EXIT } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import { rotationsIn, signerIn } from './log-keys.js';

/** Verifier keys, one a line, the newest first, as GET /v1/log/key answers them. @returns the exit code */
export async function keyShowCommand({ env, say }: Environment): Promise<number> {
  const { logKey, store } = readConfig(env);
  const { verifier } = signerIn(logKey);
  const log = await openStoreForReading(store);
  try {
    const { all } = await rotationsIn(log);
    for (const { text } of verifierKeysOf(verifier, all)) say(text);
    return EXIT.done;
  } finally {
    await log.close();
  }
}

const EVENT_NAMESPACE = 'a6d0e5c2-6f8a-5d0f-9c53-2b7d6a1e4f90';

/**
 * Draws another key of the same name, records the change in the log, and puts the key in place, in this order: where it broke off in between, running
 * it again goes on. @returns the exit code
 */
export async function keyRotateCommand({ env, say }: Environment): Promise<number> {
  const { logKey, store } = readConfig(env);
  const current = signerIn(logKey);
  const log = await openStoreToGoOn(store);
  try {
    const { all, revision } = await rotationsIn(log);
    const newest = all.at(-1)?.to.text;
    const waiting = `${logKey}.next`;
    const from = current.verifier.text;
    const begun = existsSync(waiting) ? signerIn(waiting) : null;
    if (newest !== undefined && newest !== from && newest !== begun?.verifier.text)
      throw new CouldNotRun(`The log says that its key is ${newest}, and ${logKey} holds ${from}. Put the key of the log there first.`);
    const to = (begun ?? drawInto(waiting, current.verifier.name)).verifier.text;
    if (newest !== to) {
      await log.append(LOG_STREAM, [rotation(from, to)], revision < 0 ? 'none' : revision);
    }
    renameSync(waiting, logKey);
    syncToDisk(dirname(logKey));
    say(`The log is signed with ${to} from now on; what was signed before stays verifiable with the old key.`);
    say('Give auditors the keys anew: ledger key show. Every replica needs the new key file.');
    return EXIT.done;
  } finally {
    await log.close();
  }
}

function drawInto(path: string, name: string): SignerKey {
  writeFileSync(path, `${drawnKey(name)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  return signerIn(path);
}

const rotation = (from: string, to: string): NewEvent => {
  const id = v5(`${from} ${to}`, EVENT_NAMESPACE);
  const recordedAt = new Date().toISOString();
  const metadata = { recordedAt, recordedBy: 'ledger key rotate', correlationId: id, causationId: id, schemaVersion: SCHEMA_VERSION };
  return { id, type: KEY_ROTATED, data: { from, to }, metadata };
};
