/** `ledger` as its own process beside a server with the letter: what it prints, and how it ends. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ledger } from '../e2e/ledger.js';
import { openLedger } from '../e2e/hosted.js';
import { expectGolden } from '../golden.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Verdict } from '../../apps/cli/src/verify/verification.js';
import { copyOf, eventsIn, makeLedger, tamper } from './kept-ledger.js';
import { MANIPULATIONS } from './manipulations.js';

const PROGRAM = fileURLToPath(new URL('../../apps/cli/src/run.js', import.meta.url));

function ledger(
  args: readonly string[],
  env: Record<string, string> = {},
): { code: number | null; out: string; err: string } {
  const { PATH = '' } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    env: { PATH, ...env },
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

describe('the ledger command', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  let server: Ledger;
  let env: Record<string, string>;
  /** Replaces what differs in every run: the folders, roots, keys and times. */
  const steady = (text: string): string =>
    text
      .replaceAll(server.dataDir, 'DATA')
      .replaceAll(folder.path, 'FOLDER')
      .replace(/[A-Za-z0-9+/]{43}=/g, 'ROOT')
      .replace(/mandate-ledger\.example\/[0-9a-f]{8}\+[0-9a-f]{8}/g, 'NAME+ID')
      .replace(/recorded \d{4}-\d{2}-\d{2}/g, 'recorded TODAY');

  beforeAll(async () => {
    server = await openLedger();
    env = { LEDGER_DATA_DIR: server.dataDir };
    await server.send('POST', '/v1/decisions/kst-29521-446-eumm-georgia/corrections', {
      decisionId: 'test-correction',
      reason: 'The letter says sixteen.',
      replacement: { effects: [{ type: 'increase', from: { exactly: 10 }, to: { exactly: 16 } }] },
    });
    await server.send('POST', '/v1/decisions/test-correction/annulment', {
      decisionId: 'test-annulment',
      reason: 'It says fifteen.',
    });
    writeFileSync(at('ledger.key'), ledger(['key', 'show'], env).out);
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  it('prints the key that checkpoints are verified with, and no secret', () => {
    expect(readFileSync(at('ledger.key'), 'utf8')).toMatch(
      /^mandate-ledger\.example\/[0-9a-f]{8}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44}\n$/,
    );
  });

  it('replays the letter and its repairs as a timeline, plain in a pipe', () => {
    const { code, out, err } = ledger(['replay'], env);
    expect([code, err]).toEqual([0, '']);
    expectGolden('letter-replay.txt', steady(out));
    expect(ledger(['replay', 'eumm-georgia'], env).out).toBe(
      out
        .split('\n')
        .filter((line) => line.includes('  eumm-georgia@'))
        .map((line) => `${line}\n`)
        .join(''),
    );
  });

  it('replays up to a day, a revision and a position', () => {
    const lines = (...args: string[]): { decisionId: string; state: { strength: object } | null }[] =>
      ledger(['replay', 'eumm-georgia', '--ndjson', ...args], env)
        .out.trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { decisionId: string; state: { strength: object } });
    const strengths = (...args: string[]): unknown[] => lines(...args).map(({ state }) => state!.strength);
    const held = (n: number): object => expect.objectContaining({ minimum: n, maximum: n }) as object;
    expect(strengths()).toEqual([held(10), held(15), held(16), held(15)]);
    expect(strengths('--until', '2022-06-16')).toEqual([held(10)]);
    expect(strengths('--revision', '0')).toEqual([held(10)]);
    // half of a decision: extended, and not yet raised
    expect(strengths('--revision', '1')).toEqual([held(10), held(10)]);
    expect(strengths('--position', '117')).toEqual([held(10), held(15), held(16)]);
  });

  it.each([
    [['replay', 'nowhere'], 'The log has no mandate nowhere.'],
    [['replay', '--revision', '3'], '--revision counts the events of one mandate'],
    [['replay', '--until', '2022-02-30'], 'it must be a day'],
    [['replay', '--position', 'x'], '--position is "x"'],
    [['verify'], "required option '--key <file>' not specified"],
    [['verify', '--key', 'no-such-file'], 'no-such-file, which is to be the key of the log, cannot be read'],
    [['verify', '--key', 'x', '--jsno'], '(Did you mean --json?)'],
    [['verfy'], '(Did you mean verify?)'],
    [['verify', 'x', '--key', 'x'], 'too many arguments'],
    [['import', 'no-such-file'], 'no-such-file cannot be read'],
    [['export', '--out', '/no/such/folder/file'], 'cannot be written'],
  ])('could not run %j, and says why', (args, why) => {
    const { code, err } = ledger(args, env);
    expect([code, err]).toEqual([2, expect.stringContaining(why)]);
  });

  it.each([
    ['--help'],
    ['verify', '--help'],
    ['export', '--help'],
    ['import', '--help'],
    ['replay', '--help'],
    ['key', 'show', '--help'],
  ])('teaches with %s %s %s', (...args: string[]) => {
    const { code, out } = ledger(args);
    expect(code).toBe(0);
    expect(out).toContain(
      'Exit code: 0 it holds, or is done; 1 it does not hold, or a line of an import was refused; 2 the command ' +
        'could not run.',
    );
    if (args.length > 1) expect(out).toContain('Examples:\n  ');
  });

  it('exports beside the server, verifies the store and the export, and says what holds', () => {
    const exported = ledger(['export', '--out', at('ledger.ndjson')], env);
    expect([exported.code, exported.out, steady(exported.err)]).toEqual([
      0,
      '',
      'Exported 118 events, root ROOT, to FOLDER/ledger.ndjson.\n',
    ]);
    const [first] = readFileSync(at('ledger.ndjson'), 'utf8').split('\n', 1);
    writeFileSync(at('checkpoint.txt'), (JSON.parse(first!) as { checkpoint: string }).checkpoint);
    const key = ['--key', at('ledger.key')];
    const store = ledger(['verify', ...key, '--checkpoint', at('checkpoint.txt')], env);
    const file = ledger(['verify', ...key, '--file', at('ledger.ndjson')]);
    const json = ledger(['verify', ...key, '--file', at('ledger.ndjson'), '--json']);
    expect([store.code, file.code, json.code, store.err, file.err]).toEqual([0, 0, 0, '', '']);
    expectGolden(
      'cli-verify.txt',
      steady(`${store.out.replace(/^checkpoint {2}\d+ more.*\n/m, '')}\n${file.out}\n${json.out}`),
    );
  });

  it('finds what was tampered with, names the event, and ends with 1', async () => {
    await makeLedger(at('kept'), 31, [20, 21, 62]);
    const log = await eventsIn(join(at('kept'), 'events.db'));
    let said = '';
    for (const name of Object.keys(MANIPULATIONS)) {
      const spoilt = copyOf(at('kept'), at('spoilt'));
      let leafIndex = -1;
      tamper(spoilt, (db) => void ({ leafIndex } = MANIPULATIONS[name]!(db, log, (below) => Math.floor(below * 0.6))));
      const { code, out, err } = ledger(['verify', '--dir', spoilt, '--key', join(at('kept'), 'key.txt'), '--json']);
      const verdict = JSON.parse(out.trimEnd().split('\n').at(-1)!) as Verdict;
      expect([name, code, err, verdict.ok, verdict.first!.leafIndex]).toEqual([name, 1, '', false, leafIndex]);
      said += `${name}\n  ${JSON.stringify(verdict.first)}\n  ${verdict.problem}: ${verdict.detail}\n`;
      if (name === 'one event removed')
        said += ledger(['verify', '--dir', spoilt, '--key', join(at('kept'), 'key.txt')]).out.replace(/^/gm, '  | ');
      rmSync(spoilt, { recursive: true });
    }
    expectGolden('cli-tampered.txt', steady(said));
  }, 60_000);

  it('records other lines through the server that is named, or in its own process', () => {
    const lines = at('lines.ndjson');
    writeFileSync(
      lines,
      [
        { documentId: 'kst-cli', title: 'A letter', date: '2023-03-01' },
        {
          decisionId: 'cli-unifil',
          mandateId: 'unifil',
          decidedOn: '2023-03-01',
          source: { documentId: 'kst-cli', locator: 'section 1' },
          effects: [{ type: 'reserve', right: 'To withdraw' }],
        },
      ]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
    const there = ledger(['import', lines, '--url', server.url], env);
    expect([there.code, there.out.split('\n').length, there.err]).toEqual([
      0,
      3,
      '2 recorded or there already, 0 refused.\n',
    ]);
    expect(ledger(['import', lines], env)).toMatchObject({
      code: 2,
      err: expect.stringContaining('in use by another ledger process') as string,
    });
    mkdirSync(at('own'));
    const alone = ledger(['import', lines], { LEDGER_DATA_DIR: at('own') });
    expect([alone.code, alone.err]).toEqual([0, expect.stringContaining('2 recorded or there already, 0 refused.')]);
    writeFileSync(lines, '{"documentId":"kst-cli"}\n');
    expect(ledger(['import', lines, '--url', server.url], env).code).toBe(1);
  });
});
