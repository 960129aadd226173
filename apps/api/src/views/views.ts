/**
 * The read models of this process: fed by a thread that reads the log and one that projects, asked by the query
 * handlers.
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

/** A thread that died is started again after this. */
const RESTART_MS = 1000;
/** The index of texts is a moment behind the views; whether it has come is looked for this often. */
const LOOK_MS = 3;

@Injectable()
export class Views implements OnModuleInit, OnApplicationShutdown {
  private models: ReadModels | null = null;
  private at: Checkpoint = { position: null, size: 0 };
  private thread: Worker | null = null;
  private failure: string | null = null;
  /**
   * The views were seen to be those of this log, so what happens from then on is told by the log and by /health/ready.
   */
  private followed = false;
  private restart: NodeJS.Timeout | undefined;
  private closing = false;

  private refused: string | null = null;
  /** What is asked is the file that the thread has opened, not one that it is about to set aside. */
  private opened = false;
  private watch: Watched | null = null;
  /** The views were built anew while the alarm stood, so a watch that compares with them cannot end it. */
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
   * Opens the views and begins to follow the log, and to compare it with them.
   * @throws {ViewsNotOpened} the file cannot be used, or was made from another log; the message says what to do
   */
  async onModuleInit(): Promise<void> {
    await new Promise<void>((resolve, reject) => this.run(resolve, reject));
  }

  /** How many events a second the standing watch compares; 0 for none. */
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

  /** How far the standing watch is; null before it has begun, or where there is none. */
  get watched(): Watched | null {
    return this.watch;
  }

  /** What is projected is at least this. */
  get checkpoint(): Checkpoint {
    return this.at;
  }

  /** Why the views do not follow the log at the moment; null while they do. */
  get trouble(): string | null {
    return this.failure;
  }

  /** Why they will not follow the log again: it is not the one that they were made from. */
  get refusal(): string | null {
    return this.refused;
  }

  /** They give what was signed: a file that they were built in place of is not needed any more. */
  confirmed(): void {
    if (this.opened) removePrevious(this.settings.readModel);
  }

  /** Whether they hold everything up to a position, at once or after a while. */
  async reached(position: string, ms: number): Promise<boolean> {
    const isThere = (): boolean =>
      this.at.position !== null && this.log.comparePositions(this.at.position, position) >= 0;
    const until = performance.now() + ms;
    for (let left = ms; !isThere() && left > 0; left = until - performance.now())
      await this.moved(left, new AbortController().signal);
    return isThere();
  }

  /**
   * Whether the index of texts, which follows the views, holds what they held when this was asked, at once or after a
   * while.
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

  /** Whether they hold more than so many events, at once or after a while, or when nobody wants to know any more. */
  async grown(beyond: number, ms: number, signal: AbortSignal): Promise<boolean> {
    if (this.at.size <= beyond) await this.moved(ms, signal);
    return this.at.size > beyond;
  }

  /** Until something more is projected, or a while has passed, or nobody waits any more. */
  private async moved(ms: number, signal: AbortSignal): Promise<void> {
    let look: () => void = () => undefined;
    await pause(ms, signal, (wake) => this.waiting.add((look = wake)));
    this.waiting.delete(look);
  }

  /** Waits for the threads to end; what they were given is projected, and the file is marked as cleanly closed. */
  async onApplicationShutdown(): Promise<void> {
    this.closing = true;
    this.wanted.close();
    clearTimeout(this.restart);
    this.models?.close();
    const { thread } = this;
    if (thread === null) return;
    // also when it dies of an error meanwhile, which is logged
    const gone = new Promise((resolve) => thread.once('exit', resolve));
    thread.postMessage('close');
    await gone;
  }

  private hear(news: Watched): void {
    const before = this.watch;
    // A watch in a thread that was started again does not know of it before it has gone over all of the log.
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
   * @param settled told once the views follow the log, or have tried to; @param refused told where they cannot be used
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
      // Not before it is gone: until then it has the file.
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
