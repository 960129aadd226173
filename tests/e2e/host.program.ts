/** Runs ledgers in this process, as the tests ask for them over the channel to their own. */
import { pino } from 'pino';
import { readConfig } from '#setup';
import type { RunningLedger } from '../../apps/api/src/main.js';
import { startLedger } from '../../apps/api/src/main.js';

/** Starts a ledger with these settings; without them, stops it. */
export interface ToHost {
  readonly id: number;
  readonly env?: Record<string, string>;
}
export interface FromHost {
  readonly id: number;
  readonly kind: 'said' | 'listening' | 'ready' | 'stopped' | 'failed';
  /** What was said or went wrong; the address where it listens; 0 once it is stopped. */
  readonly text: string;
}

/** SQLite closes a file with the last statement on it, and these end with the garbage, or with a process. */
async function letGoOfFiles(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    globalThis.gc!();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const running = new Map<number, RunningLedger>();

async function start(id: number, env: Record<string, string>): Promise<void> {
  const tell = (kind: FromHost['kind'], text: string) => process.send!({ id, kind, text } satisfies FromHost);
  const config = readConfig(env);
  const logger = pino({ level: config.logLevel }, { write: (line: string) => void tell('said', line) });
  const ledger = await startLedger(config, (line) => void tell('said', `${line}\n`), logger);
  running.set(id, ledger);
  tell('listening', ledger.url);
  if (await ledger.ready) tell('ready', '');
}

async function stop(id: number): Promise<void> {
  await running.get(id)!.stop();
  running.delete(id);
  await letGoOfFiles();
  process.send!({ id, kind: 'stopped', text: '0' } satisfies FromHost);
}

process.on('message', ({ id, env }: ToHost) => {
  (env === undefined ? stop(id) : start(id, env)).catch((error: Error) =>
    process.send!({ id, kind: 'failed', text: error.message } satisfies FromHost),
  );
});
process.on('disconnect', () => process.exit());
