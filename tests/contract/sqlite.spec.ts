import Libsql from 'libsql';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v4 } from 'uuid';
import { LogNotOpened, LogUnavailable } from '#event-log/event-log.js';
import { openSqliteEventLog } from '#event-log/sqlite/sqlite-event-log.js';
import { temporaryFolder } from '../temporary-folder.js';
import { collect, event, eventLogContract } from './event-log.contract.js';

eventLogContract('SQLite', () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'events.db');
  const open = () => openSqliteEventLog(path);
  return Promise.resolve({ log: open(), reopen: () => Promise.resolve(open()), remove: () => Promise.resolve(folder.remove()) });
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
    ['INSERT OR REPLACE', "INSERT OR REPLACE INTO event VALUES (1, 'x', 'mandate-x', 0, 'T', '{}', '{}')", /never replaced/],
    [
      'REPLACE by id',
      "REPLACE INTO event SELECT 99, id, 'mandate-x', 0, type, '{}', metadata FROM event WHERE position = 1",
      /never replaced/,
    ],
    ['an upsert', "INSERT INTO event SELECT * FROM event WHERE true ON CONFLICT DO UPDATE SET data = '{}'", /never replaced/],
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
    const script = `(await import('${module}')).openSqliteEventLog(${JSON.stringify(path)}); console.log('open'); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await new Promise((resolve) => other.stdout.once('data', resolve));
    expect(() => openSqliteEventLog(path)).toThrow(/in use/);
    other.kill('SIGKILL');
    await new Promise((resolve) => other.on('exit', resolve));
    await openSqliteEventLog(path).close();
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

  it('delivers once and in order what is stored while it reads, also when it falls far behind and when appends are repeated', async () => {
    const log = openSqliteEventLog(join(folder.path, 'events.db'));
    const stop = new AbortController();
    const seen: number[] = [];
    const total = 1500;
    const reading = (async () => {
      for await (const page of log.subscribe({ signal: stop.signal })) {
        seen.push(...page.map(({ position }) => Number(position)));
        if (seen.length >= total) stop.abort();
        // Slow for a while, so that more is handed over than is kept.
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
  });
});
