/**
 * The thread that projects, so that neither requests nor the reading of the log wait for it. projecting-thread.ts
 * starts it and talks to it.
 */
import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { TextEvent } from '#event-log';
import type { Projecting } from '#read-models';
import { openForProjecting, ViewsNotOpened } from '#read-models';
import type { Answer, Batch, SentEvent } from './projecting-thread.js';
import { searchWanted } from './search-wanted.js';

/**
 * From this batch size on, the thread waits a moment before the next batch. While many record at once, batches are then
 * fewer and larger, and each batch is one commit.
 */
const BUSY_EVENTS = 16;
const BREATH_MS = 20;
/**
 * When projecting takes much of the time, as in an import, the thread waits longer. Rows that many decisions on one
 * mandate change are then written once.
 */
const LONG_BREATH_MS = 35;
const MUCH = 0.5;
const STILL_MUCH = 0.3;
/** Events whose texts go into the search index at once. Whatever comes meanwhile waits for them. */
const INDEXED_AT_ONCE = 100;
const INDEX_AGAIN_MS = 2000;
/**
 * Nothing may have come for this long before texts are indexed unasked. While many record, they would have to wait for
 * the index.
 */
const REST_MS = 250;

const port = parentPort!;
const { path } = workerData as { readonly path: string };
const answer = (what: Answer): void => port.postMessage(what);

function run({ projector, searchIndex, lastEvent, close }: Projecting): void {
  let waiting: Batch[] = [];
  let closing = false;
  let working = false;
  let indexLater: NodeJS.Timeout | undefined;
  /** Whether to index now: a query waits for it, or nothing has come for a while. */
  let indexing = true;
  let breathMs = BREATH_MS;

  /** Takes everything that waits, except what follows a batch that failed. */
  function take(): SentEvent[] {
    const events: SentEvent[] = [];
    for (const batch of waiting)
      if (batch.after === projector.checkpoint.size + events.length) events.push(...batch.events);
    waiting = [];
    return events;
  }

  /**
   * Adds some more texts to the search index.
   * @returns whether there are more
   */
  function index(): boolean {
    try {
      indexing = searchIndex.catchUp(INDEXED_AT_ONCE);
    } catch (error) {
      const { message, stack } = error as Error;
      answer({ notIndexed: { message, stack } });
      indexing = false;
      indexAfter(INDEX_AGAIN_MS);
    }
    return indexing;
  }

  function indexAfter(ms: number): void {
    clearTimeout(indexLater);
    indexLater = setTimeout(() => {
      indexing = true;
      goOn();
    }, ms);
  }

  async function project(): Promise<void> {
    const began = performance.now();
    const events = take();
    if (events.length === 0) return; // all of it followed a batch that failed
    try {
      projector.project(events.map((event) => new TextEvent(...event)));
      const [position, id, stream, revision] = events.at(-1)!;
      answer({ projected: { checkpoint: projector.checkpoint, last: { position, id, stream, revision } } });
    } catch (error) {
      const { message, stack } = error as Error;
      answer({ failed: { message, stack } });
    }
    const share = (performance.now() - began) / breathMs;
    breathMs = share > (breathMs === LONG_BREATH_MS ? STILL_MUCH : MUCH) ? LONG_BREATH_MS : BREATH_MS;
    const breath = (): number => breathMs - (performance.now() - began);
    const isBusy = events.length >= BUSY_EVENTS && !closing && breath() > 0;
    if (isBusy && indexing) index();
    if (isBusy && breath() > 0) await sleep(breath());
    else await turn();
  }

  async function work(): Promise<void> {
    working = true;
    for (;;) {
      if (waiting.length > 0) {
        await project();
        indexAfter(REST_MS);
      } else if (!closing && indexing && index()) await turn();
      else break;
    }
    working = false;
    if (!closing) return;
    clearTimeout(indexLater);
    wanted.close();
    close();
    port.close();
  }

  function goOn(): void {
    if (!working) void work();
  }

  const wanted = new BroadcastChannel(searchWanted(path));
  wanted.onmessage = () => {
    indexing = true;
    goOn();
  };
  port.on('message', (message: Batch | 'close') => {
    if (message === 'close') closing = true;
    else waiting.push(message);
    goOn();
  });
  answer({ opened: { checkpoint: projector.checkpoint, last: lastEvent() } });
  goOn();
}

try {
  run(openForProjecting(path));
} catch (error) {
  if (!(error instanceof ViewsNotOpened)) throw error;
  answer({ refused: error.message });
}
