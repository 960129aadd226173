/** `ledger rebuild`: the views are made anew from the log, where nothing else can be done about them or nobody wants to wait for it at the next start. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { removeViews } from '#read-models/database.js';
import { openForProjecting } from '#read-models/read-models.js';
import { readConfig } from '../../../api/src/config.js';
import { openStoreForReading } from '../../../api/src/store.js';
import { EXIT } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import { progressOf } from '../progress.js';

/** @returns the exit code @throws {ViewsNotOpened} a server has them */
export async function rebuildCommand({ env, say }: Environment): Promise<number> {
  const { readModel, store } = readConfig(env);
  const log = await openStoreForReading(store);
  const progress = progressOf('Rebuilding');
  try {
    mkdirSync(dirname(readModel), { recursive: true });
    removeViews(readModel);
    const { projector, close } = openForProjecting(readModel);
    try {
      for await (const page of log.readAll()) {
        projector.project(page);
        progress.at(projector.checkpoint.size, 0);
      }
      progress.end();
      say(`Rebuilt the views from ${projector.checkpoint.size} events. The index of texts follows when the server runs.`);
    } finally {
      close();
    }
    return EXIT.done;
  } finally {
    progress.end();
    await log.close();
  }
}
