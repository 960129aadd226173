/** Backups are whole while somebody writes, verified when they are made and before they are put back, and change nothing where they do not hold. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v5 } from 'uuid';
import type { RecordedEvent } from '#event-log/event-log.js';
import { openSqliteEventLog } from '#event-log/sqlite/sqlite-event-log.js';
import { leafText } from '#transparency/leaf.js';
import { temporaryFolder } from '../temporary-folder.js';
import { ledger, verified } from './commands.js';
import { copyOf, eventsIn, makeLedger, tamper } from './kept-ledger.js';

describe('backups', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const kept = at('kept');
  const key = join(kept, 'key.txt');
  let log: RecordedEvent[];
  beforeAll(async () => {
    log = await makeLedger(kept, 31, [20, 60]);
    const { code, said } = await ledger(['backup', '--out', at('backup')], { LEDGER_DATA_DIR: kept });
    expect([code, said[0]]).toEqual([0, expect.stringMatching(/^Backed up 62 events, root .{44}, to /)]);
  });
  afterAll(() => folder.remove());
  const textsIn = async (data: string): Promise<string[]> => (await eventsIn(join(data, 'events.db'))).map(leafText);

  it('hold the log, its checkpoints and its key, readable by their owner alone', async () => {
    expect(readdirSync(at('backup')).sort()).toEqual(['backup.json', 'checkpoint.txt', 'checkpoints.db', 'events.db', 'log-key']);
    expect(statSync(at('backup')).mode & 0o777).toBe(0o700);
    expect(statSync(join(at('backup'), 'log-key')).mode & 0o777).toBe(0o600);
    expect(await textsIn(at('backup'))).toEqual(log.map(leafText));
    const { code, verdict } = await verified('--dir', at('backup'), '--key', key, '--checkpoint', join(at('backup'), 'checkpoint.txt'));
    expect([code, verdict.size]).toEqual([0, 62]);
    expect(readdirSync(folder.path).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('are whole while somebody writes', async () => {
    const busy = copyOf(kept, at('busy'));
    const writing = openSqliteEventLog(join(busy, 'events.db'));
    let going = true;
    let written = 0;
    const writes = (async () => {
      for (; going; written++)
        await writing.append('mandate-busy', [{ id: v5(`${written}`, v5.URL), type: 'RightReserved', data: {}, metadata: {} }], 'any');
    })();
    const { code } = await ledger(['backup', '--out', at('busy-backup')], { LEDGER_DATA_DIR: busy });
    going = false;
    await writes;
    await writing.close();
    expect(code).toBe(0);
    const copied = await textsIn(at('busy-backup'));
    expect(copied).toEqual((await textsIn(busy)).slice(0, copied.length));
    expect(copied.length).toBeGreaterThanOrEqual(62);
  });

  it('are not made of a log that is not what was signed', async () => {
    const spoilt = copyOf(kept, at('spoilt'));
    tamper(spoilt, (db) => db.exec(`UPDATE event SET metadata = '{}' WHERE position = 5`));
    const { code, told } = await ledger(['backup', '--out', at('none')], { LEDGER_DATA_DIR: spoilt });
    expect([code, told[0]]).toEqual([1, expect.stringContaining('No backup was made')]);
    expect(existsSync(at('none'))).toBe(false);
  });

  it('are not written over anything', async () => {
    const { code, told } = await ledger(['backup', '--out', at('backup')], { LEDGER_DATA_DIR: kept });
    expect([code, told[0]]).toEqual([2, expect.stringContaining('is not empty')]);
  });

  it('are put back into an empty folder, event for event, with checkpoints and key', async () => {
    const { code, said } = await ledger(['restore', at('backup'), '--key', key], { LEDGER_DATA_DIR: at('back') });
    expect([code, said.at(-1)]).toEqual([0, expect.stringMatching(/^Restored 62 events/)]);
    expect(await textsIn(at('back'))).toEqual(log.map(leafText));
    expect(readFileSync(join(at('back'), 'log-key'), 'utf8')).toBe(readFileSync(join(kept, 'log-key'), 'utf8'));
    expect((await verified('--dir', at('back'), '--key', key)).verdict).toMatchObject({ ok: true, size: 62 });
    const grown = openSqliteEventLog(join(at('back'), 'events.db'));
    await grown.append('mandate-new', [{ id: v5('new', v5.URL), type: 'RightReserved', data: {}, metadata: {} }], 'none');
    await grown.close();
    expect((await verified('--dir', at('back'), '--key', key)).verdict).toMatchObject({ ok: true, size: 63 });
  });

  it('take the place of a log with --force alone, which is moved aside, damaged or not', async () => {
    const used = copyOf(kept, at('used'));
    writeFileSync(join(used, 'events.db'), 'damaged');
    const env = { LEDGER_DATA_DIR: used };
    const refused = await ledger(['restore', at('backup'), '--key', key], env);
    expect([refused.code, refused.told[0]]).toEqual([2, expect.stringContaining('is there already')]);
    expect(existsSync(join(used, 'views.db'))).toBe(true);
    const { code, said } = await ledger(['restore', at('backup'), '--key', key, '--force'], env);
    expect(code).toBe(0);
    const aside = /^What was there is in (.*)\.$/.exec(said[0]!)![1]!;
    expect(readFileSync(join(aside, 'events.db'), 'utf8')).toBe('damaged');
    expect(readdirSync(aside)).toEqual(expect.arrayContaining(['checkpoints.db', 'events.db', 'log-key']));
    expect(existsSync(join(used, 'views.db'))).toBe(false);
    expect(await textsIn(used)).toEqual(log.map(leafText));
  });

  it('are not put back while a server has the log', async () => {
    const used = copyOf(kept, at('served'));
    const serving = openSqliteEventLog(join(used, 'events.db'));
    const { code, told } = await ledger(['restore', at('backup'), '--key', key, '--force'], { LEDGER_DATA_DIR: used });
    await serving.close();
    expect([code, told[0]]).toEqual([2, expect.stringContaining('in use by another ledger process')]);
  });

  const spoils: [string, (backup: string) => void][] = [
    ['its log altered', (backup) => tamper(backup, (db) => db.exec(`UPDATE event SET metadata = '{}' WHERE position = 5`))],
    ['a file gone', (backup) => rmSync(join(backup, 'checkpoints.db'))],
    ['its checkpoint of another log', (backup) => writeFileSync(join(backup, 'checkpoint.txt'), 'x')],
  ];
  it.each(spoils)('with %s are not put back', async (name, spoil) => {
    const backup = copyOf(at('backup'), at(name));
    spoil(backup);
    const { code, told } = await ledger(['restore', backup, '--key', key], { LEDGER_DATA_DIR: at('not') });
    expect([code, told[0]]).toEqual([1, expect.stringMatching(/^Nothing was restored/)]);
    expect(existsSync(at('not'))).toBe(false);
  });

  it('whose manifest was made to fit an altered log are not put back either', async () => {
    const backup = copyOf(at('backup'), at('forged'));
    tamper(backup, (db) => db.exec(`UPDATE event SET metadata = '{}' WHERE position = 5`));
    const manifest = JSON.parse(readFileSync(join(backup, 'backup.json'), 'utf8')) as { files: Record<string, string> };
    delete manifest.files['events.db'];
    writeFileSync(join(backup, 'backup.json'), JSON.stringify(manifest));
    const { code, told } = await ledger(['restore', backup, '--key', key], { LEDGER_DATA_DIR: at('not') });
    expect([code, told[0]]).toEqual([1, expect.stringContaining('does not fit')]);
  });
});
