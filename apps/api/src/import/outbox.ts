/**
 * Outcomes on their way to a client that may not read before it has sent everything: a little is kept in memory, the
 * rest in a temporary file, so
 * that neither the import waits for the reader nor memory grows.
 */
import { randomUUID } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Piece } from '../http/stream-out.js';
import { written } from '../http/stream-out.js';

/** So much is kept in memory, and so much is read from the file at once. */
const HELD_BYTES = 1024 * 1024;
const READ_BYTES = 128 * 1024;

export class Outbox {
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** Comes before what is held, from `read` to `stored`. */
  private file: number | null = null;
  private read = 0;
  private stored = 0;
  private sending: Promise<void> | null = null;

  /** @param folder where a file may be made */
  constructor(
    private readonly response: ServerResponse,
    private readonly folder: string,
  ) {}

  /** Takes a piece at once, however slow the reader is. */
  write(text: string): void {
    const piece = Buffer.from(text);
    this.held.push(piece);
    this.heldBytes += piece.length;
    if (this.heldBytes > HELD_BYTES) this.store();
    if (this.sending !== null) return;
    this.sending = this.send();
    this.sending.catch(() => undefined); // `flushed` throws it
  }

  /** Resolves once the reader has taken everything, or is gone. @throws what the file was refused with */
  async flushed(): Promise<void> {
    await this.sending;
  }

  /** Leaves nothing behind, whatever was not sent. */
  close(): void {
    if (this.file !== null) closeSync(this.file);
    this.file = null;
    this.held = [];
  }

  private async send(): Promise<void> {
    // What comes in one turn goes out in one piece.
    await turn();
    while (!this.response.destroyed) {
      const piece = this.next();
      if (piece === null) break;
      await written(this.response, piece);
      await turn();
    }
    this.sending = null;
  }

  private next(): Piece | null {
    if (this.file !== null && this.read < this.stored) {
      const piece = Buffer.allocUnsafe(Math.min(READ_BYTES, this.stored - this.read));
      this.read += readSync(this.file, piece, 0, piece.length, this.read);
      if (this.read === this.stored) {
        ftruncateSync(this.file);
        [this.read, this.stored] = [0, 0];
      }
      return piece;
    }
    if (this.held.length === 0) return null;
    return this.takeHeld();
  }

  /** Synchronously, since a megabyte into the system's cache takes less than a turn of the event loop. */
  private store(): void {
    this.file ??= openUnseen(this.folder);
    const bytes = this.takeHeld();
    for (let done = 0; done < bytes.length;)
      done += writeSync(this.file, bytes, done, bytes.length - done, this.stored + done);
    this.stored += bytes.length;
  }

  private takeHeld(): Buffer {
    const bytes = Buffer.concat(this.held);
    [this.held, this.heldBytes] = [[], 0];
    return bytes;
  }
}

/** Its name is removed at once, so that nothing is left of it when the process is killed. */
function openUnseen(folder: string): number {
  const path = join(folder, `import-${randomUUID()}.tmp`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
