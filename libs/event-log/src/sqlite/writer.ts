/**
 * The side of the writing thread that the event log speaks to: one batch at a time goes over, and its outcomes come
 * back.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Appended, ExpectedRevision } from '../event-log.js';
import { EventIdInUse, LogUnavailable, OutcomeUnknown, WrongExpectedRevision } from '../event-log.js';
import type { CheckedAppend } from '../checked-append.js';

export type Outcome = Appended | WrongExpectedRevision | EventIdInUse;

/** An outcome as it crosses between threads, where errors lose their class. */
type PlainOutcome =
  | { readonly stored: Appended }
  | { readonly wrong: { readonly stream: string; readonly expected: ExpectedRevision; readonly actual: number | null } }
  | { readonly inUse: { readonly id: string; readonly stream: string } };

/** Of a whole batch; a failure is SQLite's, with nothing of the batch stored. */
export type Answer = { readonly outcomes: readonly PlainOutcome[] } | { readonly failure: string };

export function plainOutcome(outcome: Outcome): PlainOutcome {
  if (outcome instanceof WrongExpectedRevision)
    return { wrong: { stream: outcome.stream, expected: outcome.expected, actual: outcome.actual } };
  if (outcome instanceof EventIdInUse) return { inUse: { id: outcome.id, stream: outcome.stream } };
  return { stored: outcome };
}

function outcomeOf(plain: PlainOutcome): Outcome {
  if ('wrong' in plain) return new WrongExpectedRevision(plain.wrong.stream, plain.wrong.expected, plain.wrong.actual);
  if ('inUse' in plain) return new EventIdInUse(plain.inUse.id, plain.inUse.stream);
  return plain.stored;
}

/**
 * What comes in is a few hundred events at a time; a thread that is told no limit grows to several times what it needs.
 */
const MOST_MEMORY = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 12 };

const startThread = (path: string): Worker =>
  new Worker(new URL('./writer.worker.js', import.meta.url), { workerData: { path }, resourceLimits: MOST_MEMORY });

export class Writer {
  private thread: Worker | null;

  /** @param start how a thread is started, at once and again after one has died */
  constructor(
    private readonly path: string,
    private readonly start: (path: string) => Worker = startThread,
  ) {
    this.thread = this.run();
  }

  /**
   * Stores a batch in one commit. The next one may be given once this one has been answered.
   * @throws {LogUnavailable} nothing of it was stored; {OutcomeUnknown} the thread died over it
   */
  async store(batch: readonly CheckedAppend[]): Promise<Outcome[]> {
    this.thread ??= this.run();
    const thread = this.thread;
    thread.postMessage(batch);
    const answer = await answerOf(thread);
    if ('failure' in answer) throw new LogUnavailable(`the event log could not be written: ${answer.failure}`);
    return answer.outcomes.map(outcomeOf);
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    const { thread } = this;
    if (thread === null) return;
    const gone = once(thread, 'exit');
    thread.postMessage('close');
    await gone;
  }

  private run(): Worker {
    const thread = this.start(this.path);
    thread.on('error', () => undefined); // whoever waits for an answer is told by the exit
    thread.on('exit', () => {
      if (this.thread === thread) this.thread = null;
    });
    return thread;
  }
}

function answerOf(thread: Worker): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let error: unknown;
    const failed = (cause: unknown): void => void (error = cause);
    const died = (): void => {
      thread.off('message', answered).off('error', failed);
      reject(new OutcomeUnknown('the thread that writes the event log died before it answered', { cause: error }));
    };
    const answered = (answer: Answer): void => {
      thread.off('exit', died).off('error', failed);
      resolve(answer);
    };
    thread.once('message', answered).once('exit', died).once('error', failed);
  });
}
