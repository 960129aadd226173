/**
 * The log's signed checkpoints. They are signed as the views grow, and never deleted. The thread that answers requests
 * signs them, and no write waits for that.
 */
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inTime, LogUnavailable, pause } from '#event-log';
import type { KeptCheckpoint, KeptCheckpoints } from '#read-models';
import { openKeptCheckpoints } from '#read-models';
import type { SignerKey, VerifierKey } from '#transparency';
import { Malformed, NotProven, openCheckpoint, signCheckpoint } from '#transparency';
import { openLogKey, WrongSetting } from '#setup';
import { EventLog } from '../event-log/event-log.provider.js';
import { Logger } from '../settings/logger.provider.js';
import { Settings } from '../settings/settings.provider.js';
import { Views } from '../views/views.js';
import { LogKeys } from './log-keys.js';

/** Pause between two signatures. It is short enough that new events have a checkpoint within a second. */
const BETWEEN_MS = 750;
/** How soon a change other than growth is noticed: the views are whole again, or the right key was put in place. */
const LOOK_MS = 2000;

const LONGEST_QUESTION_MS = 1000;

/** One key never signs two histories. */
const REPLACED =
  'where the log was replaced on purpose, it needs a name and a key of its own: stop, move checkpoints.db and ' +
  'log-key (LEDGER_LOG_KEY) away and keep them, start, and give auditors the key that is drawn';

/** Why the newest kept checkpoint does not fit the log. */
interface Misfit {
  readonly why: string;
  /** Whether it may fit once the views hold more. */
  readonly mayPass: boolean;
}

