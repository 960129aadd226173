/** Runs commands in this process, and keeps what they printed. */
import { run } from '../../apps/cli/src/program.js';
import type { Verdict } from '../../apps/cli/src/verify/verification.js';

export interface Ran {
  readonly code: number;
  /** Lines of standard output. */
  readonly said: readonly string[];
  /** Lines of standard error. */
  readonly told: readonly string[];
}

export async function ledger(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  let out = '';
  const told: string[] = [];
  const error = console.error;
  console.error = (line: string) => void told.push(line);
  try {
    const code = await run(args, {
      env,
      say: (line) => void (out += `${line}\n`),
      write: (bytes) => void (out += Buffer.from(bytes).toString()),
      tell: (line) => void told.push(line),
      colours: false,
    });
    return { code, said: out.trimEnd().split('\n'), told };
  } finally {
    console.error = error;
  }
}

/** Runs `ledger verify --json`, and parses its last line. */
export async function verified(...args: string[]): Promise<Ran & { readonly verdict: Verdict }> {
  const ran = await ledger(['verify', ...args, '--json']);
  return { ...ran, verdict: JSON.parse(ran.said.at(-1)!) as Verdict };
}
