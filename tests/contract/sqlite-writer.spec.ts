/** When the thread that writes dies, it is not known how far it got. The same events may be appended again. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { v4 } from 'uuid';
import { checkAppend, LogUnavailable, openSqliteEventLog, OutcomeUnknown } from '#event-log';
import { openForWriting, Writer } from '#event-log/testing';
import { temporaryFolder } from '../temporary-folder.js';
import { collect, event } from './event-log.contract.js';

const threadFile = new URL('../../libs/event-log/src/sqlite/writer.worker.js', import.meta.url);
const real = (path: string): Worker => new Worker(threadFile, { workerData: { path } });
const dying = (when: string): Worker =>
  new Worker(`require('node:worker_threads').parentPort.once('message', () => { ${when} });`, { eval: true });

describe('the writing thread', () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'events.db');
  const stream = `mandate-${v4()}`;
  afterAll(() => folder.remove());

  it.each([
    ['ends', 'process.exit(0)'],
    ['throws', "throw new Error('out of memory')"],
  ])('that %s before it answers leaves an unknown outcome, and another one goes on', async (_how, when) => {
    const held = openForWriting(path);
    let started = 0;
    const writer = new Writer(path, () => (++started === 1 ? dying(when) : real(path)));
    const append = checkAppend(stream, [event(1)], 'any');
    await expect(writer.store([append])).rejects.toBeInstanceOf(OutcomeUnknown);
    const [first] = await writer.store([append]);
    const [again] = await writer.store([append]);
    expect(again).toEqual(first);
    expect(started).toBe(2);
    await writer.close();
    held.close();
    const log = openSqliteEventLog(path, { readOnly: true });
    expect((await collect(log.readStream(stream))).filter(({ id }) => id === append.events[0]!.id)).toHaveLength(1);
    await log.close();
  });

  it('says that nothing was stored where SQLite refuses, and goes on afterwards', async () => {
    const held = openForWriting(path);
    const writer = new Writer(path);
    held.exec('BEGIN IMMEDIATE');
    const append = checkAppend(stream, [event(2)], 'any');
    await expect(writer.store([append])).rejects.toBeInstanceOf(LogUnavailable);
    held.exec('ROLLBACK');
    await writer.store([append]);
    await writer.close();
    held.close();
  }, 30_000);
});