@Injectable()
export class Checkpoints implements OnModuleInit, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly waiting = new Set<() => void>();
  private readonly path: string;
  private kept!: KeptCheckpoints;
  private keys!: LogKeys;
  private running: Promise<void> = Promise.resolve();
  /** Why nothing is signed at the moment. */
  private why: string | null = null;
  /**
   * The newest kept checkpoint does not fit the views, and the views do not hold the whole log. So it is not known yet
   * whether it fits the log.
   */
  private pending = false;
  /** The newest kept checkpoint does not fit the tree, so nothing that rests on it can be shown. */
  private unfit = false;
  private count = 0;
  private last: { readonly size: number; readonly at: string } | null = null;

  constructor(
    @Inject(Settings) private readonly settings: Pick<Settings, 'dataDir' | 'logKey' | 'origin'>,
    private readonly views: Views,
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(Logger) private readonly logger: Logger,
  ) {
    this.path = join(settings.dataDir, 'checkpoints.db');
  }

  /**
   * Opens the kept checkpoints and begins to sign.
   * @throws {WrongSetting} the key cannot be used, or was there before and is gone
   * @throws {KeptFileNotOpened} the kept checkpoints cannot be opened
   */
  onModuleInit(): void {
    this.kept = openKeptCheckpoints(this.path);
    const key = keyAtStart(this.settings, this.path, this.kept.newest());
    this.keys = new LogKeys(this.settings.logKey, key, () => this.views.leaves.rotations());
    this.running = this.run(this.stopping.signal);
  }

  get origin(): string {
    return this.keys.origin;
  }

  /** Every key that may have signed, the newest first. */
  verifiers(): VerifierKey[] {
    return this.keys.verifiers();
  }

  newest(): KeptCheckpoint | null {
    return this.kept.newest();
  }

  at(size: number): KeptCheckpoint | null {
    return this.kept.at(size);
  }

  /** When this process signed a checkpoint of that size; null when its last one has another size. */
  signedAt(size: number): string | null {
    return this.last?.size === size ? this.last.at : null;
  }

  /** How many checkpoints this process has signed. A new number means a new newest checkpoint. */
  get signed(): number {
    return this.count;
  }

  /** Why nothing is signed; null while all is well. */
  get trouble(): string | null {
    return this.why;
  }

  /** Whether the log still has to be compared with the kept checkpoints. The views do not reach as far yet. */
  get isPending(): boolean {
    return this.pending;
  }

  /**
   * Waits for a checkpoint of at least `size` leaves.
   * @returns the newest one; null when none comes within `ms`, or the views do not hold its events
   */
  async covering(size: number, ms: number): Promise<KeptCheckpoint | null> {
    const until = performance.now() + ms;
    for (;;) {
      const newest = this.unfit || this.pending ? null : this.kept.newest();
      if (newest !== null && newest.size >= size && newest.size <= this.views.tree.size()) return newest;
      const left = until - performance.now();
      if (this.why !== null || left <= 0) return null;
      let look: () => void = () => undefined;
      await pause(left, this.stopping.signal, (wake) => this.waiting.add((look = wake)));
      this.waiting.delete(look);
      if (this.stopping.signal.aborted) return null;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
    (this.kept as KeptCheckpoints | undefined)?.close(); // undefined when it could not be opened
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { size } = this.views.checkpoint;
      try {
        this.because(await this.sign(), { size });
      } catch (error) {
        if (signal.aborted) return;
        this.because(`no checkpoint can be signed: ${(error as Error).message}`, { err: error });
      }
      for (const look of this.waiting) look();
      await pause(BETWEEN_MS, signal);
      await this.views.grown(size, LOOK_MS, signal);
    }
  }

  private because(why: string | null, circumstances: object): void {
    if (why !== null && why !== this.why) this.logger.error(circumstances, why);
    this.why = why;
  }

  /**
   * Signs the present size when that is needed.
   * @returns why it cannot be signed; null when it was, or need not be
   */
  private async sign(): Promise<string | null> {
    const newest = this.kept.newest();
    let fit = this.fitOf(newest);
    if ('why' in fit && fit.mayPass) {
      this.pending ||= !this.unfit;
      const caughtUp = await this.haveCaughtUp();
      this.keys.reread(); // the right key may have been put back
      fit = this.fitOf(newest);
      this.pending = 'why' in fit && fit.mayPass && !caughtUp;
    } else this.pending = false;
    this.unfit = 'why' in fit && !this.pending;
    if ('why' in fit) return this.pending ? null : fit.why;
    if (fit.signer !== null) this.views.confirmed();
    const key = this.keys.signer();
    if (key === null) return this.keys.trouble;

    const { tree } = this.views;
    const size = tree.size();
    if (size === 0 || (newest?.size === size && fit.signer?.text === key.verifier.text)) return null;
    const note = signCheckpoint({ origin: this.keys.origin, size, root: tree.root(size) }, key);
    this.kept.keep({ size, note });
    this.views.confirmed();
    this.last = { size, at: new Date().toISOString() };
    this.count++;
    return null;
  }

  /** The key that signed the newest kept checkpoint, when that fits this log; null when none is kept. */
  private fitOf(newest: KeptCheckpoint | null): { readonly signer: VerifierKey | null } | Misfit {
    if (newest === null) return { signer: null };
    const { size, note } = newest;
    const { tree } = this.views;
    if (size > tree.size()) {
      // Without the present size, so that the sentence stays the same while the log grows.
      const why =
        `a checkpoint of ${size} events was signed, and the log has fewer: events are missing. Find out ` +
        `what happened to the log; ${REPLACED}`;
      return { why, mayPass: true };
    }
    try {
      const { signer, root, size: signed } = openCheckpoint(note, this.keys.verifiers());
      if (signed === size && Buffer.compare(root, tree.root(size)) === 0) return { signer };
      const why =
        `the checkpoint of size ${size} that was signed does not fit the log: its first ${size} events ` +
        'are not those that were recorded. Find out what happened to the log (ledger verify names the ' +
        `first wrong event); ${REPLACED}`;
      return { why, mayPass: false };
    } catch (error) {
      if (!(error instanceof NotProven || error instanceof Malformed)) throw error;
      const why =
        `the newest checkpoint in ${this.path} (size ${size}) is not one of this log's key ` +
        `(${error.message}): put the key that signed it back into the file of LEDGER_LOG_KEY; ${REPLACED}`;
      return { why, mayPass: true };
    }
  }

  private async haveCaughtUp(): Promise<boolean> {
    let last: string | null;
    try {
      const late = (): Error => new LogUnavailable('the event log does not answer');
      last = await inTime(this.log.lastPosition(), LONGEST_QUESTION_MS, late, this.stopping.signal);
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
      return false; // /health/ready reports this by itself
    }
    const { position } = this.views.checkpoint;
    return last === null || (position !== null && this.log.comparePositions(position, last) >= 0);
  }
}

/**
 * A key is drawn only while nothing was signed: with another key the log would be another log.
 * @throws {WrongSetting} the key is missing, or is that of another log
 */
function keyAtStart(
  { logKey, origin }: Pick<Settings, 'logKey' | 'origin'>,
  path: string,
  newest: KeptCheckpoint | null,
): SignerKey {
  if (newest === null) return openLogKey(logKey, origin);
  if (!existsSync(logKey))
    throw new WrongSetting(
      `There is no key of the log at ${logKey} (LEDGER_LOG_KEY), and the checkpoints in ${path} were signed with ` +
        `one: put the key back; ${REPLACED}.`,
    );
  const key = openLogKey(logKey, origin);
  const { name } = key.verifier;
  const [signed] = newest.note.split('\n', 1);
  if (name === signed) return key;
  throw new WrongSetting(
    `The key in ${logKey} is that of "${name}", and the checkpoints in ${path} are those of "${signed}": put the ` +
      `key of that log back; ${REPLACED}.`,
  );
}
