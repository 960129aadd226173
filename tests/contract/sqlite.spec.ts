import Libsql from 'libsql';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v4 } from 'uuid';
import type { EventLog, RecordedEvent } from '#event-log';
import {
  checkAppend,
  EventIdInUse,
  EventUnreadable,
  LogNotOpened,
  LogUnavailable,
  openSqliteEventLog,
} from '#event-log';
import { Appends, openBesideLock, openForWriting } from '#event-log/testing';
import { temporaryFolder } from '../temporary-folder.js';
import { collect, event, eventLogContract } from './event-log.contract.js';

eventLogContract('SQLite', () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'events.db');
  const open = () => openSqliteEventLog(path);
  return Promise.resolve({
    log: open(),
    reopen: () => Promise.resolve(open()),
    remove: () => Promise.resolve(folder.remove()),
  });
});

describe('the file of the SQLite log', () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'events.db');
  const stream = 'mandate-untso';
  let id: string;
  beforeAll(async () => {
    const log = openSqliteEventLog(path);
    const first = event(0);
    id = first.id;
    await log.append(stream, [first, event(1)], 'none');
    await log.close();
  });
  afterAll(() => folder.remove());

  it.each([
    ['UPDATE', "UPDATE event SET data = '{}' WHERE revision = 0", /never changed/],
    ['UPDATE of a position', 'UPDATE event SET position = position + 10', /never changed/],
    ['DELETE', 'DELETE FROM event WHERE revision = 1', /never removed/],
    [
      'INSERT OR REPLACE',
      "INSERT OR REPLACE INTO event VALUES (1, 'x', 'mandate-x', 0, 'T', '{}', '{}')",
      /never replaced/,
    ],
    [
      'REPLACE by id',
      "REPLACE INTO event SELECT 99, id, 'mandate-x', 0, type, '{}', metadata FROM event WHERE position = 1",
      /never replaced/,
    ],
    [
      'an upsert',
      "INSERT INTO event SELECT * FROM event WHERE true ON CONFLICT DO UPDATE SET data = '{}'",
      /never replaced/,
    ],
  ])('refuses %s, whoever asks', async (_what, sql, sentence) => {
    const db = new Libsql(path);
    expect(() => db.exec(sql)).toThrow(sentence);
    db.close();
    const log = openSqliteEventLog(path);
    expect((await collect(log.readStream(stream))).map((each) => [each.revision, each.data['n']])).toEqual([
      [0, 0],
      [1, 1],
    ]);
    await log.close();
  });

  it('is in WAL mode, with keys in the order of RFC 8785', () => {
    const db = new Libsql(path);
    expect(db.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    const { data } = db.prepare('SELECT data FROM event WHERE id = ?').get(id) as { data: string };
    expect(data.startsWith('{"n":0,"title":')).toBe(true);
    db.close();
  });

  it('refuses a second writer in this process and in another one, and lets a reader in', async () => {
    const log = openSqliteEventLog(path);
    expect(() => openSqliteEventLog(path)).toThrow(LogNotOpened);
    const module = new URL('../../libs/event-log/src/sqlite/sqlite-event-log.js', import.meta.url).href;
    const other = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `(await import('${module}')).openSqliteEventLog(${JSON.stringify(path)})`,
    ]);
    let said = '';
    other.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await new Promise((resolve) => other.on('exit', resolve))).toBe(1);
    expect(said).toMatch(/in use by another ledger process\. Stop that one first/);
    const reader = openSqliteEventLog(path, { readOnly: true });
    const { position } = await log.append(stream, [event(2)], 'any');
    expect((await collect(reader.readStream(stream))).at(-1)!.position).toBe(position);
    await expect(reader.append(stream, [event(3)], 'any')).rejects.toBeInstanceOf(LogUnavailable);
    await reader.close();
    await log.close();
  });

  it('is free again after its writer was killed', async () => {
    const module = new URL('../../libs/event-log/src/sqlite/sqlite-event-log.js', import.meta.url).href;
    const script =
      `(await import('${module}')).openSqliteEventLog(${JSON.stringify(path)}); console.log('open'); ` +
      'setInterval(() => {}, 1000);';
    const other = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await new Promise((resolve) => other.stdout.once('data', resolve));
    expect(() => openSqliteEventLog(path)).toThrow(/in use/);
    other.kill('SIGKILL');
    await new Promise((resolve) => other.on('exit', resolve));
    await openSqliteEventLog(path).close();
  });
});

