/**
 * The side of the projecting thread that the follower speaks to: batches of events go over, and how far the views are
 * comes back.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RecordedEvent, TextEvent } from '#event-log';
import { charactersOf } from '#event-log';
import type { Checkpoint, LastEvent } from '#read-models';
import { ViewsNotOpened } from '#read-models';

/**
 * Without a bound a thread lets garbage grow to several times what it needs; with one, the memory for new objects is
 * small unless it is said as well.
 */
export const MOST_MEMORY = { maxOldGenerationSizeMb: 72, maxYoungGenerationSizeMb: 12 };
/** So much may be under way to the thread. */
const MOST_CHARACTERS = 1024 * 1024;

/** How far the views are, and the event that got them there; null before the first. */
export interface Projected {
  readonly checkpoint: Checkpoint;
  readonly last: LastEvent | null;
}

/** An event on its way between threads: what a TextEvent is made of. */
export type SentEvent = ConstructorParameters<typeof TextEvent>;

/**
 * @property after the number of events that have to be in the views already: what follows a batch that failed is not
 * theirs
 */
export interface Batch {
  readonly after: number;
  readonly events: readonly SentEvent[];
}

export type Answer =
  | { readonly opened: Projected }
  | { readonly projected: Projected }
  /** Nothing of a batch was projected. What is thrown by SQLite does not cross between threads. */
  | { readonly failed: { readonly message: string; readonly stack: string | undefined } }
  /** The index of texts stays behind the views; it is tried again. */
  | { readonly notIndexed: { readonly message: string; readonly stack: string | undefined } }
  /** The views' file cannot be used; the message says what to do. */
  | { readonly refused: string };

export class ProjectingThread {
  /** Told how far the views are, each time that they have got further. */
  onProjected: (checkpoint: Checkpoint) => void = () => undefined;
  /** Told that projecting has failed; whatever was handed over since is lost, and is to be handed over again. */
  onFailure: (error: Error) => void = () => undefined;
  /** Told that the index of texts could not follow the views. */
  onNotIndexed: (error: Error) => void = () => undefined;
  /** What is under way: the size of the views with each batch in them, and its characters. */
  private batches: { readonly size: number; readonly characters: number }[] = [];
  private wake: () => void = () => undefined;

  private constructor(
    private readonly thread: Worker,
    private at: Projected,
  ) {
    thread.on('message', (answer: Answer) => this.hear(answer));
  }

  /**
   * Starts the thread, which opens the views' file. When it dies later on, so does the thread that has started it.
   * @throws {ViewsNotOpened}
   */
  static async open(path: string): Promise<ProjectingThread> {
    const thread = new Worker(new URL('./projector.worker.js', import.meta.url), {
      workerData: { path },
      resourceLimits: MOST_MEMORY,
    });
    const [answer] = (await once(thread, 'message')) as [Answer];
    if ('refused' in answer) throw new ViewsNotOpened(answer.refused);
    thread.on('error', (error) => {
      throw error;
    });
    return new ProjectingThread(thread, (answer as { readonly opened: Projected }).opened);
  }

  /** Up to what was projected; nothing is under way once `settled`. */
  get projected(): Projected {
    return this.at;
  }

  /** Whether something was handed over that is not projected yet. */
  get busy(): boolean {
    return this.batches.length > 0;
  }

  /** Hands over the next events. Resolves when the next ones may be. */
  async project(events: readonly RecordedEvent[]): Promise<void> {
    const after = this.batches.at(-1)?.size ?? this.at.checkpoint.size;
    const batch: Batch = { after, events: events.map(sent) };
    this.thread.postMessage(batch);
    this.batches.push({ size: after + events.length, characters: charactersOf(events) });
    await this.atMost(MOST_CHARACTERS);
  }

  /** Resolves when everything handed over was projected, or has failed. */
  settled(): Promise<void> {
    return this.atMost(0);
  }

  /** Lets the thread finish what it was given, and marks the file as cleanly closed. */
  async close(): Promise<void> {
    const gone = once(this.thread, 'exit');
    this.thread.postMessage('close');
    await gone;
  }

  private async atMost(characters: number): Promise<void> {
    const underWay = (): number => this.batches.reduce((sum, batch) => sum + batch.characters, 0);
    while (underWay() > characters) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  private hear(answer: Answer): void {
    if ('projected' in answer) {
      this.at = answer.projected;
      const { size } = this.at.checkpoint;
      this.batches = this.batches.filter((batch) => batch.size > size);
      this.onProjected(this.at.checkpoint);
    } else if ('failed' in answer) {
      this.batches = [];
      this.onFailure(Object.assign(new Error(), answer.failed));
    } else if ('notIndexed' in answer) {
      this.onNotIndexed(Object.assign(new Error(), answer.notIndexed));
    }
    this.wake();
  }
}

const sent = ({ position, id, stream, revision, type, dataText, metadataText }: RecordedEvent): SentEvent => [
  position,
  id,
  stream,
  revision,
  type,
  dataText,
  metadataText,
];
