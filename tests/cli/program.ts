/** Runs `ledger` as its own process. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const PROGRAM = fileURLToPath(new URL('../../apps/cli/src/run.js', import.meta.url));

/** Starts it while this process does something else, such as running the double of a store. */
export function startProgram(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const { PATH = '' } = process.env;
  return spawn(process.execPath, [PROGRAM, ...args], { env: { PATH, ...env }, stdio: 'ignore' });
}

/** Its exit code, or the signal that ended it. */
export async function endOf(child: ChildProcess): Promise<number | string> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return code ?? signal!;
}
