import { writeSync } from 'node:fs';

const LOOK_AGAIN_MS = 5;
const clock = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes all bytes, however few a pipe takes at once.
 * @throws the error of the system; EPIPE when the reader has gone away
 */
export function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;)
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(clock, 0, 0, LOOK_AGAIN_MS);
    }
}
