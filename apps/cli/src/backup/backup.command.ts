/** `ledger backup`: copies of the log, its checkpoints and its key, consistent while the server writes, and verified before it is called a backup. */
import { copyFileSync, existsSync, chmodSync, mkdirSync, readdirSync, renameSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { copyWhole } from '#event-log/sqlite/database.js';
import { openSqliteEventLog } from '#event-log/sqlite/sqlite-event-log.js';
import { copyCheckpoints } from '#read-models/database.js';
import { fromBase64 } from '#transparency/base64.js';
import { signCheckpoint } from '#transparency/checkpoint.js';
import { verifierKeysOf } from '#transparency/key-rotation.js';
import { readConfig } from '../../../api/src/config.js';
import { CouldNotRun, EXIT } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import { rotationsIn, signerIn } from '../key/log-keys.js';
import { FILES, verdictOn, writeManifest } from './backup-folder.js';
import { syncToDisk } from '../../../api/src/sync-to-disk.js';

/** @returns the exit code */
export async function backupCommand({ out }: { readonly out: string }, { env, say, tell }: Environment): Promise<number> {
  const { store, dataDir, logKey } = readConfig(env);
  if (store.kind !== 'sqlite')
    throw new CouldNotRun(
      'The log is in EventStoreDB, which has backups of its own (docs/operations.md). ledger export writes it as one file, whatever the store.',
    );
  const signer = signerIn(logKey);
  const target = resolve(out);
  refuseFull(target);
  const partial = join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
  try {
    mkdirSync(partial, { recursive: true, mode: 0o700 });
    // Before the log: what is signed meanwhile is of events that may come too late for the copy.
    copyCheckpoints(join(dataDir, FILES.checkpoints), join(partial, FILES.checkpoints));
    copyWhole(store.path, join(partial, FILES.log));
    copyFileSync(logKey, join(partial, FILES.key));
    chmodSync(join(partial, FILES.key), 0o600);

    const log = openSqliteEventLog(join(partial, FILES.log), { readOnly: true });
    const { all } = await rotationsIn(log);
    await log.close();
    const keys = verifierKeysOf(signer.verifier, all);
    const before = await verdictOn(partial, keys, logKey);
    if (!before.ok && before.problem !== 'unsigned') {
      tell(`No backup was made: the log is not what was signed. ${before.detail} ledger verify says more.`);
      return EXIT.doesNotHold;
    }
    const { size, root } = before as { size: number; root: string };
    const { name } = signer.verifier;
    const checkpoint = signCheckpoint({ origin: name, size, root: fromBase64(root, 'the root') }, signer);
    writeFileSync(join(partial, FILES.checkpoint), checkpoint);
    const verdict = await verdictOn(partial, keys, logKey);
    if (!verdict.ok) throw new CouldNotRun(`What was written is not what was read (${verdict.detail}). Is the disk sound?`);
    writeManifest(partial, { size, root });
    for (const file of readdirSync(partial)) syncToDisk(join(partial, file));
    syncToDisk(partial);
    if (existsSync(target)) rmdirSync(target);
    renameSync(partial, target);
    syncToDisk(dirname(target));
    say(`Backed up ${size} events, root ${root}, to ${target}, and verified them there.`);
    say(`It holds the secret key of the log (${FILES.key}); recorder tokens are not in it.`);
    return EXIT.done;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new CouldNotRun(`The backup cannot be written (${(error as Error).message}). Choose another --out.`);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

function refuseFull(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new CouldNotRun(`${folder} is not empty. Name a new folder for each backup, with its date for one.`);
}
