/**
 * Ledgers that share one process, beside that of the tests: the program is loaded once for a spec file, and not for
 * each ledger, which is most of what a start costs. Each has its own folder, port and output. What is tested of a
 * process (its signals, exit code, death) needs `startLedger` of ledger.ts.
 */
import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../temporary-folder.js';
import type { FromHost, ToHost } from './host.program.js';
import type { Ledger } from './ledger.js';
import { clientOf, tokenIn } from './ledger.js';

const PROGRAM = fileURLToPath(new URL('./host.program.js', import.meta.url));

export interface ListeningLedger extends Ledger {
  /** Whether its datasets are recorded and its views have caught up. */
  readonly isReady: () => boolean;
  /** Resolves once it is ready; rejects where it cannot get ready, or is stopped before. */
  readonly ready: Promise<void>;
}

let host: ChildProcess | undefined;
let opened = 0;

afterAll(async () => {
  if (host === undefined || host.exitCode !== null) return;
  host.disconnect();
  await once(host, 'exit');
});

/**
 * Starts a ledger and resolves once it is ready.
 * @param env its settings
 */
export async function openLedger(env: Record<string, string> = {}): Promise<Ledger> {
  const ledger = await listenLedger(env);
  await ledger.ready;
  return ledger;
}

/** Starts a ledger and resolves once it listens. */
export async function listenLedger(env: Record<string, string> = {}): Promise<ListeningLedger> {
  const dataDir = env['LEDGER_DATA_DIR'] ?? temporaryFolder().path;
  const { PATH = '' } = process.env;
  const running = (host ??= fork(PROGRAM, { env: { PATH }, execArgv: ['--expose-gc'] }).setMaxListeners(0));
  const id = opened++;
  let said = '';
  const told = (kind: FromHost['kind']): Promise<string> =>
    new Promise((resolve, reject) => {
      const listen = (message: FromHost): void => {
        if (message.id !== id) return;
        if (message.kind === kind) resolve(message.text);
        else if (message.kind === 'failed') reject(new Error(message.text));
        else return;
        running.off('message', listen);
      };
      running.on('message', listen);
      running.once('exit', () => reject(new Error(`the process of the ledgers ended: ${said}`)));
    });
  const tell = (message: ToHost): boolean => running.send(message);
  running.on('message', ({ id: of, kind, text }: FromHost) => {
    if (of === id && kind === 'said') said += text;
  });
  let isReady = false;
  const ready = told('ready').then(() => {
    isReady = true;
  });
  ready.catch(() => undefined); // the caller looks at it
  tell({ id, env: { PORT: '0', ...env, LEDGER_DATA_DIR: dataDir } });
  const url = await told('listening');
  const token = tokenIn(dataDir);
  return {
    url,
    dataDir,
    token,
    output: () => said,
    pid: running.pid!,
    ...clientOf(url, token),
    isReady: () => isReady,
    ready,
    stop: async () => {
      const stopped = told('stopped');
      tell({ id });
      return Number(await stopped);
    },
  };
}
