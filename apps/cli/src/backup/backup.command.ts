/**
 * `ledger backup`: copies the log, its checkpoints and its key. The copies are consistent while the server writes, and
 * are verified before they are called a backup.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { copyWhole } from '#event-log';
import { copyCheckpoints } from '#read-models';
import { toBase64, verifierKeysOf } from '#transparency';
import { readConfig, syncToDisk } from '#setup';
import { CouldNotRun } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import { signerIn } from '../key/log-keys.js';
import { resultOf } from '../result.js';
import type { HeldLog } from '../verify/held-log.js';
import { holdLog, openEvidence, signedWhole } from '../verify/held-log.js';
import { sqliteSource } from '../verify/source.js';
import { removedAtLast } from '../when-stopped.js';
import { verdictOn, writeManifest } from './backup-folder.js';
import { FILES } from './files.js';

export interface BackupOptions {
  readonly out: string;
  readonly json?: boolean;
}

/**
 * @returns the exit code
 * @throws {CouldNotRun} no backup could be made
 */
export async function backupCommand({ out, json = false }: BackupOptions, environment: Environment): Promise<number> {
  const { store, dataDir, logKey, readModel } = readConfig(environment.env);
  if (store.kind !== 'sqlite')
    throw new CouldNotRun(
      'The log is in EventStoreDB, which has backups of its own (docs/operations.md). ledger export writes it as ' +
        'one file, whatever the store.',
    );
  const signer = signerIn(logKey);
  const target = resolve(out);
  const partial = join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
  return resultOf('No backup was made', 'ledger verify says more.', json, environment, async () => {
    refuseFull(target);
    const { size, root } = await removedAtLast([partial], async () => {
      mkdirSync(partial, { recursive: true, mode: 0o700 });
      const held = await copyHeld(partial, store.path, join(dataDir, FILES.checkpoints), readModel);
      writeFileSync(join(partial, FILES.checkpoint), signedWhole(held, signer, logKey).note);
      // Copy the key last: a crash before that leaves no secret behind.
      copyFileSync(logKey, join(partial, FILES.key));
      chmodSync(join(partial, FILES.key), 0o600);
      const verdict = await verdictOn(partial, verifierKeysOf(signer.verifier, held.rotations), logKey);
      if (!verdict.ok)
        throw new CouldNotRun(`What was written is not what was read (${verdict.detail}). Is the disk sound?`);
      const whole = { size: held.size, root: toBase64(held.root) };
      writeManifest(partial, whole);
      for (const file of readdirSync(partial)) syncToDisk(join(partial, file));
      syncToDisk(partial);
      if (existsSync(target)) rmdirSync(target);
      renameSync(partial, target);
      syncToDisk(dirname(target));
      return whole;
    });
    if (!json) {
      environment.say(`Backed up ${size} events, root ${root}, to ${target}, and verified them there.`);
      environment.say(`It holds the secret key of the log (${FILES.key}); recorder tokens are not in it.`);
    }
    return { size, root, folder: target };
  });
}

/**
 * Copies checkpoints and log. Then compares the copy with what the ledger had kept of the log before it was copied.
 * @throws {DoesNotHold} the log is not what was kept of it
 */
async function copyHeld(folder: string, log: string, checkpoints: string, readModel: string): Promise<HeldLog> {
  copyCheckpoints(checkpoints, join(folder, FILES.checkpoints));
  const evidence = openEvidence(join(folder, FILES.checkpoints), readModel);
  try {
    copyWhole(log, join(folder, FILES.log));
    const source = sqliteSource(join(folder, FILES.log));
    try {
      return await holdLog(source, evidence);
    } finally {
      await source.close();
    }
  } finally {
    evidence.close();
  }
}

function refuseFull(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new CouldNotRun(`${folder} is not empty. Name a new folder for each backup, with its date for one.`);
}
