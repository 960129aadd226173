/**
 * The read models of this process. One thread reads the log, a second one projects, and query handlers ask the models.
 */
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { BroadcastChannel, Worker } from 'node:worker_threads';
import { pause } from '#event-log';
import type { Checkpoint, ReadModels } from '#read-models';
import { openReadModels, removePrevious, ViewsNotOpened } from '#read-models';
import { EventLog } from '../event-log/event-log.provider.js';
import { Logger } from '../settings/logger.provider.js';
import { Settings } from '../settings/settings.provider.js';
import type { Report } from './follow.js';
import type { Watched } from './standing-watch.js';
import { MOST_MEMORY } from './projecting-thread.js';
import { searchWanted } from './search-wanted.js';

/** Time until a thread that died is started again. */
const RESTART_MS = 1000;
/** How often to look whether the index of texts has caught up. It is a moment behind the views. */
const LOOK_MS = 3;

@Injectable()
export class Views implements OnModuleInit, OnApplicationShutdown {
  private models: ReadModels | null = null;
  private at: Checkpoint = { position: null, size: 0 };
  private thread: Worker | null = null;
  private failure: string | null = null;
  /**
   * The views were seen to be those of this log. From then on the logger and /health/ready report problems, and the
   * start does not fail any more.
   */
  private followed = false;
  private restart: NodeJS.Timeout | undefined;
  private closing = false;

  private refused: string | null = null;
  /** Queries use the file that the thread has opened, and not one that it is about to set aside. */
  private opened = false;
  private watch: Watched | null = null;
  /** The views were built anew during the alarm, so a watch that compares with them cannot end it. */
  private alarmStays = false;
  private readonly waiting = new Set<() => void>();
  private readonly wanted: BroadcastChannel;

  constructor(
    @Inject(Settings) private readonly settings: Pick<Settings, 'readModel' | 'store' | 'watchRate'>,
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(Logger) private readonly logger: Logger,
  ) {
    this.wanted = new BroadcastChannel(searchWanted(settings.readModel));
    this.wanted.unref();
  }