describe('a row that somebody has changed', () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'events.db');
  const stream = 'mandate-untso';
  const AT = 150; // beyond the first page
  const TOTAL = 200;
  let log: EventLog;
  beforeAll(async () => {
    const writing = openSqliteEventLog(path);
    for (let n = 0; n < TOTAL; n++) await writing.append(n % 2 === 0 ? stream : 'mandate-unifil', [event(n)], 'any');
    await writing.close();
  });
  afterEach(() => log.close());
  afterAll(() => folder.remove());

  const change = (sql: string): void => {
    const copy = join(folder.path, `${v4()}.db`);
    copyFileSync(path, copy);
    const db = new Libsql(copy);
    db.exec(`PRAGMA ignore_check_constraints = ON; DROP TRIGGER event_is_not_changed; ${sql}`);
    db.close();
    log = openSqliteEventLog(copy, { readOnly: true });
  };
  const readUpTo = async (
    pages: AsyncIterable<readonly RecordedEvent[]>,
  ): Promise<{ read: number; error: unknown }> => {
    let read = 0;
    try {
      for await (const page of pages) read += page.length;
      return { read, error: null };
    } catch (error) {
      return { read, error };
    }
  };

  it.each([
    ['data that is no UTF-8', "data = CAST(x'7bff7d' AS TEXT)", `stream ${stream}, revision 75`],
    [
      'half a character at the end of one text, and half at the beginning of the next',
      "data = CAST(x'c3' AS TEXT), metadata = CAST(x'a9' AS TEXT)",
      `stream ${stream}, revision 75`,
    ],
    ['metadata that is a blob', "metadata = x'7b7d'", `stream ${stream}, revision 75`],
    ['a type that is no UTF-8', "type = CAST(x'ff' AS TEXT)", `stream ${stream}, revision 75`],
    ['an id that is no UTF-8', "id = CAST(x'ff' AS TEXT)", `stream ${stream}, revision 75`],
    ['a stream that is no UTF-8', "stream = CAST(x'ff' AS TEXT)", 'stream unknown, revision 75'],
    ['a revision that is no integer', "revision = 'none'", `stream ${stream}, revision unknown`],
    ['a revision below 0', 'revision = -1', `stream ${stream}, revision -1`],
  ])(
    'is refused by its position: %s; what lies before it is read, and so is what lies after it',
    async (_what, set, named) => {
      change(`UPDATE event SET ${set} WHERE position = ${AT + 1}`);
      const { read, error } = await readUpTo(log.readAll());
      expect(read).toBe(AT);
      expect(error).toBeInstanceOf(EventUnreadable);
      expect((error as Error).message).toContain(`at position ${AT + 1} (${named})`);
      const back = await readUpTo(log.readAll({ direction: 'backwards' }));
      expect([back.read, back.error]).toEqual([TOTAL - AT - 1, expect.any(EventUnreadable)]);
      expect(await readUpTo(log.readAll({ after: String(AT + 1) }))).toEqual({ read: TOTAL - AT - 1, error: null });
    },
  );

  it('is refused by who reads its stream and by who subscribes', async () => {
    change(`UPDATE event SET data = CAST(x'7bff7d' AS TEXT) WHERE position = ${AT + 1}`);
    const inStream = await readUpTo(log.readStream(stream));
    expect([inStream.read, inStream.error]).toEqual([AT / 2, expect.any(EventUnreadable)]);
    const subscribed = await readUpTo(log.subscribe({ signal: new AbortController().signal }));
    expect([subscribed.read, subscribed.error]).toEqual([AT, expect.any(EventUnreadable)]);
  });

  it.each([
    ['-5', 0],
    ['0', 0],
    ['-9223372036854775808', 0],
    ['9223372036854775807', TOTAL - 1],
  ])('is refused where its position is %s, which the ledger never gives', async (position, before) => {
    change(`UPDATE event SET position = ${position} WHERE position = 7`);
    const { read, error } = await readUpTo(log.readAll());
    expect([read, error]).toEqual([before, expect.any(EventUnreadable)]);
    expect((error as Error).message).toContain(`at position ${position} (`);
    expect(await log.lastPosition()).toBe(String(TOTAL));
  });

  it('shows what was written behind a NUL', async () => {
    change(`UPDATE event SET data = data || char(0) || 'and more' WHERE position = ${AT + 1}`);
    const [found] = await collect(log.readAll({ after: String(AT), limit: 1 }));
    expect(found!.dataText.endsWith('}\0and more')).toBe(true);
  });
});

