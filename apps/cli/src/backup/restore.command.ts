/** `ledger restore`: a backup is verified, and then put in place of nothing, or of what is moved aside. */
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { refuseInUse } from '#event-log/sqlite/database.js';
import type { Config } from '../../../api/src/config.js';
import { readConfig } from '../../../api/src/config.js';
import { CouldNotRun, EXIT } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import { readKeys } from '../verify/evidence.js';
import { FILES, readManifest, spoiltFiles, verdictOn } from './backup-folder.js';
import { syncToDisk } from '../../../api/src/sync-to-disk.js';

export interface RestoreOptions {
  readonly key: string;
  readonly force?: boolean;
}

/** The files beside a database that belong to it. */
const PARTS = ['', '-wal', '-shm'];

/** @returns the exit code */
export async function restoreCommand(
  folder: string,
  { key, force = false }: RestoreOptions,
  { env, say, tell }: Environment,
): Promise<number> {
  const config = readConfig(env);
  if (config.store.kind !== 'sqlite')
    throw new CouldNotRun(
      'A backup is put into a data folder: LEDGER_STORE has to be sqlite. ledger import brings an export into EventStoreDB.',
    );
  const manifest = readManifest(folder);
  const spoilt = spoiltFiles(folder, manifest);
  const verdict = spoilt.length > 0 ? null : await verdictOn(folder, readKeys(key), key);
  if (verdict === null || !verdict.ok || verdict.root !== manifest.root) {
    const why = verdict === null ? `${spoilt.join(', ')} in it: not what was backed up.` : verdict.detail;
    tell(`Nothing was restored: ${why}`);
    return EXIT.doesNotHold;
  }
  const { path } = config.store;
  const places = [
    { name: FILES.key, to: config.logKey },
    { name: FILES.checkpoints, to: join(config.dataDir, FILES.checkpoints) },
    { name: FILES.log, to: path }, // the last, since a folder without it has no log
  ];
  refuseUsed(path, config, force);
  const aside = places.some(({ to }) => PARTS.some((part) => existsSync(to + part))) ? moveAside(config, places) : null;
  for (const { name, to } of places) putInPlace(join(folder, name), to);
  for (const part of [...PARTS, '.damaged']) rmSync(config.readModel + part, { force: true });
  if (aside !== null) say(`What was there is in ${aside}.`);
  say(`Restored ${verdict.size} events, root ${verdict.root}, into ${config.dataDir}. The views are built anew at the next start.`);
  return EXIT.done;
}

/** @throws {LogNotOpened} a server has the log; {CouldNotRun} there is one, and it is not to be replaced */
function refuseUsed(path: string, { dataDir, logKey }: Config, force: boolean): void {
  if (!force) {
    const there = [path, join(dataDir, FILES.checkpoints), logKey].find((file) => existsSync(file));
    if (there !== undefined)
      throw new CouldNotRun(
        `${there} is there already. Restore into an empty folder (LEDGER_DATA_DIR), or say --force to move what is there aside.`,
      );
  }
  refuseInUse(path);
}

function moveAside({ dataDir }: Config, places: readonly { readonly name: string; readonly to: string }[]): string {
  const aside = join(dataDir, `before-restore-${new Date().toISOString().replace(/[:.]/g, '-')}`);
  mkdirSync(aside, { mode: 0o700 });
  for (const { name, to } of [...places].reverse())
    for (const part of PARTS) if (existsSync(to + part)) renameSync(to + part, join(aside, name + part));
  return aside;
}

/** Whole and on the disk before it gets its name. */
function putInPlace(from: string, to: string): void {
  if (!existsSync(from)) return;
  const partial = `${to}.${process.pid}.partial`;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, partial);
  chmodSync(partial, 0o600);
  syncToDisk(partial);
  renameSync(partial, to);
  syncToDisk(dirname(to));
}
