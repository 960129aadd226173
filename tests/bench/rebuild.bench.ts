/** Rebuild of the views from the log, against a bare read of the log that also writes one row per event. */
import Libsql from 'libsql';
import { join } from 'node:path';
import type { EventLog } from '#event-log';
import { openSqliteEventLog } from '#event-log';
import { openForProjecting } from '#read-models';
import { DECISIONS_DDL, EVENTS_DDL } from '#read-models/testing';
import { temporaryFolder } from '../temporary-folder.js';
import type { Figure } from './figures.js';
import { figure, plain } from './figures.js';
import { median } from './processes.js';
import { decisionsOfClient, storedEvents } from './workload.js';

const EVENTS = 100_000;
const ROUNDS = 5;

/**
 * Reads the log as every reader does, parses each event as a projection needs it, and writes one row per event. The row
 * can be found by its stream and by its decision.
 */
async function readAndWriteOneRow(log: EventLog, target: string): Promise<number> {
  const to = new Libsql(target);
  to.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; ${EVENTS_DDL} ${DECISIONS_DDL}`);
  const insert = to.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  let count = 0;
  const began = performance.now();
  for await (const page of log.readAll()) {
    to.exec('BEGIN');
    for (const { position, id, stream, revision, type, data, metadata, dataText, metadataText } of page) {
      const { decisionId, effectIndex, effectCount } = metadata as Record<string, number | string>;
      const ends = data['mandateId'] !== undefined && effectIndex === (effectCount as number) - 1;
      insert.run([
        count++,
        position,
        id,
        stream,
        revision,
        type,
        ends ? decisionId : null,
        ends ? data['decidedOn'] : null,
        Date.parse(metadata['recordedAt'] as string),
        dataText,
        metadataText,
      ]);
    }
    to.exec('COMMIT');
  }
  const perSecond = (count / (performance.now() - began)) * 1000;
  to.close();
  return perSecond;
}

/** Copies the rows from file to file, unparsed and without a key. No view could do that; it is for comparison. */
function copyRows(source: string, target: string): number {
  const from = new Libsql(source);
  const to = new Libsql(target);
  to.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE event (position INTEGER PRIMARY KEY, id ' +
      'TEXT, stream TEXT, revision INTEGER, type TEXT, data TEXT, metadata TEXT)',
  );
  const page = from
    .prepare(
      'SELECT position, id, stream, revision, type, data, metadata FROM event WHERE position > ? ORDER BY position ' +
        'LIMIT 500',
    )
    .raw();
  const insert = to.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)');
  let count = 0;
  const began = performance.now();
  for (let after = 0; ;) {
    const rows = page.all(after) as unknown[][];
    if (rows.length === 0) break;
    to.exec('BEGIN');
    for (const row of rows) insert.run(row);
    to.exec('COMMIT');
    count += rows.length;
    after = rows.at(-1)![0] as number;
  }
  const perSecond = (count / (performance.now() - began)) * 1000;
  from.close();
  to.close();
  return perSecond;
}

async function rebuild(log: EventLog, path: string): Promise<number> {
  const models = openForProjecting(path);
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
  const [ours, floors, copies]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round <= ROUNDS; round++) {
    // One after the other, so that the state of the machine affects both alike.
    const floor = await readAndWriteOneRow(log, join(folder.path, `floor-${round}.db`));
    const own = await rebuild(log, join(folder.path, `views-${round}.db`));
    const copy = copyRows(path, join(folder.path, `copied-${round}.db`));
    if (round === 0) continue;
    floors.push(floor);
    copies.push(copy);
    ours.push(own);
  }
  await log.close();
  folder.remove();
  return [
    figure('rebuild of the views', ours, 'bare read, one row each under its keys', floors, 0.6),
    figure('the same', ours, 'rows copied unread, without a key', copies, null),
    plain(
      'rebuild of the views, events',
      `${Math.round(median(ours)).toLocaleString('en')}/s`,
      '20,000/s',
      median(ours) >= 20_000,
    ),
  ];
}
