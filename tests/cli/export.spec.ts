/** An export proves itself. It goes into a store of the other kind and back with the same root. */
import Libsql from 'libsql';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '#event-log';
import { openSqliteEventLog } from '#event-log';
import { eventLine, toBase64 } from '#transparency';
import { HASH, leafBytes, MTH, signerKey } from '#transparency/testing';
import { startDouble } from '../faults/eventstoredb-double.js';
import { temporaryFolder } from '../temporary-folder.js';
import { ledger, verified } from './commands.js';
import { ORIGIN, copyOf, eventsIn, hashesOf, makeLedger, noteOf, tamper } from './kept-ledger.js';

describe('exports', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const kept = at('kept');
  const key = join(kept, 'key.txt');
  const file = at('export.ndjson');
  let log: RecordedEvent[];
  let root: string;
  beforeAll(async () => {
    log = await makeLedger(kept, 31, [20, 62]);
    root = toBase64(MTH(log.map((event) => HASH(Buffer.of(0), leafBytes(event)))));
    await ledger(['export', '--out', file], { LEDGER_DATA_DIR: kept });
  });
  afterAll(() => folder.remove());
  const lines = (): string[] => readFileSync(file, 'utf8').split('\n');
  const linesOf = (events: readonly RecordedEvent[]): string[] =>
    events.map((event, leafIndex) => eventLine(Object.assign(event, { leafIndex })));
  const storedIn = async (name: string): Promise<string[]> => linesOf(await eventsIn(join(at(name), 'events.db')));
  const written = (name: string, changed: readonly string[]): string => {
    writeFileSync(at(name), changed.join('\n'));
    return at(name);
  };

  it('have the newest kept checkpoint in their first line, then each event as GET /v1/events has it', () => {
    const [first, ...rest] = lines();
    expect(JSON.parse(first!)).toEqual({ ledgerExport: 1, size: 62, checkpoint: noteOf(hashesOf(log)) });
    expect(rest.pop()).toBe('');
    expect(rest.map((line) => JSON.parse(line) as unknown)).toEqual(
      log.map(({ position, id, stream, revision, type, data, metadata }, leafIndex) => ({
        leafIndex,
        position,
        id,
        stream,
        revision,
        type,
        data,
        metadata,
      })),
    );
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('are signed here where the newest kept checkpoint is not of the whole log', async () => {
    const grown = copyOf(kept, at('grown'));
    tamper(grown, (db) => db.exec('DELETE FROM checkpoint WHERE size = 62'), 'checkpoints.db');
    const { code, said } = await ledger(['export', '--out', '-'], { LEDGER_DATA_DIR: grown });
    expect(code).toBe(0);
    expect(`${said.join('\n')}\n`).toBe(readFileSync(file, 'utf8'));
    rmSync(join(grown, 'log-key'));
    const { said: less } = await ledger(['export', '--out', '-'], { LEDGER_DATA_DIR: grown });
    expect(less).toHaveLength(21);
    expect(JSON.parse(less[0]!)).toMatchObject({ size: 20 });
  });

  it('are not made of a log that is not what was signed, and leave nothing behind', async () => {
    const spoilt = copyOf(kept, at('spoilt'));
    tamper(spoilt, (db) => db.exec(`UPDATE event SET metadata = '{}' WHERE position = 5`));
    const { code, told } = await ledger(['export', '--out', at('none.ndjson')], { LEDGER_DATA_DIR: spoilt });
    expect([code, told[0]]).toEqual([1, expect.stringContaining('Nothing was exported: event 4 (')]);
    expect(existsSync(at('none.ndjson'))).toBe(false);
    rmSync(join(spoilt, 'views.db'));
    const less = await ledger(['export', '--out', at('none.ndjson')], { LEDGER_DATA_DIR: spoilt });
    expect([less.code, less.told[0]]).toEqual([
      1,
      expect.stringContaining('the kept checkpoint of size 20 does not fit the log'),
    ]);
  });

  it('are not signed of a log that only its views can show to be another one, and the event is named', async () => {
    const altered = copyOf(kept, at('altered'));
    rmSync(join(altered, 'checkpoints.db'));
    tamper(altered, (db) => db.exec(`UPDATE event SET metadata = '{}' WHERE position = 5`));
    const { code, said, told } = await ledger(['export', '--out', at('none.ndjson'), '--json'], {
      LEDGER_DATA_DIR: altered,
    });
    expect([code, JSON.parse(said.at(-1)!)]).toEqual([
      1,
      {
        ok: false,
        problem: 'altered',
        first: { leafIndex: 4, id: log[4]!.id, stream: log[4]!.stream, revision: log[4]!.revision },
        detail: expect.stringContaining('is not as it was recorded.') as string,
      },
    ]);
    expect(told[0]).toMatch(/^Nothing was exported/);
    rmSync(join(altered, 'views.db'));
    const bare = await ledger(['export', '--out', at('none.ndjson')], { LEDGER_DATA_DIR: altered });
    expect([bare.code, bare.told[0]]).toEqual([2, expect.stringContaining('Nothing was signed')]);
    expect(existsSync(at('none.ndjson'))).toBe(false);
  });

  it('are not made with a kept checkpoint that no key of the log has signed, nor signed with a key that was changed', async () => {
    const forged = copyOf(kept, at('forged-kept'));
    const note = noteOf(hashesOf(log), signerKey(ORIGIN, Buffer.alloc(32, 8)));
    tamper(forged, (db) => db.prepare('UPDATE checkpoint SET note = ? WHERE size = 62').run(note), 'checkpoints.db');
    const { code, told } = await ledger(['export', '--out', at('none.ndjson')], { LEDGER_DATA_DIR: forged });
    expect([code, told[0]]).toEqual([
      1,
      expect.stringContaining('the newest kept checkpoint (size 62) is not signed by a key of the log'),
    ]);
    const rotated = copyOf(kept, at('rotated'));
    await ledger(['key', 'rotate'], { LEDGER_DATA_DIR: rotated });
    writeFileSync(join(rotated, 'log-key'), readFileSync(join(kept, 'log-key')));
    const old = await ledger(['export', '--out', at('none.ndjson')], { LEDGER_DATA_DIR: rotated });
    expect([old.code, old.told[0]]).toEqual([2, expect.stringContaining('Put the key of the log there first')]);
  });

  it('say what they are on the last line with --json, and never between their own lines', async () => {
    const out = at('told.ndjson');
    const { code, said } = await ledger(['export', '--out', out, '--json'], { LEDGER_DATA_DIR: kept });
    expect([code, JSON.parse(said.at(-1)!)]).toEqual([0, { ok: true, size: 62, root, out }]);
    expect((await ledger(['export', '--out', '-', '--json'], { LEDGER_DATA_DIR: kept })).code).toBe(2);
  });

  it('hold by themselves', async () => {
    const { code, verdict } = await verified('--file', file, '--key', key);
    expect([code, verdict]).toEqual([0, expect.objectContaining({ ok: true, size: 62, root, problem: null })]);
  });

  it('whose first line says another size do not hold, and no event is called wrong', async () => {
    const [first, ...rest] = lines();
    const { code, verdict } = await verified(
      '--file',
      written('size.ndjson', [first!.replace('"size":62', '"size":10'), ...rest]),
      '--key',
      key,
    );
    expect([code, verdict.problem, verdict.first]).toEqual([1, 'signature', null]);
    expect(verdict.detail).toContain('says 10 events, and its checkpoint 62');
  });

  const spoilt: [string, (all: string[]) => string[], string, number | null][] = [
    ['a changed figure', (all) => all.with(9, all[9]!.replace(/"exactly":\d+/, '"exactly":99')), 'altered', null],
    ['a line removed', (all) => all.toSpliced(30, 1), 'removed', 29],
    ['a line said twice', (all) => all.toSpliced(30, 0, all[30]!), 'inserted', 30],
    ['two lines swapped', (all) => all.with(5, all[40]!).with(40, all[5]!), 'reordered', 4],
    ['the last lines gone', (all) => all.slice(0, 50), 'truncated', 49],
    [
      'a last line that was never signed',
      (all) => [...all.slice(0, -1), all[5]!.replace('"leafIndex":4', '"leafIndex":62'), ''],
      'inserted',
      62,
    ],
    ['a key said twice', (all) => all.with(9, all[9]!.replace('"data":{', '"data":{"mandateId":"x",')), 'altered', 8],
    ['another index', (all) => all.with(9, all[9]!.replace('"leafIndex":8', '"leafIndex":7')), 'altered', 8],
    ['a line that is not UTF-8', (all) => all.with(9, '\ud800'), 'altered', 8],
  ];
  it.each(spoilt)('with %s do not hold, and a good one tells which event', async (name, change, problem, leafIndex) => {
    const bad = written('bad.ndjson', change(lines()));
    const alone = await verified('--file', bad, '--key', key);
    expect([name, alone.code, alone.verdict.ok]).toEqual([name, 1, false]);
    const { code, verdict } = await verified('--file', bad, '--key', key, '--against', file);
    expect([code, verdict.problem]).toEqual([1, problem]);
    if (leafIndex !== null) expect(verdict.first?.leafIndex).toBe(leafIndex);
    else
      expect(verdict.first).toMatchObject({
        leafIndex: 8,
        id: log[8]!.id,
        stream: log[8]!.stream,
        revision: log[8]!.revision,
      });
    const refused = await ledger(['import', bad], { LEDGER_DATA_DIR: at('refusing') });
    expect([refused.code, refused.told[0]]).toEqual([1, expect.stringMatching(/^Nothing was stored/)]);
    expect(existsSync(at('refusing'))).toBe(false);
  });

  it('of another key or an origin that is not known do not hold', async () => {
    const other = signerKey(ORIGIN, Buffer.alloc(32, 8));
    const [, ...rest] = lines();
    const forged = written('forged.ndjson', [
      JSON.stringify({ ledgerExport: 1, size: 62, checkpoint: noteOf(hashesOf(log), other) }),
      ...rest,
    ]);
    const { code, verdict } = await verified('--file', forged, '--key', key);
    expect([code, verdict.problem, verdict.signer]).toEqual([1, 'signature', null]);
    expect((await ledger(['import', forged, '--key', key], { LEDGER_DATA_DIR: at('refusing') })).code).toBe(1);
  });

  it('go into EventStoreDB and back into a file with the same root, events and revisions', async () => {
    const double = await startDouble();
    try {
      const there = await ledger(['import', file, '--key', key], {
        LEDGER_STORE: double.connectionString,
        LEDGER_DATA_DIR: at('there'),
      });
      expect([there.code, there.said[1], there.said.at(-1)]).toEqual([
        0,
        `root    ${root}, read back from the store`,
        'SAME. The store holds what was exported.',
      ]);
      const env = { LEDGER_STORE: double.connectionString, LEDGER_DATA_DIR: kept };
      const inEventStoreDb = await ledger(['verify', '--key', key, '--json'], env);
      expect(JSON.parse(inEventStoreDb.said.at(-1)!)).toMatchObject({ ok: true, size: 62, root });
      expect((await ledger(['export', '--out', at('again.ndjson')], env)).code).toBe(0);
      const back = await ledger(['import', at('again.ndjson'), '--key', key], { LEDGER_DATA_DIR: at('back') });
      expect([back.code, back.said[1]]).toEqual([0, `root    ${root}, read back from the store`]);
      expect(await storedIn('back')).toEqual(linesOf(log));
    } finally {
      await double.close();
    }
  });

  it('that broke off are gone on with, and what is whole is found whole', async () => {
    const broken = { LEDGER_DATA_DIR: at('broken') };
    const half = openSqliteEventLog(join(at('broken'), 'events.db'));
    for (const { id, stream, revision, type, data, metadata } of log.slice(0, 20))
      await half.append(stream, [{ id, type, data, metadata }], revision === 0 ? 'none' : revision - 1);
    await half.close();
    const on = await ledger(['import', file], broken);
    expect([on.code, on.told, on.said.at(-1)]).toEqual([
      0,
      ['The first 20 events are stored already, by an import that broke off; going on.'],
      'SAME. The store holds what was exported.',
    ]);
    expect(await storedIn('broken')).toEqual(linesOf(log));
    expect((await ledger(['import', file], broken)).code).toBe(0);
  });

  it('that break off where the store refuses one event for a while leave no hole, and are gone on with', async () => {
    const hindered = { LEDGER_DATA_DIR: at('hindered') };
    await openSqliteEventLog(join(at('hindered'), 'events.db')).close();
    const exec = (sql: string): void => {
      const db = new Libsql(join(at('hindered'), 'events.db'));
      db.exec(sql);
      db.close();
    };
    exec(
      `CREATE TRIGGER refuse BEFORE INSERT ON event WHEN NEW.id = '${log[5]!.id}' BEGIN SELECT RAISE(ABORT, 'no ` +
        "room left'); END",
    );
    const { code, told } = await ledger(['import', file], hindered);
    expect([code, told.at(-1)]).toEqual([2, expect.stringContaining('no room left')]);
    exec('DROP TRIGGER refuse');
    const on = await ledger(['import', file], hindered);
    expect([on.code, on.told]).toEqual([0, []]);
    expect(await storedIn('hindered')).toEqual(linesOf(log));
  });

  it('are refused by a store that holds anything else', async () => {
    const full = { LEDGER_DATA_DIR: at('full') };
    const other = openSqliteEventLog(join(at('full'), 'events.db'));
    await other.append('mandate-other', [{ id: log[0]!.id, type: 'StudyOpened', data: {}, metadata: {} }], 'none');
    await other.close();
    const { code, told } = await ledger(['import', file], full);
    expect([code, told[0]]).toEqual([2, expect.stringContaining('The store is not empty')]);
    expect(await eventsIn(join(at('full'), 'events.db'))).toHaveLength(1);
  });

  it('are refused while a server has the store', async () => {
    const running = openSqliteEventLog(join(at('running'), 'events.db'));
    const { code, told } = await ledger(['import', file], { LEDGER_DATA_DIR: at('running') });
    await running.close();
    expect([code, told[0]]).toEqual([2, expect.stringContaining('in use by another ledger process')]);
  });
});
