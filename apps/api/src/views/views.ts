/** The read models of this process: fed from the log by one projector, asked by the query handlers. */
import type { EventLog } from '#event-log/event-log.js';
import type { MissionFacts } from '#mandate/standing.js';
import type { Database } from '#read-models/database.js';
import { decisionQuery, decisionsQuery } from '#read-models/decisions.view.js';
import { historyQuery } from '#read-models/events.view.js';
import { mandateAtRevisionQuery, mandateQuery, mandatesQuery } from '#read-models/mandates.view.js';
import type { Checkpoint } from '#read-models/projector.js';
import { Projector, openViews } from '#read-models/projector.js';
import { missionFacts, registrationQuery, registrationsQuery } from '#read-models/registry.view.js';
import type { Logger } from 'pino';

/** After a failure the projector tries again, waiting twice as long each time up to the longest wait. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 30_000;

export class Views {
  readonly mandate;
  readonly mandateAtRevision;
  readonly mandates;
  readonly history;
  readonly decision;
  readonly decisions;
  readonly registration;
  readonly registrations;
  readonly missionFacts: MissionFacts;

  private readonly db: Database;
  private readonly projector: Projector;
  private readonly stop = new AbortController();
  private feeding: Promise<void> | undefined;
  private failure: string | null = null;

  constructor(
    path: string,
    private readonly log: EventLog,
    private readonly logger: Logger,
  ) {
    this.db = openViews(path);
    this.projector = new Projector(this.db);
    this.mandate = mandateQuery(this.db);
    this.mandateAtRevision = mandateAtRevisionQuery(this.db);
    this.mandates = mandatesQuery(this.db);
    this.history = historyQuery(this.db);
    this.decision = decisionQuery(this.db);
    this.decisions = decisionsQuery(this.db);
    this.registration = registrationQuery(this.db);
    this.registrations = registrationsQuery(this.db);
    this.missionFacts = missionFacts(this.db);
  }

  get checkpoint(): Checkpoint {
    return this.projector.checkpoint;
  }

  /** Why the views do not follow the log at the moment; null while they do. */
  get trouble(): string | null {
    return this.failure;
  }

  /** Begins to follow the log from the checkpoint on, until close. */
  start(): void {
    this.feeding ??= this.follow();
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.feeding;
    this.db.close();
  }

  private async follow(): Promise<void> {
    const { signal } = this.stop;
    let wait = FIRST_WAIT_MS;
    while (!signal.aborted) {
      try {
        const { position } = this.projector.checkpoint;
        for await (const events of this.log.subscribe({ signal, ...(position === null ? {} : { after: position }) })) {
          this.projector.project(events);
          this.failure = null;
          wait = FIRST_WAIT_MS;
        }
      } catch (error) {
        this.failure = `the views stopped after event ${this.projector.checkpoint.size}: ${(error as Error).message}`;
        this.logger.error({ err: error, checkpoint: this.projector.checkpoint, retryInMs: wait }, 'the views do not follow the log');
        await pause(wait, signal);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      }
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
