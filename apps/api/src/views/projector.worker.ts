/** The thread that projects, so that no request waits for it; started and heard by views.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { ViewsNotOpened } from '#read-models/database.js';
import { openForProjecting } from '#read-models/read-models.js';
import type { Store } from '../store.js';
import { openStoreForReading } from '../store.js';
import type { Report } from './follow.js';
import { follow } from './follow.js';

const port = parentPort!;
const { path, store } = workerData as { readonly path: string; readonly store: Store };
const report = (what: Report): void => port.postMessage(what);

async function run(): Promise<void> {
  const stop = new AbortController();
  const log = await openStoreForReading(store);
  port.once('message', () => {
    stop.abort();
    void log.close(); // a question to a store that does not answer is not waited for
  });
  try {
    const projecting = openForProjecting(path);
    report({ opened: projecting.projector.checkpoint });
    await follow(projecting, log, path, report, stop.signal);
    projecting.close();
  } catch (error) {
    if (!(error instanceof ViewsNotOpened)) throw error;
    report({ refused: error.message });
  } finally {
    await log.close();
    port.close();
  }
}

await run();
