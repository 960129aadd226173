/** Whether this process can answer: its datasets are recorded and its views have caught up with the log. */
import type { EventLog } from '#event-log/event-log.js';
import type { Views } from '../views/views.js';

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
    const last = await this.log.lastPosition();
    if (last !== null && (position === null || this.log.comparePositions(position, last) < 0))
      reasons.push(`the views are at position ${position ?? 'none'}, the log at ${last}`);
    return { ready: reasons.length === 0, reasons, size };
  }
}
