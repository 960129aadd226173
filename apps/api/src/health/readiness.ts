/** Whether this process can answer: its datasets are recorded and its views have caught up with the log. */
import type { Logger } from 'pino';
import type { EventLog } from '#event-log/event-log.js';
import { LogUnavailable } from '#event-log/event-log.js';
import type { Views } from '../views/views.js';

const WATCH_MS = 10_000;

export interface ReadinessAnswer {
  readonly ready: boolean;
  /** Why not, one sentence each. */
  readonly reasons: readonly string[];
  /** Events in the views. */
  readonly size: number;
}

export class Readiness {
  /** What a first start still has to record; set by whoever records it. */
  recording: string | null = null;

  constructor(
    private readonly log: EventLog,
    private readonly views: Views,
  ) {}

  async check(): Promise<ReadinessAnswer> {
    const reasons: string[] = [];
    if (this.recording !== null) reasons.push(`${this.recording} is being recorded`);
    if (this.views.trouble !== null) reasons.push(this.views.trouble);
    const { position, size } = this.views.checkpoint;
    try {
      const last = await this.log.lastPosition();
      if (last !== null && (position === null || this.log.comparePositions(position, last) < 0))
        reasons.push(`the views are at position ${position ?? 'none'} after ${size} events, the log at ${last}`);
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
      reasons.push(error.message);
    }
    return { ready: reasons.length === 0, reasons, size };
  }

  /** Writes into the log, as long as it is so, why this process cannot answer and how far behind its views are. */
  watch(logger: Logger): () => void {
    const timer = setInterval(() => {
      void this.check().then(({ ready, reasons, size }) => {
        if (!ready) logger.warn({ reasons, size }, 'not ready');
      });
    }, WATCH_MS);
    return () => clearInterval(timer);
  }
}
