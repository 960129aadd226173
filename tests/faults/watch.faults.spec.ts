/**
 * The standing watch over a file that somebody changes behind the ledger's back, and over stores that are away or
 * behind for a moment.
 */
import Libsql from 'libsql';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { EventLog, RecordedEvent } from '#event-log';
import { EventRefused, LogUnavailable, openSqliteEventLog } from '#event-log';
import type { ReadAllOptions } from '#event-log/testing';
import { openForProjecting, openTreeAlone } from '#read-models';
import type { DifferenceKind } from '#transparency';
import type { Watched } from '../../apps/api/src/views/standing-watch.js';
import { StandingWatch } from '../../apps/api/src/views/standing-watch.js';
import { decisionsOfClient, storedEvents } from '../bench/workload.js';
import { temporaryFolder } from '../temporary-folder.js';

const EVENTS = 400; // several pages, and more leaves than a tile
const AT = 300;
const QUICK = { betweenPassesMs: 1, confirmAfterMs: [1, 1] };
const FAST = 99_999;

const TRIGGERS = ['event_is_added_once', 'event_is_not_changed', 'event_is_not_removed']
  .map((name) => `DROP TRIGGER ${name};`)
  .join('');
const shift = (from: number): string =>
  `UPDATE event SET position = position + 1000000 WHERE position >= ${from}; UPDATE event SET position = position - ` +
  '999999 WHERE position > 1000000;';
const swap = (a: number, b: number): string =>
  `UPDATE event SET position = -1 WHERE position = ${a}; UPDATE event SET position = ${a} WHERE position = ${b}; ` +
  `UPDATE event SET position = ${b} WHERE position = -1;`;
/** The event with leaf index n is at position n + 1. */
const p = AT + 1;
const copied = (id: string): string =>
  `INSERT INTO event SELECT ${p}, '${id}', 'mandate-forged', 0, type, data, metadata FROM event WHERE position = 1;`;

const MANIPULATIONS: readonly (readonly [string, string, DifferenceKind, number])[] = [
  ['data', `UPDATE event SET data = replace(data, 'locator', 'Locator') WHERE position = ${p}`, 'altered', AT],
  [
    'metadata',
    `UPDATE event SET metadata = replace(metadata, '"recordedBy":"', '"recordedBy":"x') WHERE position = ${p}`,
    'altered',
    AT,
  ],
  ['a type', `UPDATE event SET type = 'ContributionDeclined' WHERE position = ${p}`, 'altered', AT],
  ['a stream', `UPDATE event SET stream = 'mandate-other' WHERE position = ${p}`, 'altered', AT],
  ['a revision', `UPDATE event SET revision = 999 WHERE position = ${p}`, 'altered', AT],
  ['an id', `UPDATE event SET id = '00000000-0000-4000-8000-000000000000' WHERE position = ${p}`, 'altered', AT],
  ['white space', `UPDATE event SET data = data || ' ' WHERE position = ${p}`, 'altered', AT],
  ['text that is no JSON', `UPDATE event SET data = '{"to"' WHERE position = ${p}`, 'altered', AT],
  ['a blob', `UPDATE event SET data = x'00ff', metadata = x'00ff' WHERE position = ${p}`, 'altered', AT],
  ['a blob for an id', `UPDATE event SET id = x'00ff', stream = x'00ff' WHERE position = ${p}`, 'altered', AT],
  ['text that is no UTF-8', `UPDATE event SET data = CAST(x'7bff7d' AS TEXT) WHERE position = ${p}`, 'altered', AT],
  ['a stream that is no UTF-8', `UPDATE event SET stream = CAST(x'ff' AS TEXT) WHERE position = ${p}`, 'altered', AT],
  ['a revision that is no number', `UPDATE event SET revision = 'none' WHERE position = ${p}`, 'altered', AT],
  [
    'something written behind a NUL',
    `UPDATE event SET data = data || char(0) || 'more' WHERE position = ${p}`,
    'altered',
    AT,
  ],
  [
    'an event put before the first position',
    `INSERT INTO event SELECT -5, 'x', 'mandate-forged', 0, type, data, metadata FROM event WHERE position = 1`,
    'altered',
    0,
  ],
  ['an event gone', `DELETE FROM event WHERE position = ${p}`, 'removed', AT],
  ['the first event gone', 'DELETE FROM event WHERE position = 1', 'removed', 0],
  [
    'an event gone and the gap closed',
    `DELETE FROM event WHERE position = ${p}; UPDATE event SET position = position - 1 WHERE position > ${p}`,
    'removed',
    AT,
  ],
  ['the last event gone', `DELETE FROM event WHERE position = ${EVENTS}`, 'truncated', EVENTS - 1],
  ['the end gone', `DELETE FROM event WHERE position > ${AT}`, 'truncated', AT],
  ['all gone', 'DELETE FROM event', 'truncated', 0],
  ['an event put in', `${shift(p)} ${copied('00000000-0000-4000-8000-000000000001')}`, 'inserted', AT],
  ['two swapped', swap(p, p + 1), 'reordered', AT],
  ['two swapped that lie far apart', swap(2, p), 'reordered', 1],
];

