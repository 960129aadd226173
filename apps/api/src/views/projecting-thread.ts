/** The follower's side of the projecting thread. It hands over batches of events, and hears how far the views are. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { RecordedEvent, TextEvent } from '#event-log';
import { charactersOf } from '#event-log';
import type { Checkpoint, LastEvent } from '#read-models';
import { ViewsNotOpened } from '#read-models';

/**
 * Without a limit a thread lets garbage grow to several times what it needs. With only the first limit, the memory for
 * new objects would be small. So both are set.
 */
export const MOST_MEMORY = { maxOldGenerationSizeMb: 72, maxYoungGenerationSizeMb: 12 };
/** Characters that may be on their way to the thread, at most. */
const MOST_CHARACTERS = 1024 * 1024;

/** How far the views are, and the event that got them there; null before the first event. */
export interface Projected {
  readonly checkpoint: Checkpoint;
  readonly last: LastEvent | null;
}

/** An event on its way between threads: the arguments of the constructor of TextEvent. */
export type SentEvent = ConstructorParameters<typeof TextEvent>;

/**
 * @property after how many events the views must hold before this batch; it tells a batch that follows a failed one,
 * which is left out
 */
export interface Batch {
  readonly after: number;
  readonly events: readonly SentEvent[];
}

export type Answer =
  | { readonly opened: Projected }
  | { readonly projected: Projected }
  /**
   * Nothing of a batch was projected. It has message and stack only, since what SQLite throws does not cross between
   * threads.
   */
  | { readonly failed: { readonly message: string; readonly stack: string | undefined } }
  /** The index of texts stays behind the views. The thread will try again. */
  | { readonly notIndexed: { readonly message: string; readonly stack: string | undefined } }
  /** The views' file cannot be used; the message says what to do. */
  | { readonly refused: string };

export class ProjectingThread {
  /** Called with how far the views are, each time that they have got further. */
  onProjected: (checkpoint: Checkpoint) => void = () => undefined;
  /** Called when projecting has failed. Everything handed over since is lost, and has to be handed over again. */
  onFailure: (error: Error) => void = () => undefined;
  /** Called when the index of texts could not follow the views. */
  onNotIndexed: (error: Error) => void = () => undefined;
  /** What is under way: for each batch, the size of the views once they hold it, and its characters. */
  private batches: { readonly size: number; readonly characters: number }[] = [];
  private wake: () => void = () => undefined;

  private constructor(
    private readonly thread: Worker,
    private at: Projected,
  ) {
    thread.on('message', (answer: Answer) => this.hear(answer));
  }

  /**
   * Starts the thread, which opens the views' file. If it dies later, the thread that started it dies too.
   * @throws {ViewsNotOpened} the file cannot be used
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

  /** What was projected so far. Nothing is under way after `settled`. */
  get projected(): Projected {
    return this.at;
  }

  /** Whether something that was handed over is not projected yet. */
  get busy(): boolean {
    return this.batches.length > 0;
  }

  /** Hands over the next events. Resolves when more may follow. */
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
