/** The thread that reads the log for the views, over its own connection. views.ts starts it and takes its reports. */
import { parentPort, workerData } from 'node:worker_threads';
import type { EventLog } from '#event-log';
import { openTreeAlone, ViewsNotOpened } from '#read-models';
import type { Store } from '#setup';
import { openStoreForReading } from '#setup';
import type { Report } from './follow.js';
import { follow } from './follow.js';
import { ProjectingThread } from './projecting-thread.js';
import type { Watched } from './standing-watch.js';
import { StandingWatch } from './standing-watch.js';

const port = parentPort!;
const { path, store, watchRate } = workerData as {
  readonly path: string;
  readonly store: Store;
  readonly watchRate: number;
};
const report = (what: Report): void => port.postMessage(what);

async function run(): Promise<void> {
  const opening = ProjectingThread.open(path);
  opening.catch(() => undefined); // awaited below, once the log is open
  const log = await openStoreForReading(store);
  const stop = new AbortController();
  port.once('message', () => {
    stop.abort();
    void log.close(); // do not wait for a request to a store that does not answer
  });
  try {
    const projector = await opening;
    report({ opened: projector.projected.checkpoint });
    const watching = watchRate === 0 ? null : watch(projector, log, stop.signal);
    await follow(projector, log, path, report, stop.signal);
    stop.abort();
    await watching;
    await projector.close();
  } catch (error) {
    if (!(error instanceof ViewsNotOpened)) throw error;
    report({ refused: error.message });
  } finally {
    await log.close();
    port.close();
  }
}

async function watch(projector: ProjectingThread, log: EventLog, signal: AbortSignal): Promise<void> {
  const trusted = openTreeAlone(path);
  const told = (watched: Watched): void => report({ watched });
  await new StandingWatch(log, trusted, watchRate, () => projector.busy, told).run(signal);
  trusted.close();
}

await run();
