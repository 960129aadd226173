/**
 * A stream of leaf hashes held against checkpoints, old and new, in one pass and in memory that grows neither with the
 * log nor with them.
 */
import type { Checkpoint } from './checkpoint.js';
import { Frontier } from './tree.js';

export class CheckedLog<Each extends Checkpoint = Checkpoint> {
  private readonly frontier = new Frontier();
  private readonly waiting: Iterator<Each>;
  private next: Each | null;
  private lastFitting: Each | null = null;
  private firstMisfit: Each | null = null;

  /**
   * @param checkpoints the smallest first; one is asked for once the log has come to the one before it
   * @param told of each that the log has come to, whether its root is that of as many leaves
   */
  constructor(
    checkpoints: Iterable<Each>,
    private readonly told: (checkpoint: Each, fits: boolean) => void = () => undefined,
  ) {
    this.waiting = checkpoints[Symbol.iterator]();
    this.next = this.following();
    this.compare();
  }

  append(leafHash: Uint8Array): void {
    this.frontier.append(leafHash);
    this.compare();
  }

  get size(): number {
    return this.frontier.size;
  }

  root(): Buffer {
    return this.frontier.root();
  }

  /** The largest one that fits, of those before the first that does not. */
  get fitting(): Each | null {
    return this.lastFitting;
  }

  /**
   * The smallest one whose root is not that of as many leaves. Leaves from the size of `fitting` up to its own have
   * been tampered with.
   */
  get misfit(): Each | null {
    return this.firstMisfit;
  }

  /** The smallest one of more leaves than came so far; where there is one at the end of a log, that was truncated. */
  get beyond(): Each | null {
    return this.next;
  }

  private compare(): void {
    for (; this.next !== null && this.next.size <= this.size; this.next = this.following()) {
      if (this.next.size < this.size)
        throw new RangeError(`a checkpoint of size ${this.next.size} comes after one of size ${this.size}`);
      const fits = Buffer.compare(this.root(), this.next.root) === 0;
      this.told(this.next, fits);
      if (!fits) this.firstMisfit ??= this.next;
      else if (this.firstMisfit === null) this.lastFitting = this.next;
    }
  }

  private following(): Each | null {
    const next = this.waiting.next();
    return next.done === true ? null : next.value;
  }
}
