/** The thread that reads the log for the views, with a connection of its own; started and heard by views.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { ViewsNotOpened } from '#read-models/database.js';
import type { Store } from '../store.js';
import { openStoreForReading } from '../store.js';
import type { Report } from './follow.js';
import { follow } from './follow.js';
import { ProjectingThread } from './projecting-thread.js';

const port = parentPort!;
const { path, store } = workerData as { readonly path: string; readonly store: Store };
const report = (what: Report): void => port.postMessage(what);

async function run(): Promise<void> {
  const opening = ProjectingThread.open(path);
  opening.catch(() => undefined); // looked at below, once the log is open
  const log = await openStoreForReading(store);
  const stop = new AbortController();
  port.once('message', () => {
    stop.abort();
    void log.close(); // a question to a store that does not answer is not waited for
  });
  try {
    const projector = await opening;
    report({ opened: projector.projected.checkpoint });
    await follow(projector, log, path, report, stop.signal);
    await projector.close();
  } catch (error) {
    if (!(error instanceof ViewsNotOpened)) throw error;
    report({ refused: error.message });
  } finally {
    await log.close();
    port.close();
  }
}

await run();
