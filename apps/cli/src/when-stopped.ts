/** Removes files that are half written. Half a file is useless, and half a backup may hold a secret. */
import { existsSync, rmSync } from 'node:fs';
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs the work, and removes half-written files after it, however it ended. Meanwhile Ctrl-C and SIGTERM remove them
 * and end the process with 130 and 143, as a shell expects.
 * @param halves files or folders that get other names once they are whole
 */
export async function removedAtLast<T>(halves: readonly string[], work: () => Promise<T> | T): Promise<T> {
  const remove = (): void =>
    halves.filter((path) => existsSync(path)).forEach((path) => rmSync(path, { recursive: true, force: true }));
  const stop = (signal: (typeof SIGNALS)[number]): never => {
    remove();
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    return await work();
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
    remove();
  }
}
