/** The thread that projects, so that neither a request nor the reading of the log waits for it; started and spoken to by projecting-thread.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { TextEvent } from '#event-log/text-event.js';
import { ViewsNotOpened } from '#read-models/database.js';
import type { Projecting } from '#read-models/read-models.js';
import { openForProjecting } from '#read-models/read-models.js';
import type { Answer, Batch, SentEvent } from './projecting-thread.js';

/** While many record at once, their events are taken in fewer and larger batches: each is a commit of its own. */
const BUSY_EVENTS = 16;
const BREATH_MS = 20;

const port = parentPort!;
const { path } = workerData as { readonly path: string };
const answer = (what: Answer): void => port.postMessage(what);

function run({ projector, lastEvent, close }: Projecting): void {
  let waiting: Batch[] = [];
  let closing = false;
  let working = false;

  /** All that waits; what follows a batch that failed is left out. */
  function take(): SentEvent[] {
    const events: SentEvent[] = [];
    for (const batch of waiting) if (batch.after === projector.checkpoint.size + events.length) events.push(...batch.events);
    waiting = [];
    return events;
  }

  async function work(): Promise<void> {
    working = true;
    while (waiting.length > 0) {
      const began = performance.now();
      const events = take();
      if (events.length === 0) continue; // nothing has become of it, so there is nothing to say
      try {
        projector.project(events.map((event) => new TextEvent(...event)));
        const [position, id, stream, revision] = events.at(-1)!;
        answer({ projected: { checkpoint: projector.checkpoint, last: { position, id, stream, revision } } });
      } catch (error) {
        const { message, stack } = error as Error;
        answer({ failed: { message, stack } });
      }
      const breath = BREATH_MS - (performance.now() - began);
      if (events.length < BUSY_EVENTS || closing || breath <= 0) await turn();
      else await sleep(breath);
    }
    working = false;
    if (!closing) return;
    close();
    port.close();
  }

  port.on('message', (message: Batch | 'close') => {
    if (message === 'close') closing = true;
    else waiting.push(message);
    if (!working) void work();
  });
  answer({ opened: { checkpoint: projector.checkpoint, last: lastEvent() } });
}

try {
  run(openForProjecting(path));
} catch (error) {
  if (!(error instanceof ViewsNotOpened)) throw error;
  answer({ refused: error.message });
}
