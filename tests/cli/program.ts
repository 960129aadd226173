/** `ledger` as a process of its own. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const PROGRAM = fileURLToPath(new URL('../../apps/cli/src/run.js', import.meta.url));

/** Starts it beside what this process does meanwhile: a store's double, for one. */
export function startProgram(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const { PATH = '' } = process.env;
  return spawn(process.execPath, [PROGRAM, ...args], { env: { PATH, ...env }, stdio: 'ignore' });
}

/** What it ended with: its code, or the signal that ended it. */
export async function endOf(child: ChildProcess): Promise<number | string> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return code ?? signal!;
}
