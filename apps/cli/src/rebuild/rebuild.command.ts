/**
 * `ledger rebuild`: builds the views anew from the log. Run it when nothing else repairs them, or to save the wait at
 * the next start. The views may hold the only trace of how the log was, so the log is compared with them first.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openForProjecting, removeViews } from '#read-models';
import type { Store } from '#setup';
import { openStoreForReading, readConfig } from '#setup';
import { FILES } from '../backup/files.js';
import type { Environment } from '../environment.js';
import type { Progress } from '../progress.js';
import { progressOf } from '../progress.js';
import { resultOf } from '../result.js';
import { holdLog, openEvidence } from '../verify/held-log.js';
import { storeSource } from '../verify/source.js';

export interface RebuildOptions {
  readonly json?: boolean;
}

/**
 * @returns the exit code
 * @throws {ViewsNotOpened} a server has the views open
 */
export async function rebuildCommand({ json = false }: RebuildOptions, environment: Environment): Promise<number> {
  const { readModel, store, dataDir } = readConfig(environment.env);
  const checkpoints = join(dataDir, FILES.checkpoints);
  const remedy =
    'ledger verify says more. Where the log was replaced on purpose, or the views are what is wrong, ' +
    `move ${readModel} and ${checkpoints} away and keep them, then run this again.`;
  return resultOf('Nothing was rebuilt', remedy, json, environment, async () => {
    const progress = progressOf('Rebuilding');
    try {
      await holdStore(store, checkpoints, readModel, progress);
      const size = await rebuild(store, readModel, progress);
      progress.end();
      if (!json)
        environment.say(`Rebuilt the views from ${size} events. The index of texts follows when the server runs.`);
      return { size };
    } finally {
      progress.end();
    }
  });
}

async function holdStore(store: Store, checkpoints: string, readModel: string, progress: Progress): Promise<void> {
  const evidence = openEvidence(checkpoints, readModel);
  const source = await storeSource(store);
  try {
    await holdLog(source, evidence, (events) => progress.at(events, 0));
  } finally {
    evidence.close();
    await source.close();
  }
}

async function rebuild(store: Store, readModel: string, progress: Progress): Promise<number> {
  const log = await openStoreForReading(store);
  try {
    mkdirSync(dirname(readModel), { recursive: true });
    removeViews(readModel);
    const { projector, close } = openForProjecting(readModel);
    try {
      for await (const page of log.readAll()) {
        projector.project(page);
        progress.at(projector.checkpoint.size, 0);
      }
      return projector.checkpoint.size;
    } finally {
      close();
    }
  } finally {
    await log.close();
  }
}
