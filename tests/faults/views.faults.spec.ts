/** The threads that feed the views, with a views' file that refuses rows for a while. */
import Libsql from 'libsql';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { pino } from 'pino';
import type { Store } from '#setup';
import type { EventLog } from '#event-log';
import { openSqliteEventLog } from '#event-log';
import { Views } from '../../apps/api/src/views/views.js';
import { decisionsOfClient, storedEvents } from '../bench/workload.js';
import { temporaryFolder } from '../temporary-folder.js';

const PATIENCE_MS = 20_000;

async function openViews(
  readModel: string,
  store: Store,
  log: EventLog,
  logger: Logger,
  watchRate = 0,
): Promise<Views> {
  const views = new Views({ readModel, store, watchRate }, log, logger);
  await views.onModuleInit();
  return views;
}

describe('the threads that feed the views', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let log: EventLog;
  let views: Views;
  let beside: Libsql.Database;
  let troubles: string[];

  beforeEach(async () => {
    folder = temporaryFolder();
    troubles = [];
    const [events, path] = [join(folder.path, 'events.db'), join(folder.path, 'views.db')];
    log = openSqliteEventLog(events);
    const logger = pino({ level: 'error' }, { write: (line) => void troubles.push(line) });
    views = await openViews(path, { kind: 'sqlite', path: events }, log, logger);
    beside = new Libsql(path);
    beside.exec('PRAGMA busy_timeout = 5000');
  });

  afterEach(async () => {
    beside.close();
    await views.onApplicationShutdown();
    await log.close();
    folder.remove();
  });

  const append = async (client: number, decisions: number): Promise<string> => {
    let position = '';
    for (const decision of decisionsOfClient('views', client, decisions)) {
      const { stream, events } = storedEvents(decision);
      ({ position } = await log.append(stream, events, 'any'));
    }
    return position;
  };
  const rows = (): unknown[][] =>
    beside.prepare('SELECT leaf_index, position, id FROM event ORDER BY leaf_index').raw().all() as unknown[][];
  const inLog = async (): Promise<unknown[][]> => {
    const all: unknown[][] = [];
    for await (const page of log.readAll()) for (const { position, id } of page) all.push([all.length, position, id]);
    return all;
  };
  const refuseFrom = (leafIndex: number): void =>
    void beside.exec(
      `CREATE TRIGGER refuse BEFORE INSERT ON event WHEN new.leaf_index >= ${leafIndex} BEGIN SELECT RAISE(ABORT, ` +
        "'no room left'); END",
    );

  it('project once and in order what failed, and what was read meanwhile', async () => {
    await append(0, 10);
    refuseFrom(30);
    await Promise.all([append(1, 60), append(2, 60)]);
    while (views.trouble === null) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(views.trouble).toMatch(/^the views stopped after event \d+: .*no room left/);
    expect(views.checkpoint.size).toBeLessThanOrEqual(30);
    const last = await append(0, 20).then(() => log.lastPosition());
    beside.exec('DROP TRIGGER refuse');
    expect(await views.reached(last!, PATIENCE_MS)).toBe(true);
    expect(views.trouble).toBeNull();
    expect(rows()).toEqual(await inLog());
    expect(troubles.join()).toContain('"retryInMs":');
  });

  it('project nothing that follows what failed, however often it is tried', async () => {
    // The file refuses one event. It would accept what is read after it.
    beside.exec(
      "CREATE TRIGGER refuse BEFORE INSERT ON event WHEN new.stream LIKE '%-m0' AND new.revision = 0 BEGIN SELECT " +
        "RAISE(ABORT, 'no room left'); END",
    );
    const last = await append(0, 300);
    while (troubles.length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(rows()).toEqual([]);
    beside.exec('DROP TRIGGER refuse');
    expect(await views.reached(last, PATIENCE_MS)).toBe(true);
    expect(rows()).toEqual(await inLog());
  });

  it('wait longer from one failure to the next', async () => {
    refuseFrom(0);
    await append(0, 80); // more than a page, so that something follows what fails
    while (troubles.length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
    const waits = troubles.map((line) => (JSON.parse(line) as { retryInMs: number }).retryInMs);
    // Twice as long each time, plus or minus a half.
    expect(waits[3]).toBeGreaterThanOrEqual(800);
    expect(waits[0]).toBeLessThanOrEqual(300);
  });

  it('bring what they were given to its end when they are closed', async () => {
    const last = await append(0, 200);
    await views.onApplicationShutdown();
    const kept = views.checkpoint;
    views = await openViews(
      join(folder.path, 'views.db'),
      { kind: 'sqlite', path: join(folder.path, 'events.db') },
      log,
      pino({ level: 'silent' }),
    );
    expect(views.checkpoint.size).toBeGreaterThanOrEqual(kept.size);
    expect(await views.reached(last, PATIENCE_MS)).toBe(true);
    expect(rows()).toEqual(await inLog());
  });

  it('go on while the index of texts cannot, say so, and take it up again by themselves', async () => {
    beside.exec("CREATE TRIGGER refuse BEFORE INSERT ON search_row BEGIN SELECT RAISE(ABORT, 'no room left'); END");
    const last = await append(0, 20);
    expect(await views.reached(last, PATIENCE_MS)).toBe(true);
    expect(await views.indexed(100)).toBe(false);
    expect(views.trouble).toBeNull();
    while (troubles.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(troubles.join()).toMatch(/no room left.*the index of texts does not follow the views/);
    expect(rows()).toEqual(await inLog());
    beside.exec('DROP TRIGGER refuse');
    expect(await views.indexed(PATIENCE_MS)).toBe(true);
    expect(beside.prepare('SELECT count(*) FROM search_row').raw().get()).toEqual([20]);
  });
});

/** The changed event lies beyond the watch's first page. So a new watch reports before it comes to the event. */
describe('an alarm of the watch', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let log: EventLog;
  let views: Views;
  let said: string[];
  const AGAIN = 'every event of the log is as it was recorded again';
  const tamper = (from: string, to: string): void => {
    const beside = new Libsql(join(folder.path, 'events.db'));
    beside.exec(
      'PRAGMA busy_timeout = 5000; DROP TRIGGER IF EXISTS event_is_not_changed; UPDATE event SET data = ' +
        `replace(data, '${from}', '${to}') WHERE position = 150`,
    );
    beside.close();
  };
  const until = async (satisfied: () => boolean): Promise<void> => {
    while (!satisfied()) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  /**
   * Ends the thread like one that has no memory left: first comes an error, then the thread is gone. Resolves once its
   * successor's watch has reported.
   */
  const die = async (): Promise<void> => {
    const { thread } = views as unknown as { readonly thread: Worker };
    const checked = views.watched!;
    thread.emit('error', new Error('out of memory'));
    await thread.terminate();
    await until(() => views.watched !== checked);
  };
  const alarmed = (): boolean => (views.watched?.firstWrong ?? null) !== null;

  beforeEach(async () => {
    folder = temporaryFolder();
    said = [];
    const events = join(folder.path, 'events.db');
    log = openSqliteEventLog(events);
    for (const decision of decisionsOfClient('alarm', 0, 100)) {
      const { stream, events: all } = storedEvents(decision);
      await log.append(stream, all, 'any');
    }
    const logger = pino({ level: 'warn' }, { write: (line) => void said.push(line) });
    views = await openViews(join(folder.path, 'views.db'), { kind: 'sqlite', path: events }, log, logger, 10_000);
    await views.reached((await log.lastPosition())!, PATIENCE_MS);
    tamper('matters', 'mattered');
    await until(alarmed);
  });

  afterEach(async () => {
    await views.onApplicationShutdown();
    await log.close();
    folder.remove();
  });

  it('outlives the death of the thread that raised it, and ends with a pass over a log that was put right', async () => {
    const { firstWrong } = views.watched!;
    await die();
    expect(views.watched!.firstWrong).toEqual(firstWrong);
    expect(said.join()).not.toContain(AGAIN);
    tamper('mattered', 'matters');
    await until(() => !alarmed());
    expect(said.join()).toContain(AGAIN);
  });

  it('is not ended by views that were built anew from what was changed, nor forgotten with those that were there', async () => {
    const { firstWrong } = views.watched!;
    writeFileSync(join(folder.path, 'views.db.damaged'), '');
    await die();
    await until(() => views.watched!.passes > 0);
    expect(views.watched!.firstWrong).toEqual(firstWrong);
    expect(said.join()).not.toContain(AGAIN);
    expect(existsSync(join(folder.path, 'views.db.previous'))).toBe(true);
    views.confirmed();
    expect(existsSync(join(folder.path, 'views.db.previous'))).toBe(false);
  });
});
