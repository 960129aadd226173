/**
 * Starts the ledger: opens the log and the views, serves the API, and records the datasets of a first start. Stops it
 * cleanly.
 */
import 'reflect-metadata';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import { pino } from 'pino';
import { LogNotOpened, LogUnavailable, OutcomeUnknown } from '#event-log';
import { KeptFileNotOpened, ViewsNotOpened } from '#read-models';
import type { Config } from '#setup';
import { readConfig, withoutPassword, WrongSetting } from '#setup';
import { RecorderTokens } from './auth/recorder-tokens.js';
import { DATASETS, refuseUnknownDatasets } from './datasets/dataset.js';
import type { Progress } from './datasets/first-start.js';
import { FirstStart } from './datasets/first-start.js';
import { Readiness } from './health/readiness.js';
import { closeServer } from './server/close-server.js';
import { listen } from './server/listen.js';
import { createServer } from './server/server.js';

/** Says what happens while the ledger starts. Tests listen to it. */
export type Say = (line: string) => void;

export interface RunningLedger {
  readonly url: string;
  readonly tokenPath: string;
  /**
   * Resolves to true once the datasets are recorded and the views have caught up, however long the store is away.
   * Resolves to false when the ledger was stopped before.
   */
  readonly ready: Promise<boolean>;
  /** Waits for requests in flight, then closes the views and the log. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a ledger and resolves once it listens.
 * @throws {WrongSetting} a setting cannot be used
 * @throws {LogNotOpened} the store cannot be opened
 * @throws {ViewsNotOpened} the views cannot be opened
 * @throws {KeptFileNotOpened} the kept checkpoints cannot be opened
 */
export async function startLedger(
  config: Config,
  say: Say,
  logger: Logger = pino({ level: config.logLevel }, pino.destination(2)),
): Promise<RunningLedger> {
  refuseUnknownDatasets(DATASETS, config.datasets);
  prepareFolders(config);
  const app = await createServer(config, logger);
  const stopping = new AbortController();
  const stop = async (): Promise<void> => {
    stopping.abort();
    await closeServer(app);
  };
  try {
    await app.init();
    const [firstStart, readiness] = [app.get(FirstStart), app.get(Readiness)];
    readiness.recording = await firstStart.outstanding();
    const url = await listen(app, config);
    const ready = prepare(firstStart, readiness, stopping.signal, say);
    ready.catch(() => undefined); // the caller handles it
    return { url, tokenPath: app.get(RecorderTokens).path, ready, stop };
  } catch (error) {
    await stop().catch((reason: unknown) =>
      logger.error({ err: reason }, 'what was open could not be closed in order'),
    );
    throw error;
  }
}

/** A start that takes longer than this says why. */
const SILENT_MS = 3000;
const LOOK_AGAIN_MS = 5;
const TRY_AGAIN_MS = 500;

async function prepare(
  firstStart: FirstStart,
  readiness: Readiness,
  stopping: AbortSignal,
  say: Say,
): Promise<boolean> {
  let tell = performance.now() + SILENT_MS;
  while (!stopping.aborted) {
    // Each check asks the store. Check less often during a long catch-up, which needs the store more.
    let wait = tell === Infinity ? TRY_AGAIN_MS : LOOK_AGAIN_MS;
    try {
      if (readiness.recording !== null) await firstStart.record(progressOf(say));
      readiness.recording = null;
    } catch (error) {
      if (!(error instanceof LogUnavailable || error instanceof OutcomeUnknown)) throw error;
      wait = TRY_AGAIN_MS;
    }
    const { ready, reasons } = await readiness.check();
    if (ready) return true;
    if (performance.now() > tell) {
      say(`Waiting: ${reasons.join('; ')}.`);
      tell = Infinity;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return false;
}

function prepareFolders({ dataDir, readModel }: Config): void {
  for (const [setting, folder] of [
    ['LEDGER_DATA_DIR', dataDir],
    ['LEDGER_READ_MODEL', dirname(readModel)],
  ] as const)
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
    } catch (error) {
      throw new WrongSetting(
        `${setting}: the folder ${folder} cannot be written ` +
          `(${(error as NodeJS.ErrnoException).code ?? String(error)}). Choose another one, or change its ` +
          'permissions.',
      );
    }
}

function progressOf(say: Say): Progress {
  let said = -1;
  return (dataset, done, total) => {
    const tenth = Math.floor((done / total) * 10);
    if (tenth > said) say(`Recording ${dataset}: ${done} of ${total}`);
    said = tenth;
  };
}

/** A line of its own for a store that is not in the data folder. */
const storeLine = ({ store }: Config): string =>
  store.kind === 'sqlite' ? '' : `\n  store           ${withoutPassword(store.connectionString)}`;

/** Runs the ledger as a program: prints where everything is, and stops on Ctrl-C. */
export async function main(): Promise<void> {
  const say: Say = (line) => console.log(line);
  try {
    const stopLater = stopOnSignals(say);
    const config = readConfig(process.env);
    const ledger = await startLedger(config, say);
    stopLater(ledger);
    const ready = await ledger.ready.catch(async (error: unknown) => {
      await ledger.stop();
      throw error;
    });
    if (!ready) return;
    say(`
The mandate ledger is ready.
  Swagger UI      ${ledger.url}/docs/
  API             ${ledger.url}/v1/mandates?asOf=2022-07-01
  recorder token  ${ledger.tokenPath}
  data            ${config.dataDir}${storeLine(config)}
Ctrl-C stops it.`);
  } catch (error) {
    if (!(
      error instanceof WrongSetting ||
      error instanceof LogNotOpened ||
      error instanceof ViewsNotOpened ||
      error instanceof KeptFileNotOpened
    ))
      throw error;
    console.error(`The ledger did not start. ${error.message}`);
    process.exitCode = 1;
  }
}

/** Call it first. As the first process of a container, the ledger is ended by nothing else. */
function stopOnSignals(say: Say): (ledger: RunningLedger) => void {
  let running: RunningLedger | null = null;
  let stopping = false;
  const handle = (): void => {
    // nothing to close yet, or a second signal: do not wait for requests in flight
    if (stopping || running === null) process.exit(130);
    stopping = true;
    say('Stopping …');
    running.stop().then(
      () => say('Stopped; everything that was acknowledged is stored.'),
      (error: unknown) => {
        console.error(error);
        process.exitCode = 1;
      },
    );
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return (ledger) => {
    running = ledger;
  };
}