describe('a log whose end somebody cuts off while it is written', () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'events.db');
  afterAll(() => folder.remove());

  it('never gives a position again, so that whoever was past it hears of what is stored next', async () => {
    const log = openSqliteEventLog(path);
    const given: number[] = [];
    const append = async (n: number): Promise<void> =>
      void given.push(Number((await log.append(`mandate-${n}`, [event(n)], 'any')).position));
    for (let n = 0; n < 4; n++) await append(n);
    const beside = new Libsql(path);
    beside.exec('PRAGMA busy_timeout = 5000; DROP TRIGGER event_is_not_removed; DELETE FROM event WHERE position >= 3');
    await append(4);
    beside.exec('DELETE FROM event');
    beside.close();
    await append(5);
    expect(given).toEqual([1, 2, 3, 4, 5, 6]);
    const stop = new AbortController();
    for await (const [first] of log.subscribe({ after: '4', signal: stop.signal })) {
      expect(first!.position).toBe('6');
      stop.abort();
    }
    await log.close();
  });

  it('goes on behind what it held when it was opened', () => {
    const held = openForWriting(path);
    const writing = openBesideLock(path);
    const appends = new Appends(writing);
    held.exec('DELETE FROM event WHERE position = 6');
    expect(appends.store([checkAppend('mandate-6', [event(6)], 'any')])).toEqual([{ revision: 0, position: '7' }]);
    writing.close();
    held.close();
  });
});

describe('an append that is repeated', () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'events.db');
  afterAll(() => folder.remove());

  it('is refused where somebody has changed the stream of its events into what is no text', async () => {
    const log = openSqliteEventLog(path);
    const events = [event(0)];
    await log.append('mandate-untso', events, 'none');
    const beside = new Libsql(path);
    beside.exec(
      "PRAGMA busy_timeout = 5000; DROP TRIGGER event_is_not_changed; UPDATE event SET stream = CAST(x'ff' AS " +
        "TEXT), revision = CAST(x'ff' AS TEXT)",
    );
    beside.close();
    await expect(log.append('mandate-untso', events, 'none')).rejects.toBeInstanceOf(EventIdInUse);
    await log.close();
  });
});

describe('events as large as they can be', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('are handed over a few at a time, the first ones too, and each once', async () => {
    const log = openSqliteEventLog(join(folder.path, 'events.db'));
    const text = 'a'.repeat(900_000);
    const sizes = [...Array.from({ length: 90 }, () => ''), text, '', text, text, text, ''];
    for (const [n, rationale] of sizes.entries())
      await log.append(`mandate-${n}`, [event(n, { data: { n, rationale } })], 'any');
    const pages: RecordedEvent[][] = [];
    for await (const page of log.readAll()) pages.push([...page]);
    expect(pages.flat().map(({ data }) => data['n'])).toEqual(sizes.map((_, n) => n));
    for (const page of pages)
      expect(page.reduce((sum, { dataText }) => sum + dataText.length, 0)).toBeLessThanOrEqual(2 * 1024 * 1024);
    await log.close();
  });
});

describe('a file that is no log', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('is left alone when it is of another application', () => {
    const path = join(folder.path, 'other.db');
    const db = new Libsql(path);
    db.exec('CREATE TABLE account (id INTEGER)');
    db.close();
    const before = readFileSync(path);
    expect(() => openSqliteEventLog(path)).toThrow(/database of another application/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is left alone when it is no database', () => {
    const path = join(folder.path, 'letter.db');
    writeFileSync(path, 'Geachte voorzitter, '.repeat(100));
    expect(() => openSqliteEventLog(path)).toThrow(LogNotOpened);
    expect(readFileSync(path, 'utf8')).toMatch(/^Geachte/);
  });

  it('is not made by who only wants to read', () => {
    const path = join(folder.path, `${v4()}.db`);
    expect(() => openSqliteEventLog(path, { readOnly: true })).toThrow(LogNotOpened);
    expect(existsSync(path)).toBe(false);
  });
});

describe('a subscription to the SQLite log', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it(
    'delivers once and in order what is stored while it reads, also when it falls far behind and when appends are ' +
      'repeated',
    async () => {
      const log = openSqliteEventLog(join(folder.path, 'events.db'));
      const stop = new AbortController();
      const seen: number[] = [];
      const total = 1500;
      const reading = (async () => {
        for await (const page of log.subscribe({ signal: stop.signal })) {
          seen.push(...page.map(({ position }) => Number(position)));
          if (seen.length >= total) stop.abort();
          // Slow for a while, so that more events come than are kept.
          else if (seen.length < 700) await new Promise((resolve) => setTimeout(resolve, 20));
        }
      })();
      const stored = Array.from({ length: total }, (_, n) => event(n));
      for (let at = 0; at < total; at += 50) {
        const batch = stored.slice(at, at + 50);
        await Promise.all(batch.map((each, n) => log.append(`mandate-s${n}`, [each], 'any')));
        if (at % 200 === 0) await Promise.all(batch.map((each, n) => log.append(`mandate-s${n}`, [each], 'any')));
      }
      await reading;
      expect(seen).toEqual(Array.from({ length: total }, (_, n) => n + 1));
      await log.close();
    },
  );
});
