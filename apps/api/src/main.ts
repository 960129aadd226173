/**
 * Starts the ledger: opens the log and the views, serves the API, records the datasets of a first start, and stops
 * cleanly.
 */
import 'reflect-metadata';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { pino } from 'pino';
import { LogNotOpened, LogUnavailable, OutcomeUnknown } from '#event-log';
import { KeptFileNotOpened, ViewsNotOpened } from '#read-models';
import { RecorderTokens } from './auth/recorder-tokens.js';
import { SystemClock } from './clock.js';
import type { Config } from '#setup';
import { openStore, readConfig, withoutPassword, WrongSetting } from '#setup';
import { refuseUnknownDatasets } from './datasets/dataset.js';
import { FirstStart } from './datasets/first-start.js';
import { Readiness } from './health/readiness.js';
import { createServer } from './server/server.js';
import { Checkpoints } from './log/checkpoints.js';
import { Views } from './views/views.js';

/** What the ledger says while it starts; tests listen for it. */
export type Say = (line: string) => void;

export interface RunningLedger {
  readonly url: string;
  readonly tokenPath: string;
  /**
   * Resolves once the datasets are recorded and the views have caught up, which takes as long as the store is away;
   * false where it was stopped before.
   */
  readonly ready: Promise<boolean>;
  /** Waits for requests in flight, then closes the views and the log. */
  readonly stop: () => Promise<void>;
}

/** Found from the compiled file: dist/apps/api/src/main.js. */
const DATASETS = fileURLToPath(new URL('../../../../datasets', import.meta.url));

/**
 * Starts a ledger and resolves once it listens.
 * @throws {WrongSetting} a setting cannot be used; {LogNotOpened} the store cannot be opened; {ViewsNotOpened} the
 * views cannot be; {KeptFileNotOpened} the kept checkpoints cannot be
 */
export async function startLedger(
  config: Config,
  say: Say,
  logger: Logger = pino({ level: config.logLevel }, pino.destination(2)),
): Promise<RunningLedger> {
  refuseUnknownDatasets(DATASETS, config.datasets);
  prepareFolders(config);
  const log = await openStore(config.store);
  const stops: (() => unknown)[] = [() => log.close()];
  const stopping = new AbortController();
  const stop = async (): Promise<void> => {
    stopping.abort();
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const tokens = RecorderTokens.open(config.dataDir, logger);
    const views = await Views.open(config.readModel, config.store, log, logger, config.watchRate);
    stops.push(() => views.close());
    const checkpoints = Checkpoints.open(config, views, log, logger);
    stops.push(() => checkpoints.close());
    const readiness = new Readiness(log, views, checkpoints);
    stops.push(readiness.watch(logger));
    const app = await createServer(
      { log, views, checkpoints, tokens, readiness, clock: new SystemClock(), settings: config },
      logger,
    );
    stops.push(() => closeServer(app));
    const firstStart = new FirstStart(DATASETS, config, log, app.get(CommandBus), progressOf(say));
    readiness.recording = await firstStart.outstanding();
    const url = await listen(app, config);
    const ready = prepare(firstStart, readiness, stopping.signal, say);
    ready.catch(() => undefined); // whoever started this looks at it
    return { url, tokenPath: tokens.path, ready, stop };
  } catch (error) {
    await stop().catch((reason: unknown) =>
      logger.error({ err: reason }, 'what was open could not be closed in order'),
    );
    throw error;
  }
}

/** Whoever waits for longer than this is told why. */
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
    // Each look is a question to the store, which has better things to do while much is caught up with.
    let wait = tell === Infinity ? TRY_AGAIN_MS : LOOK_AGAIN_MS;
    try {
      if (readiness.recording !== null) await firstStart.record();
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

async function listen(app: NestFastifyApplication, { host, port }: Config): Promise<string> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new WrongSetting(
        `PORT ${port} on ${host} is taken by another program. Stop that one, or set PORT to another number.`,
      );
    if (code === 'EACCES')
      throw new WrongSetting(`PORT ${port} may not be used by this account. Set PORT to a number above 1023.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new WrongSetting(
        `HOST is "${host}", which is no address of this machine. Use 127.0.0.1, or 0.0.0.0 for all.`,
      );
    throw error;
  }
  return (await app.getUrl()).replace('[::1]', 'localhost');
}

/**
 * A connection that has said nothing, or stopped in the middle of a request, counts as busy to Node; it is cut off
 * after this.
 */
const LONGEST_STOP_MS = 5000;

/**
 * Answers what is in flight. A connection that was busy when closing began is idle afterwards, and nobody but us lets
 * go of it.
 */
async function closeServer(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const letGo = setInterval(() => server.closeIdleConnections(), 20);
  const cut = setTimeout(() => server.closeAllConnections(), LONGEST_STOP_MS);
  try {
    await app.close();
  } finally {
    clearInterval(letGo);
    clearTimeout(cut);
  }
}

function progressOf(say: Say): (dataset: string, done: number, total: number) => void {
  let said = -1;
  return (dataset, done, total) => {
    const tenth = Math.floor((done / total) * 10);
    if (tenth > said) say(`Recording ${dataset}: ${done} of ${total}`);
    said = tenth;
  };
}

/** Runs as a program: prints where everything is, and stops on Ctrl-C. */
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
  data            ${config.dataDir}${config.store.kind === 'sqlite' ? '' : `\n  store           ${withoutPassword(config.store.connectionString)}`}
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

/** From the first moment on: as the first process of a container, nothing else ends this one. */
function stopOnSignals(say: Say): (ledger: RunningLedger) => void {
  let running: RunningLedger | null = null;
  let stopping = false;
  const handle = (): void => {
    // nothing to close yet; or asked twice: do not wait for requests in flight
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