  /**
   * Opens the views. Begins to follow the log, and to compare it with the views.
   * @throws {ViewsNotOpened} the file cannot be used, or was made from another log; the message says what to do
   */
  async onModuleInit(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.run(resolve, reject));
  }

  /** Events per second that the standing watch compares; 0 when there is no watch. */
  get watchRate(): number {
    return this.settings.watchRate;
  }

  get events() {
    return this.models!.events;
  }
  get eventLines() {
    return this.models!.eventLines;
  }
  get decisions() {
    return this.models!.decisions;
  }
  get registry() {
    return this.models!.registry;
  }
  get mandates() {
    return this.models!.mandates;
  }
  get changes() {
    return this.models!.changes;
  }
  get agenda() {
    return this.models!.agenda;
  }

  get search() {
    return this.models!.search;
  }

  get tree() {
    return this.models!.tree;
  }
  get leaves() {
    return this.models!.leaves;
  }

  /** How far the standing watch is; null before it has begun, or when there is none. */
  get watched(): Watched | null {
    return this.watch;
  }

  /** At least this much is projected. */
  get checkpoint(): Checkpoint {
    return this.at;
  }

  /** Why the views do not follow the log at the moment; null while they do. */
  get trouble(): string | null {
    return this.failure;
  }

  /** Why the views will not follow the log again: they were made from another one. */
  get refusal(): string | null {
    return this.refused;
  }

  /** Call it when the views give what was signed. The file that they replaced is then not needed any more. */
  confirmed(): void {
    if (this.opened) removePrevious(this.settings.readModel);
  }

  /**
   * Waits until the views hold everything up to a position.
   * @returns false when they do not within `ms`
   */
  async reached(position: string, ms: number): Promise<boolean> {
    const isThere = (): boolean =>
      this.at.position !== null && this.log.comparePositions(this.at.position, position) >= 0;
    const until = performance.now() + ms;
    for (let left = ms; !isThere() && left > 0; left = until - performance.now())
      await this.moved(left, new AbortController().signal);
    return isThere();
  }

  /**
   * Waits until the index of texts, which follows the views, holds what they hold now.
   * @returns false when it does not within `ms`
   */
  async indexed(ms: number): Promise<boolean> {
    const { size } = this.at;
    const until = performance.now() + ms;
    if (this.search.size() < size) this.wanted.postMessage(size);
    while (this.search.size() < size) {
      if (performance.now() >= until) return false;
      await sleep(LOOK_MS);
    }
    return true;
  }

  /**
   * Waits until the views hold more than `beyond` events, `ms` have passed, or the signal aborts.
   * @returns whether they hold more
   */
  async grown(beyond: number, ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.at.size <= beyond) await this.moved(ms, signal);
    return this.at.size > beyond;
  }

  /** Waits until more is projected, `ms` have passed, or the signal aborts. */
  private async moved(ms: number, signal: AbortSignal): Promise<void> {
    let look: () => void = () => undefined;
    await pause(ms, signal, (wake) => this.waiting.add((look = wake)));
    this.waiting.delete(look);
  }

  /** Waits for the threads to end. What they were given is projected, and the file is marked as cleanly closed. */
  async onApplicationShutdown(): Promise<void> {
    this.closing = true;
    this.wanted.close();
    clearTimeout(this.restart);
    this.models?.close();
    const { thread } = this;
    if (thread === null) return;
    // resolves also when the thread dies of an error meanwhile, which is logged
    const gone = new Promise((resolve) => thread.once('exit', resolve));
    thread.postMessage('close');
    await gone;
  }

  private hear(news: Watched): void {
    const before = this.watch;
    // A watch in a restarted thread knows of an earlier difference only after a whole pass.
    const stays = news.firstWrong === null && (news.passes === 0 || this.alarmStays);
    const watched = stays ? { ...news, firstWrong: before?.firstWrong ?? null } : news;
    const { firstWrong, trouble } = watched;
    this.watch = watched;
    if (trouble !== null && trouble !== before?.trouble) this.logger.error(trouble);
    if (firstWrong === null) {
      if (before !== null && before.firstWrong !== null)
        this.logger.warn({ watched }, 'every event of the log is as it was recorded again');
    } else if (firstWrong.detail !== before?.firstWrong?.detail)
      this.logger.error({ firstWrong }, `the log is not as it was recorded (${firstWrong.kind}): ${firstWrong.detail}`);
  }

  /**
   * @param settled called once the views follow the log, or have tried to
   * @param refused called when they cannot be used
   */
  private run(settled: () => void, refused: (reason: Error) => void): void {
    const { readModel: path, store, watchRate } = this.settings;
    const workerData = { path, store, watchRate };
    const thread = new Worker(new URL('./follower.worker.js', import.meta.url), {
      workerData,
      resourceLimits: MOST_MEMORY,
    });
    this.thread = thread;
    this.opened = false;
    thread.on('message', (report: Report) => {
      if ('opened' in report) {
        if (this.closing) return;
        this.models?.close(); // the thread may have built the file anew
        this.models = openReadModels(this.settings.readModel);
        if (report.opened.size < this.at.size) this.alarmStays = (this.watch?.firstWrong ?? null) !== null;
        this.at = report.opened;
        this.opened = true;
      } else if ('following' in report) {
        this.failure = null;
        this.followed = true;
        settled();
      } else if ('projected' in report) {
        this.at = report.projected;
        this.failure = null;
        for (const look of this.waiting) look();
      } else if ('watched' in report) {
        this.hear(report.watched);
      } else if ('notIndexed' in report) {
        this.logger.error(
          { err: report.notIndexed, checkpoint: this.at },
          'the index of texts does not follow the views',
        );
      } else if ('refused' in report) {
        this.failure = this.refused = report.refused;
        if (this.followed) this.logger.error(report.refused);
        else refused(new ViewsNotOpened(report.refused));
      } else {
        this.failure = report.trouble;
        const { error: err, retryInMs } = report;
        this.logger.error({ err, checkpoint: this.at, retryInMs }, 'the views do not follow the log');
        settled();
      }
    });
    thread.on('error', (err) => {
      this.failure = `a thread that feeds the views died: ${err.message}`;
      this.logger.error({ err, checkpoint: this.at, restartInMs: RESTART_MS }, 'a thread that feeds the views died');
      if (this.models === null) refused(err);
      // Only after the thread is gone: until then it has the file.
      else
        thread.once(
          'exit',
          () => !this.closing && (this.restart = setTimeout(() => this.run(settled, refused), RESTART_MS)),
        );
    });
    thread.on('exit', () => {
      if (this.thread === thread) this.thread = null;
    });
  }
}
