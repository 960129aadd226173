/**
 * How the threads of a process that read the log hear from the one that writes it: something was stored; what, they
 * read from the file.
 */
import { resolve } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import { pause } from '../waiting.js';

/**
 * A reader looks by itself after this: the writing thread may have died between storing and saying so, or belong to
 * another process.
 */
const LONGEST_WAIT_MS = 1000;

export class Announcements {
  private readonly channel: BroadcastChannel;
  private heard = 0;
  private wake: () => void = () => undefined;

  constructor(path: string) {
    this.channel = new BroadcastChannel(`stored in ${resolve(path)}`);
    this.channel.onmessage = () => {
      this.heard++;
      this.wake();
    };
  }

  announce(): void {
    this.channel.postMessage(null);
  }

  /** How many were heard so far: to be asked before one reads. */
  get count(): number {
    return this.heard;
  }

  /** Resolves once more were heard than that, when the signal is aborted, or after a while. */
  async after(count: number, signal: AbortSignal): Promise<void> {
    if (this.heard > count) return;
    await pause(LONGEST_WAIT_MS, signal, (wake) => (this.wake = wake));
  }

  close(): void {
    this.channel.close();
  }
}
