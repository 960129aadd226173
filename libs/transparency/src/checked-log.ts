/** A stream of leaf hashes held against checkpoints, old and new, in one pass and in memory that does not grow with the log. */
import type { Checkpoint } from './checkpoint.js';
import { Frontier } from './tree.js';

export class CheckedLog<Each extends Checkpoint = Checkpoint> {
  private readonly frontier = new Frontier();
  private readonly waiting: Each[];
  private lastFitting: Each | null = null;
  private firstMisfit: Each | null = null;

  constructor(checkpoints: readonly Each[]) {
    this.waiting = [...checkpoints].sort((a, b) => b.size - a.size);
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

  /** The smallest one whose root is not that of as many leaves. Leaves from the size of `fitting` up to its own have been tampered with. */
  get misfit(): Each | null {
    return this.firstMisfit;
  }

  /** Those of more leaves than came so far, the smallest first: at the end of a log, it was truncated. */
  get unreached(): readonly Each[] {
    return [...this.waiting].reverse();
  }

  private compare(): void {
    for (let next = this.waiting.at(-1); next?.size === this.frontier.size; next = this.waiting.at(-1)) {
      this.waiting.pop();
      if (Buffer.compare(this.root(), next.root) !== 0) this.firstMisfit ??= next;
      else if (this.firstMisfit === null) this.lastFitting = next;
    }
  }
}
