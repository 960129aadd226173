/**
 * Backups are whole while a process writes. They are verified when they are made and before they are restored. One that
 * does not hold changes nothing.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { v5 } from 'uuid';
import type { RecordedEvent } from '#event-log';
import { openSqliteEventLog } from '#event-log';
import { formatSignerKey, leafText, parseSignerKey } from '#transparency';
import { run } from '../../apps/cli/src/program.js';
import { temporaryFolder } from '../temporary-folder.js';
import { ledger, verified } from './commands.js';
import { ORIGIN, copyOf, eventsIn, hashesOf, makeLedger, noteOf, tamper } from './kept-ledger.js';

const WRITES = fileURLToPath(new URL('./writes.js', import.meta.url));
const OTHER_LINE = formatSignerKey(ORIGIN, Buffer.alloc(32, 8));
const OTHER = parseSignerKey(OTHER_LINE);

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
    expect(readdirSync(at('backup')).sort()).toEqual([
      'backup.json',
      'checkpoint.txt',
      'checkpoints.db',
      'events.db',
      'log-key',
    ]);
    expect(statSync(at('backup')).mode & 0o777).toBe(0o700);
    expect(statSync(join(at('backup'), 'log-key')).mode & 0o777).toBe(0o600);
    expect(await textsIn(at('backup'))).toEqual(log.map(leafText));
    const { code, verdict } = await verified('--dir', at('backup'), '--key', key);
    // by checkpoint.txt only: the kept checkpoint is of 60
    expect([code, verdict.detail]).toEqual([0, 'All 62 events are those that were signed.']);
    writeFileSync(join(copyOf(at('backup'), at('signed-else')), 'checkpoint.txt'), noteOf(hashesOf(log), OTHER));
    expect((await verified('--dir', at('signed-else'), '--key', key)).verdict.problem).toBe('signature');
    expect(readdirSync(folder.path).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('are whole while another process writes, and have what was acknowledged before', async () => {
    const busy = copyOf(kept, at('busy'));
    const writer = spawn(process.execPath, [WRITES, join(busy, 'events.db')], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(writer, 'exit');
    const lines = createInterface(writer.stdout);
    let acknowledged = 0;
    lines.on('line', (line) => (acknowledged = Number(line)));
    while (acknowledged < 50) await once(lines, 'line');
    const before = acknowledged;
    const { code } = await ledger(['backup', '--out', at('busy-backup')], { LEDGER_DATA_DIR: busy });
    writer.stdin.end();
    expect([code, await ended]).toEqual([0, [0, null]]);
    const copied = await textsIn(at('busy-backup'));
    expect(copied).toEqual((await textsIn(busy)).slice(0, copied.length));
    expect(copied.length).toBeGreaterThanOrEqual(62 + before);
  });

  it('are not made of a log that is not what was signed', async () => {
    const spoilt = copyOf(kept, at('spoilt'));
    tamper(spoilt, (db) => db.exec(`UPDATE event SET metadata = '{}' WHERE position = 5`));
    const { code, told } = await ledger(['backup', '--out', at('none')], { LEDGER_DATA_DIR: spoilt });
    expect([code, told[0]]).toEqual([1, expect.stringContaining('No backup was made: event 4 (')]);
    expect(existsSync(at('none'))).toBe(false);
    rmSync(join(spoilt, 'checkpoints.db'));
    const unsigned = await ledger(['backup', '--out', at('none'), '--json'], { LEDGER_DATA_DIR: spoilt });
    expect([unsigned.code, JSON.parse(unsigned.said.at(-1)!)]).toEqual([
      1,
      expect.objectContaining({
        ok: false,
        problem: 'altered',
        first: expect.objectContaining({ leafIndex: 4, id: log[4]!.id }) as object,
      }),
    ]);
  });

  it('are not signed where neither checkpoints nor views say what the log was, nor where it is empty', async () => {
    const bare = copyOf(kept, at('bare'));
    for (const name of ['views.db', 'checkpoints.db']) rmSync(join(bare, name));
    const { code, told } = await ledger(['backup', '--out', at('none')], { LEDGER_DATA_DIR: bare });
    expect([code, told[0]]).toEqual([
      2,
      expect.stringContaining('62 events of the log are in no kept checkpoint, and there are no views'),
    ]);
    await makeLedger(at('empty'), 0, []);
    const empty = await ledger(['backup', '--out', at('none')], { LEDGER_DATA_DIR: at('empty') });
    expect([empty.code, empty.told[0]]).toEqual([2, expect.stringContaining('The log is empty')]);
    expect(existsSync(at('none'))).toBe(false);
  });

  it('are not signed with a key that the log says was changed, and a record of that which was altered is found', async () => {
    const rotated = copyOf(kept, at('rotated'));
    await ledger(['key', 'rotate'], { LEDGER_DATA_DIR: rotated });
    const newKey = readFileSync(join(rotated, 'log-key'));
    writeFileSync(join(rotated, 'log-key'), readFileSync(join(kept, 'log-key')));
    const old = await ledger(['backup', '--out', at('none')], { LEDGER_DATA_DIR: rotated });
    expect([old.code, old.told[0]]).toEqual([2, expect.stringContaining('Put the key of the log there first')]);
    writeFileSync(join(rotated, 'log-key'), newKey);
    tamper(rotated, (db) => db.exec(`UPDATE event SET data = CAST(x'7bff7d' AS TEXT) WHERE type = 'LogKeyRotated'`));
    const altered = await ledger(['backup', '--out', at('none')], { LEDGER_DATA_DIR: rotated });
    expect([altered.code, altered.told[0]]).toEqual([1, expect.stringContaining('event 62 cannot be read')]);
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
    await grown.append(
      'mandate-new',
      [{ id: v5('new', v5.URL), type: 'RightReserved', data: {}, metadata: {} }],
      'none',
    );
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
    expect(readdirSync(aside).filter((name) => !/-(wal|shm)$/.test(name))).toEqual([
      'checkpoints.db',
      'events.db',
      'views.db',
    ]); // the key is the same
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

  /** Forges a backup like somebody who knows that there is a manifest. */
  function forgeManifest(backup: string): void {
    const path = join(backup, 'backup.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as { files: Record<string, string> };
    for (const name of Object.keys(manifest.files))
      if (existsSync(join(backup, name)))
        manifest.files[name] = createHash('sha256')
          .update(readFileSync(join(backup, name)))
          .digest('hex');
    writeFileSync(path, JSON.stringify(manifest));
  }
  const append = (backup: string): void =>
    tamper(backup, (db) =>
      db.exec(`INSERT INTO event VALUES (63, '${v5('more', v5.URL)}', 'mandate-more', 0, 'RightReserved', '{}', '{}')`),
    );
  const alter = (backup: string): void =>
    tamper(backup, (db) => db.exec(`UPDATE event SET metadata = '{}' WHERE position = 5`));
  const spoils: [string, (backup: string) => void, string][] = [
    ['its log altered', alter, 'events.db in it: not what was backed up'],
    ['a file gone', (backup) => rmSync(join(backup, 'checkpoints.db')), 'checkpoints.db in it'],
    [
      'its checkpoint of another log',
      (backup) => writeFileSync(join(backup, 'checkpoint.txt'), 'x'),
      'checkpoint.txt in it',
    ],
    [
      'its log altered, and a manifest that says so',
      (backup) => {
        alter(backup);
        forgeManifest(backup);
      },
      'does not fit',
    ],
    [
      'an event that nobody signed',
      (backup) => {
        append(backup);
        forgeManifest(backup);
      },
      'event 62 stands after the 62 that were signed',
    ],
    [
      'a checkpoint that another key signed',
      (backup) => {
        writeFileSync(join(backup, 'checkpoint.txt'), noteOf(hashesOf(log), OTHER));
        forgeManifest(backup);
      },
      'is not signed by a key in',
    ],
    [
      'another secret key',
      (backup) => {
        writeFileSync(join(backup, 'log-key'), OTHER_LINE);
        forgeManifest(backup);
      },
      `its log-key is that of ${OTHER.verifier.name}+${OTHER.verifier.id}`,
    ],
    [
      'a secret key that is none',
      (backup) => {
        writeFileSync(join(backup, 'log-key'), 'x');
        forgeManifest(backup);
      },
      'its log-key is no key of a log',
    ],
    [
      'a file that the manifest does not list',
      (backup) => {
        const path = join(backup, 'backup.json');
        const manifest = JSON.parse(readFileSync(path, 'utf8')) as { files: Record<string, string> };
        delete manifest.files['log-key'];
        writeFileSync(path, JSON.stringify(manifest));
      },
      'log-key in it',
    ],
    [
      'something that SQLite would read along',
      (backup) => writeFileSync(join(backup, 'events.db-wal'), 'x'),
      'events.db-wal in it',
    ],
  ];
  it.each(spoils)('with %s are not put back', async (name, spoil, why) => {
    const backup = copyOf(at('backup'), at(name));
    spoil(backup);
    const { code, told } = await ledger(['restore', backup, '--key', key], { LEDGER_DATA_DIR: at('not') });
    expect([code, told[0]]).toEqual([1, expect.stringMatching(/^Nothing was restored/)]);
    expect(told[0]!.toLowerCase()).toContain(why.toLowerCase());
    expect(existsSync(at('not'))).toBe(false);
  });

  it('leave a key that is the same where it is, whatever file system that is on', async () => {
    mkdirSync(at('keys'));
    writeFileSync(at('keys/log-key'), readFileSync(join(kept, 'log-key')));
    const { ino } = statSync(at('keys/log-key'));
    const env = { LEDGER_DATA_DIR: at('beside-keys'), LEDGER_LOG_KEY: at('keys/log-key') };
    const { code, said } = await ledger(['restore', at('backup'), '--key', key, '--json'], env);
    expect([code, JSON.parse(said.at(-1)!)]).toEqual([
      0,
      expect.objectContaining({ ok: true, size: 62, dataDir: at('beside-keys'), aside: null, warning: null }),
    ]);
    expect([statSync(at('keys/log-key')).ino, readdirSync(at('keys'))]).toEqual([ino, ['log-key']]);
  });

  it('change nothing where a file cannot be moved', async () => {
    const used = copyOf(kept, at('unmoved'));
    mkdirSync(at('unmoved-keys'));
    writeFileSync(at('unmoved-keys/log-key'), OTHER_LINE);
    // without the files that a reader may leave behind
    const files = (): string[] => readdirSync(used).filter((name) => !/\.lock$|-wal$|-shm$/.test(name));
    const before = files();
    if (!existsSync('/proc/version')) return; // the views have to be in a folder where nobody can make another
    const env = {
      LEDGER_DATA_DIR: used,
      LEDGER_LOG_KEY: at('unmoved-keys/log-key'),
      LEDGER_READ_MODEL: '/proc/version',
    };
    const { code, told } = await ledger(['restore', at('backup'), '--key', key, '--force'], env);
    expect([code, told[0]]).toEqual([2, expect.stringContaining('All is where it was.')]);
    expect([files(), readdirSync(at('unmoved-keys'))]).toEqual([before, ['log-key']]);
    expect(readFileSync(at('unmoved-keys/log-key'), 'utf8')).toBe(OTHER_LINE);
  });

  it('say so where checkpoints were signed of more events than they have', async () => {
    await makeLedger(at('older'), 10, [20]);
    await ledger(['backup', '--out', at('older-backup')], { LEDGER_DATA_DIR: at('older') });
    const env = { LEDGER_DATA_DIR: copyOf(kept, at('newer')) };
    const further = 'Checkpoints of up to 60 events were signed of the log that was there, and the backup has 20';
    const refused = await ledger(['restore', at('older-backup'), '--key', key], env);
    expect([refused.code, refused.told[0]]).toEqual([2, expect.stringContaining(further)]);
    const { code, told } = await ledger(['restore', at('older-backup'), '--key', key, '--force'], env);
    expect([code, told[0]]).toEqual([0, expect.stringContaining(further)]);
    expect(told[0]).toContain('the log then gets a new name and a new key');
  });

  it('are put back while nobody can open the log to write', async () => {
    const env = { LEDGER_DATA_DIR: at('locked') };
    const tried: unknown[] = [];
    const say = (): void => {
      try {
        openSqliteEventLog(join(env.LEDGER_DATA_DIR, 'events.db'));
      } catch (error) {
        tried.push(error);
      }
    };
    const code = await run(['restore', at('backup'), '--key', key], {
      env,
      say,
      write: say,
      tell: say,
      colours: false,
    });
    expect([code, tried]).toEqual([
      0,
      [expect.objectContaining({ message: expect.stringContaining('in use by another') as string })],
    ]);
    await openSqliteEventLog(join(env.LEDGER_DATA_DIR, 'events.db')).close();
  });

  it('say in one sentence that they cannot be written', async () => {
    const { code, told } = await ledger(['backup', '--out', join(key, 'backup')], { LEDGER_DATA_DIR: kept });
    expect([code, told]).toEqual([
      2,
      [expect.stringMatching(/^ledger: No backup was made\. The system refused \(ENOTDIR/)],
    ]);
    const restored = await ledger(['restore', at('backup'), '--key', key], {
      LEDGER_DATA_DIR: at('file'),
      LEDGER_LOG_KEY: join(key, 'log-key'),
    });
    expect([restored.code, restored.told]).toEqual([
      2,
      [expect.stringMatching(/^ledger: Nothing was restored\. The system refused \(E\w+: /)],
    ]);
    expect(readdirSync(at('file')).filter((name) => !name.endsWith('.lock'))).toEqual([]);
  });
});