describe('the standing watch', () => {
  const made = temporaryFolder();
  const whole = { events: join(made.path, 'events.db'), views: join(made.path, 'views.db') };
  let expected: { id: string; stream: string; revision: number }[];
  let folder: ReturnType<typeof temporaryFolder>;
  let log: EventLog;
  let trusted: ReturnType<typeof openTreeAlone>;

  beforeAll(async () => {
    const writing = openSqliteEventLog(whole.events);
    for (const decision of decisionsOfClient('w', 0, EVENTS / 2)) {
      const { stream, events } = storedEvents(decision);
      await writing.append(stream, events, 'any');
    }
    const { projector, close } = openForProjecting(whole.views);
    expected = [];
    for await (const page of writing.readAll()) {
      projector.project(page);
      expected.push(...page.map(({ id, stream, revision }) => ({ id, stream, revision })));
    }
    close();
    await writing.close();
    expect(expected).toHaveLength(EVENTS);
  });
  afterAll(() => made.remove());

  beforeEach(() => {
    folder = temporaryFolder();
    cpSync(made.path, folder.path, { recursive: true });
    log = openSqliteEventLog(join(folder.path, 'events.db'), { readOnly: true });
    trusted = openTreeAlone(join(folder.path, 'views.db'));
  });
  afterEach(async () => {
    trusted.close();
    await log.close();
    folder.remove();
  });

  /** Watches until a report satisfies the condition. */
  async function watched(over: EventLog, satisfies: (state: Watched) => boolean, rate = FAST): Promise<Watched[]> {
    const told: Watched[] = [];
    const stop = new AbortController();
    const hear = (state: Watched): void => {
      told.push(state);
      if (satisfies(state)) stop.abort();
    };
    await new StandingWatch(over, trusted, rate, () => false, hear, QUICK).run(stop.signal);
    return told;
  }
  const tamper = (sql: string): void => {
    const beside = new Libsql(join(folder.path, 'events.db'));
    beside.exec(`PRAGMA busy_timeout = 5000; ${TRIGGERS} BEGIN; ${sql}; COMMIT;`);
    beside.close();
  };

  it('goes over all of a log that is well, again and again', async () => {
    const told = await watched(log, ({ passes }) => passes === 3);
    expect(told.at(-1)).toMatchObject({
      checked: 3 * EVENTS,
      passes: 3,
      next: EVENTS,
      firstWrong: null,
      trouble: null,
    });
    expect(told.every(({ firstWrong }) => firstWrong === null)).toBe(true);
  });

  it.each(MANIPULATIONS)('finds %s', async (_, sql, kind, leafIndex) => {
    tamper(sql);
    const told = await watched(log, ({ firstWrong }) => firstWrong !== null);
    const { firstWrong, passes } = told.at(-1)!;
    const event =
      kind === 'inserted'
        ? { id: '00000000-0000-4000-8000-000000000001', stream: 'mandate-forged', revision: 0 }
        : expected[leafIndex]!;
    expect(firstWrong).toMatchObject({ kind, first: { leafIndex, ...event } });
    expect(Object.keys(firstWrong!.first).sort()).toEqual(['id', 'leafIndex', 'revision', 'stream']);
    expect(passes).toBe(0);
  });

  it('finds what is done while it watches, keeps to it, and says when all is well again', async () => {
    let did = 0;
    const told = await watched(log, ({ passes, firstWrong }) => {
      if (passes === 1 && did === 0 && ++did)
        tamper(`UPDATE event SET data = replace(data, 'locator', 'Locator') WHERE position = ${p}`);
      if (firstWrong !== null && did === 1 && ++did) {
        const beside = new Libsql(join(folder.path, 'events.db'));
        beside.exec(`UPDATE event SET data = replace(data, 'Locator', 'locator') WHERE position = ${p}`);
        beside.close();
      }
      return did === 2 && passes === 2;
    });
    expect(told.some(({ firstWrong }) => firstWrong?.first.leafIndex === AT)).toBe(true);
    expect(told.at(-1)!.firstWrong).toBeNull();
  });

  /** The log, with a fault in its reads. */
  const reading = (
    readAll: (options: ReadAllOptions, n: number) => AsyncIterable<readonly RecordedEvent[]>,
  ): EventLog => {
    let n = 0;
    return { ...log, readAll: (options: ReadAllOptions = {}) => readAll(options, ++n) };
  };
  // eslint-disable-next-line require-yield, @typescript-eslint/require-await
  const failing = async function* (error: Error): AsyncIterable<readonly RecordedEvent[]> {
    throw error;
  };

  it('never takes a store that is away for a moment, or behind, for one that was changed', async () => {
    const behind = async function* (options: ReadAllOptions): AsyncIterable<readonly RecordedEvent[]> {
      for await (const page of log.readAll(options)) yield page.filter(({ position }) => Number(position) <= AT);
    };
    const told = await watched(
      reading((options, n) => (n === 4 || n === 5 ? behind(options) : log.readAll(options))),
      ({ passes }) => passes === 2,
    );
    expect(told.every(({ firstWrong, trouble }) => firstWrong === null && trouble === null)).toBe(true);
  });

  it('says that it cannot read a store that is away, and that is no alarm', async () => {
    const told = await watched(
      reading(() => failing(new LogUnavailable('no node answers'))),
      ({ trouble }) => trouble !== null,
    );
    expect(told.at(-1)).toMatchObject({
      firstWrong: null,
      trouble: 'the log cannot be compared with the tree: no node answers',
    });
  });

  it('names an event that its store cannot even hand over', async () => {
    const told = await watched(
      reading((options) => {
        const next = Number(options.after ?? 0) + 1;
        const last = next + (options.limit ?? Infinity) - 1;
        return next <= p && last >= p
          ? failing(new EventRefused('data.to is 1.5', 'not-canonical'))
          : log.readAll(options);
      }),
      ({ firstWrong }) => firstWrong !== null,
    );
    expect(told.at(-1)!.firstWrong).toMatchObject({ kind: 'altered', first: { leafIndex: AT, ...expected[AT] } });
    expect(told.at(-1)!.firstWrong!.detail).toContain('data.to is 1.5');
  });

  it('rests while the views have something to catch up with', async () => {
    const stop = new AbortController();
    let asked = 0;
    const told: Watched[] = [];
    const behind = (): boolean => {
      if (++asked === 3) stop.abort();
      return true;
    };
    await new StandingWatch(log, trusted, FAST, behind, (state) => told.push(state), QUICK).run(stop.signal);
    expect(told).toEqual([]);
  });

  it('keeps to its rate', async () => {
    const reads: number[] = [];
    const counting = reading((options) => {
      expect(options.limit).toBe(7);
      reads.push(performance.now());
      return log.readAll(options);
    });
    const told = await watched(counting, ({ checked }) => checked >= 14, 7);
    expect(reads).toHaveLength(2);
    expect(reads[1]! - reads[0]!).toBeGreaterThanOrEqual(950); // at this rate seven events take a second
    expect(told.at(-1)).toMatchObject({ next: 14 });
  });
});
