/** The read models of this process: fed from the log by one projector, asked by the query handlers. */
import type { EventLog } from '#event-log/event-log.js';
import { ViewsNotOpened } from '#read-models/database.js';
import type { Checkpoint } from '#read-models/projector.js';
import type { ReadModels } from '#read-models/read-models.js';
import { openReadModels } from '#read-models/read-models.js';
import type { Logger } from 'pino';

/** After a failure the projector tries again, waiting twice as long each time up to the longest wait. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 30_000;
/** While many record at once, their events are taken in fewer and larger batches: each is a commit of its own. */
const BUSY_EVENTS = 16;
const BREATH_MS = 20;

export class Views {
  readonly events;
  readonly decisions;
  readonly registry;
  readonly mandates;

  private readonly models: ReadModels;
  private readonly stop = new AbortController();
  private feeding: Promise<void> | undefined;
  private failure: string | null = null;

  /** @throws {ViewsNotOpened} */
  constructor(
    private readonly path: string,
    private readonly log: EventLog,
    private readonly logger: Logger,
  ) {
    this.models = openReadModels(path);
    ({ events: this.events, decisions: this.decisions, registry: this.registry, mandates: this.mandates } = this.models);
  }

  get checkpoint(): Checkpoint {
    return this.models.projector.checkpoint;
  }

  /** Why the views do not follow the log at the moment; null while they do. */
  get trouble(): string | null {
    return this.failure;
  }

  /** @throws {ViewsNotOpened} the log does not hold what these views were made from: it was emptied, cut off or replaced */
  async refuseOtherLog(): Promise<void> {
    const last = this.events.last();
    if (last === null) return;
    for await (const [event] of this.log.readStream(last.stream, { from: last.revision, limit: 1 }))
      if (event?.id === last.id && event.position === last.position) return;
    throw new ViewsNotOpened(
      `The views were made from another log: event ${last.id}, the last in them, is not where they have it (stream ${last.stream}, revision ${last.revision}). If the log was replaced on purpose, by a backup for instance, remove the views' file ${this.path} and start again; else find out what happened to the log.`,
    );
  }

  /** Begins to follow the log from the checkpoint on, until close. */
  start(): void {
    this.feeding ??= this.follow();
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.feeding;
    this.models.close();
  }

  private async follow(): Promise<void> {
    const { signal } = this.stop;
    let wait = FIRST_WAIT_MS;
    while (!signal.aborted) {
      try {
        const { position } = this.checkpoint;
        for await (const events of this.log.subscribe({ signal, ...(position === null ? {} : { after: position }) })) {
          const began = performance.now();
          this.models.projector.project(events);
          this.failure = null;
          wait = FIRST_WAIT_MS;
          if (events.length >= BUSY_EVENTS) await pause(BREATH_MS - (performance.now() - began), signal);
        }
      } catch (error) {
        this.failure = `the views stopped after event ${this.checkpoint.size}: ${(error as Error).message}`;
        this.logger.error({ err: error, checkpoint: this.checkpoint, retryInMs: wait }, 'the views do not follow the log');
        await pause(wait, signal);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
