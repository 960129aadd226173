/** Rebuild of the views from the log, against a bare read of the rows that also writes one row each. */
import Libsql from 'libsql';
import { join } from 'node:path';
import type { EventLog } from '#event-log/event-log.js';
import { openSqliteEventLog } from '#event-log/sqlite/sqlite-event-log.js';
import { openReadModels } from '#read-models/read-models.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Figure } from './figures.js';
import { figure, plain } from './figures.js';
import { median } from './processes.js';
import { decisionsOfClient, storedEvents } from './workload.js';

const EVENTS = 40_000;
const ROUNDS = 3;

async function bareReadAndWrite(source: string, target: string): Promise<number> {
  const from = new Libsql(source);
  const to = new Libsql(target);
  to.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE event (position INTEGER PRIMARY KEY, id TEXT, stream TEXT, revision INTEGER, type TEXT, data TEXT, metadata TEXT)',
  );
  const page = from
    .prepare('SELECT position, id, stream, revision, type, data, metadata FROM event WHERE position > ? ORDER BY position LIMIT 500')
    .raw();
  const insert = to.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)');
  const began = performance.now();
  for (let after = 0; ;) {
    const rows = page.all(after) as unknown[][];
    if (rows.length === 0) break;
    to.exec('BEGIN');
    for (const row of rows) insert.run(...row);
    to.exec('COMMIT');
    after = rows.at(-1)![0] as number;
    await Promise.resolve();
  }
  const perSecond = (EVENTS / (performance.now() - began)) * 1000;
  from.close();
  to.close();
  return perSecond;
}

async function rebuild(log: EventLog, path: string): Promise<number> {
  const models = openReadModels(path);
  const { projector } = models;
  const began = performance.now();
  for await (const page of log.readAll()) projector.project(page);
  const perSecond = (projector.checkpoint.size / (performance.now() - began)) * 1000;
  models.close();
  return perSecond;
}

export async function rebuilds(): Promise<Figure[]> {
  const folder = temporaryFolder();
  const path = join(folder.path, 'events.db');
  const log = openSqliteEventLog(path);
  const clients = Array.from({ length: 64 }, (_, c) => decisionsOfClient('b', c, Math.ceil(EVENTS / 2 / 64)));
  await Promise.all(
    clients.map(async (decisions) => {
      for (const { stream, events } of [...decisions].map(storedEvents)) await log.append(stream, events, 'any');
    }),
  );
  const [ours, floors]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const floor = await bareReadAndWrite(path, join(folder.path, `bare-${round}.db`));
    const own = await rebuild(log, join(folder.path, `views-${round}.db`));
    if (round === 0) continue;
    floors.push(floor);
    ours.push(own);
  }
  await log.close();
  folder.remove();
  return [
    figure('rebuild of the views', ours, 'bare read of the rows, one row written each', floors, 0.6),
    plain('rebuild of the views, events', `${Math.round(median(ours)).toLocaleString('en')}/s`, '20,000/s', median(ours) >= 20_000),
  ];
}
