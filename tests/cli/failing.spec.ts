/** A sentence tells what went wrong around a command. With JSON, the last line of the output tells it too. */
import Libsql from 'libsql';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wordsOf } from '../../apps/cli/src/could-not-run.js';
import { temporaryFolder } from '../temporary-folder.js';
import { ledger } from './commands.js';
import type { RawDatabase } from './kept-ledger.js';
import { copyOf, makeLedger, tamper } from './kept-ledger.js';
import { PROGRAM } from './program.js';

describe('a command that could not run', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  beforeAll(async () => {
    await makeLedger(at('kept'), 3, [6]);
    writeFileSync(at('file'), 'no folder\n');
    writeFileSync(at('lines.ndjson'), '{"documentId":"kst-x","title":"A letter","date":"2023-03-01"}\n');
    tamper(copyOf(at('kept'), at('dropped')), (db) => db.exec('DROP TABLE event'));
    mkdirSync(at('spoilt'));
    writeFileSync(join(at('spoilt'), 'checkpoints.db'), 'somebody’s own text '.repeat(500));
  });
  afterAll(() => folder.remove());

  it.each([
    ['a table that was dropped', ['replay'], 'dropped', /no such table: event/],
    ['a table that was dropped', ['key', 'show'], 'dropped', /no such table: event/],
    ['a file in the place of the data folder', ['token', 'create', 'clerk-a'], 'file', /file already exists, mkdir/],
    ['kept checkpoints that are none', ['import', 'lines.ndjson'], 'spoilt', /checkpoints\.db/],
  ])('for %s tells it in one sentence: %j', async (_, [command, ...args], data, why) => {
    const given = args.map((arg) => (existsSync(at(arg)) ? at(arg) : arg));
    const { code, told } = await ledger([command!, ...given], { LEDGER_DATA_DIR: at(data) });
    expect([code, told]).toEqual([2, [expect.stringMatching(/^ledger: [^\n]+$/)]]);
    expect(told[0]).toMatch(why);
  });

  it('words what SQLite refuses', () => {
    const refusal = (work: (db: RawDatabase) => void): unknown => {
      const db = new Libsql(':memory:');
      try {
        work(db);
      } catch (error) {
        return error;
      } finally {
        db.close();
      }
      throw new Error('SQLite refused nothing');
    };
    const full = refusal((db) =>
      db.exec('PRAGMA max_page_count = 2; CREATE TABLE a (b); CREATE TABLE c (d); CREATE TABLE e (f);'),
    );
    expect(wordsOf(full)).toMatch(/^SQLite refused \(.*full.*\)\. Make room on that disk/);
    expect(wordsOf(refusal((db) => db.exec('SELECT 1 FROM event')))).toMatch(
      /^SQLite refused \(no such table: event\)\. ledger verify/,
    );
    expect(wordsOf(new TypeError('nobody thought of it'))).toBeNull();
  });

  const full = existsSync('/dev/full') ? it : it.skip;
  full('for a disk that is full tells it in one sentence', () => {
    const out = openSync('/dev/full', 'w');
    for (const args of [['replay'], ['replay', '--json']]) {
      const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
        env: { LEDGER_DATA_DIR: at('kept') },
        stdio: ['ignore', out, 'pipe'],
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([2, expect.stringMatching(/^ledger: .*no space left on device.*\n$/)]);
    }
    closeSync(out);
  });

  it.each([[['--help']], [['replay']]])('says nothing of a reader that has gone: %j', async (args) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      env: { LEDGER_DATA_DIR: at('kept') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    await once(child, 'close');
    expect([child.exitCode, said]).toEqual([2, '']);
  });

  it.each([
    [['replay', 'nowhere', '--json']],
    [['replay', '--ndjson', '--unknown']],
    [['import', 'no-such-file', '--json']],
    [['key', 'show', '--json']],
    [['key', 'rotate', '--json']],
    [['token', 'create', '--json', 'Clerk A']],
    [['token', 'revoke', '--json', 'nobody']],
    [['token', 'list', '--json']],
  ])('says so in the last line of JSON: %j', async (args) => {
    const { code, said } = await ledger(args, { LEDGER_DATA_DIR: at('none') });
    expect([code, JSON.parse(said.at(-1)!)]).toEqual([
      2,
      { ok: false, problem: 'could-not-run', detail: expect.any(String) as string },
    ]);
    expect((JSON.parse(said.at(-1)!) as { detail: string }).detail).not.toBe('');
  });

  it.each([[['--key', 'no-such-file']], [[]]])('verify %j says so in the form of its verdicts', async (args) => {
    const { code, said } = await ledger(['verify', '--json', ...args], { LEDGER_DATA_DIR: at('none') });
    expect([code, JSON.parse(said.at(-1)!)]).toEqual([
      2,
      {
        ok: false,
        size: 0,
        root: null,
        signer: null,
        problem: 'could-not-run',
        first: null,
        detail: expect.any(String) as string,
      },
    ]);
  });

  it('says nothing on standard output where no JSON was asked for', async () => {
    expect((await ledger(['replay', 'nowhere'], { LEDGER_DATA_DIR: at('kept') })).said).toEqual(['']);
  });
});
