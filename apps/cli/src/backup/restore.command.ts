/**
 * `ledger restore`: verifies a backup, then puts it into a data folder. With --force an existing log is moved aside
 * first.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockLog } from '#event-log';
import { openKeptUnchanged, ViewsNotOpened } from '#read-models';
import type { VerifierKey } from '#transparency';
import { Malformed, parseSignerKey } from '#transparency';
import type { Config } from '#setup';
import { readConfig } from '#setup';
import { CouldNotRun, isOfSqlite } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import type { Result } from '../result.js';
import { DoesNotHold, resultOf } from '../result.js';
import { readKeys, readText } from '../verify/evidence.js';
import type { Manifest } from './backup-folder.js';
import { readManifest, spoiltFiles, verdictOn } from './backup-folder.js';
import { exchange } from './exchange.js';
import { FILES } from './files.js';

export interface RestoreOptions {
  readonly key: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** @returns the exit code */
export async function restoreCommand(
  folder: string,
  options: RestoreOptions,
  environment: Environment,
): Promise<number> {
  const { json = false } = options;
  const config = readConfig(environment.env);
  const { store } = config;
  if (store.kind !== 'sqlite')
    throw new CouldNotRun(
      'A backup is put into a data folder: LEDGER_STORE has to be sqlite. ledger import brings an export into ' +
        'EventStoreDB.',
    );
  return resultOf(
    'Nothing was restored',
    'Take another backup, and find out what happened to this one.',
    json,
    environment,
    async () => {
      const manifest = readManifest(folder);
      await checkBackup(folder, manifest, options.key);
      const lock = lockLog(store.path);
      try {
        return await putInPlace(folder, manifest, store.path, config, options, environment);
      } finally {
        lock.close();
      }
    },
  );
}

/** @throws {DoesNotHold} the backup is not whole, or is not what one of the keys signed */
async function checkBackup(folder: string, manifest: Manifest, keyFile: string): Promise<void> {
  const keys = readKeys(keyFile);
  const spoilt = spoiltFiles(folder, manifest);
  if (spoilt.length > 0) throw new DoesNotHold('spoilt', `${spoilt.join(', ')} in it: not what was backed up`);
  checkKey(join(folder, FILES.key), keys, keyFile);
  const { ok, size, root, problem, first, detail } = await verdictOn(folder, keys, keyFile);
  if (!ok) throw new DoesNotHold(problem, detail.replace(/\.$/, ''), first);
  if (size !== manifest.size || root !== manifest.root)
    throw new DoesNotHold('spoilt', 'its manifest is that of another log');
}

/** Otherwise the ledger could go on under a key that somebody else put there. */
function checkKey(path: string, keys: readonly VerifierKey[], keyFile: string): void {
  try {
    const { verifier } = parseSignerKey(readText(path, 'the key of a log').trim());
    if (keys.some(({ text }) => text === verifier.text)) return;
    throw new DoesNotHold(
      'signature',
      `its ${FILES.key} is that of ${verifier.name}+${verifier.id}, which is not in ${keyFile}`,
    );
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new DoesNotHold('spoilt', `its ${FILES.key} is no key of a log (${error.message})`);
  }
}

async function putInPlace(
  folder: string,
  { files, size, root }: Manifest,
  path: string,
  { dataDir, logKey, readModel }: Config,
  { force = false, json = false }: RestoreOptions,
  { say, tell }: Environment,
): Promise<Result> {
  const checkpoints = join(dataDir, FILES.checkpoints);
  const isSameKey =
    existsSync(logKey) && readFileSync(logKey, 'utf8').trim() === readText(join(folder, FILES.key), 'a key').trim();
  const places = [
    ...(isSameKey ? [] : [{ name: FILES.key, to: logKey }]),
    { name: FILES.checkpoints, to: checkpoints },
    { name: FILES.log, to: path }, // last, because a folder without it has no log
  ];
  const further = signedFurther(checkpoints, size);
  const there = places.map(({ to }) => to).find((file) => existsSync(file));
  if (there !== undefined && !force)
    throw new CouldNotRun(
      `${there} is there already. Restore into an empty folder (LEDGER_DATA_DIR), or say --force to move what is ` +
        `there aside.${further}`,
    );
  const copies = places
    .filter(({ name }) => files[name] !== undefined)
    .map(({ name, to }) => ({ from: join(folder, name), to, digest: files[name]! }));
  // The old views are evidence of the old log, and do not fit the new one.
  const old = [...places.map(({ to }) => to), `${readModel}.previous`, readModel];
  const asides = await exchange(copies, old, `before-restore-${new Date().toISOString().replace(/[:.]/g, '-')}`);
  if (!json) {
    if (asides.length > 0) say(`What was there is in ${asides.join(' and ')}.`);
    say(`Restored ${size} events, root ${root}, into ${dataDir}. The views are built anew at the next start.`);
  }
  if (further !== '')
    tell(
      `ATTENTION.${further} Before the start move ${logKey} and ${checkpoints} away and keep them: the log then ` +
        'gets a new name and a new key, which auditors have to be given.',
    );
  return { size, root, dataDir, aside: asides.join(' and ') || null, warning: further.trim() || null };
}

/** A warning when checkpoints were signed of more events than the backup has; otherwise empty. */
function signedFurther(checkpoints: string, size: number): string {
  const signed = largestKept(checkpoints);
  if (signed <= size) return '';
  return (
    ` Checkpoints of up to ${signed} events were signed of the log that was there, and the backup has ${size}: ` +
    'if the log went on with the same key, it would sign another history of what it has signed already.'
  );
}

function largestKept(path: string): number {
  try {
    const kept = openKeptUnchanged(path);
    kept?.close();
    return kept?.largestSize ?? 0;
  } catch (error) {
    if (!(error instanceof ViewsNotOpened || isOfSqlite(error))) throw error;
    return 0; // a damaged file is moved aside like all others
  }
}
