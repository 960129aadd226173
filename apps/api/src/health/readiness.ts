/** Whether this process can answer: its datasets are recorded and its views have caught up with the log. */
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { inTime, LogUnavailable } from '#event-log';
import { Checkpoints } from '../checkpoints/checkpoints.js';
import { EventLog } from '../event-log/event-log.provider.js';
import { Problem } from '../http/problem.js';
import { Logger } from '../settings/logger.provider.js';
import { Views } from '../views/views.js';

const WATCH_MS = 10_000;
const MOST_BEHIND_MS = 1000;
const LONGEST_STUCK_MS = 5 * 60_000;
/** A health check wants an answer now, also when the store gives none. */
const LONGEST_QUESTION_MS = 1000;

export interface ReadinessAnswer {
  readonly ready: boolean;
  /** Why not; one sentence each. */
  readonly reasons: readonly string[];
  /** Whether a reason is that the log is not what it was. Waiting does not change that. */
  readonly alarm: boolean;
  /** Events in the views. */
  readonly size: number;
}

@Injectable()
export class Readiness implements OnApplicationBootstrap, OnApplicationShutdown {
  /** What a first start still has to record; null when nothing. main.ts sets it. */
  recording: string | null = null;

  /** The position that the views have to reach, and since when. At the first check that is since ever. */
  private due: { readonly position: string | null; readonly since: number } | null = null;
  /** Since when the standing watch does not get on. */
  private stuckSince = Infinity;

  private watching: NodeJS.Timeout | undefined;

  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    private readonly views: Views,
    private readonly checkpoints: Checkpoints,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.watching = setInterval(() => void this.logWhyNot(), WATCH_MS);
  }

  /** Logs why this process cannot answer, and how far behind its views are. */
  async logWhyNot(): Promise<void> {
    try {
      const { ready, reasons, size } = await this.check();
      if (!ready) this.logger.warn({ reasons, size }, 'not ready');
    } catch (err) {
      this.logger.error({ err }, 'whether this is ready cannot be told');
    }
  }

  onApplicationShutdown(): void {
    clearInterval(this.watching);
  }

  /**
   * Why nothing is recorded; null when recording is allowed. During a first start a post could contradict what the
   * datasets still have to record. And a log that the views were not made from is not the one that the clerk has seen.
   */
  refusal(): Problem | null {
    const { refusal } = this.views;
    if (refusal !== null) return new Problem('unavailable', `Nothing is recorded: ${refusal}`);
    if (this.recording === null) return null;
    return new Problem(
      'not-caught-up',
      `This is the first start, and ${this.recording} is being recorded. Nothing was stored; send it again in a ` +
        'moment.',
    );
  }

  async check(): Promise<ReadinessAnswer> {
    const reasons: string[] = [];
    if (this.recording !== null) reasons.push(`${this.recording} is being recorded`);
    if (this.views.trouble !== null) reasons.push(this.views.trouble);
    if (this.checkpoints.isPending) reasons.push('the log is still to be held against the checkpoints that are kept');
    const stuck = this.stuck();
    if (stuck !== null) reasons.push(stuck);
    try {
      const behind = this.behind(
        await inTime(
          this.log.lastPosition(),
          LONGEST_QUESTION_MS,
          () => new LogUnavailable('the event log does not answer'),
        ),
      );
      if (behind !== null) reasons.push(behind);
    } catch (error) {
      reasons.push((error as Error).message); // whatever it is, this process cannot say that it can answer
    }
    const alarms = this.alarms();
    const all = [...alarms, ...reasons].map((reason) => reason.replace(/\.$/, ''));
    return { ready: all.length === 0, reasons: all, alarm: alarms.length > 0, size: this.views.checkpoint.size };
  }

  private alarms(): string[] {
    const wrong = this.views.watched?.firstWrong ?? null;
    const { trouble } = this.checkpoints;
    return [
      ...(wrong === null
        ? []
        : [`the log is not as it was recorded: ${wrong.detail}; keep everything as it is and find out who changed it`]),
      ...(trouble === null ? [] : [trouble]),
    ];
  }

  /**
   * Why the standing watch is stuck; null when it is not. A short outage of the store is reported elsewhere. A watch
   * that never finishes its pass would be reported nowhere.
   */
  private stuck(): string | null {
    const trouble = this.views.watched?.trouble ?? null;
    this.stuckSince = trouble === null ? Infinity : Math.min(this.stuckSince, performance.now());
    return performance.now() - this.stuckSince < LONGEST_STUCK_MS
      ? null
      : `the standing watch does not get on: ${trouble}`;
  }

  /**
   * How far the views are behind; null when that is normal. What is recorded at this moment is not in the views yet.
   * Only what was recorded a while ago has to be.
   */
  private behind(last: string | null): string | null {
    const { position, size } = this.views.checkpoint;
    const holds = (wanted: string | null): boolean =>
      wanted === null || (position !== null && this.log.comparePositions(position, wanted) >= 0);
    if (holds(last)) {
      this.due = { position: last, since: Infinity };
      return null;
    }
    if (this.due === null) this.due = { position: last, since: -Infinity };
    else if (holds(this.due.position)) this.due = { position: last, since: performance.now() };
    if (performance.now() - this.due.since < MOST_BEHIND_MS) return null;
    return `the views are at position ${position ?? 'none'} after ${size} events, the log at ${last}`;
  }
}
