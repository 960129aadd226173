/** The thread that writes the log, so that no request waits for the disk; started and spoken to by writer.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckedAppend } from '../checked-append.js';
import { Announcements } from './announcements.js';
import { Appends } from './appends.js';
import { openBesideLock } from './database.js';
import type { Answer } from './writer.js';
import { plainOutcome } from './writer.js';

const port = parentPort!;
const { path } = workerData as { path: string };
const db = openBesideLock(path);
const announcements = new Announcements(path);
const appends = new Appends(db);

port.on('message', (batch: readonly CheckedAppend[] | 'close') => {
  if (batch === 'close') {
    db.close();
    announcements.close();
    port.close();
    return;
  }
  port.postMessage(store(batch));
  announcements.announce();
});

function store(batch: readonly CheckedAppend[]): Answer {
  try {
    return { outcomes: appends.store(batch).map(plainOutcome) };
  } catch (error) {
    return { failure: (error as Error).message };
  }
}
