/** The README's first tour, run as it stands: each command gives the answer that is printed under it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Ledger } from './ledger.js';
import { eventually, startLedger } from './ledger.js';

const README = readFileSync('README.md', 'utf8');
const tour = README.slice(README.indexOf('## A first tour'), README.indexOf('## How it works'));

const blocks = [...tour.matchAll(/```(\w+)\n(.*?)```/gs)].map(([, kind, text]) => ({ kind, text: text!.trim() }));
/** Each command that is followed by its answer, in JSON or as a table. */
const answered = (as: string) =>
  blocks.flatMap(({ kind, text }, i) => {
    const command = blocks[i - 1];
    return kind === as && command?.kind === 'sh' ? [[command.text, text] as const] : [];
  });
const steps = answered('json').map(([command, text]) => [command, JSON.parse(text) as object] as const);
const tables = [...answered('csv'), ...answered('text')];

const withCurl = spawnSync('curl', ['--version']).status === 0 ? it : it.skip;

describe('the first tour of the README', () => {
  let ledger: Ledger;
  beforeAll(async () => {
    ledger = await startLedger();
  });
  afterAll(() => ledger.stop());

  const say = (command: string): string => {
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, LEDGER: ledger.url, TOKEN: ledger.token, LEDGER_DATA_DIR: ledger.dataDir };
    const { stdout, stderr } = spawnSync('sh', ['-euc', command], { env, encoding: 'utf8' });
    if (stderr !== '') throw new Error(stderr);
    return stdout;
  };
  const run = (command: string): unknown => JSON.parse(say(command)) as unknown;

  it('has a command for everything that it says', () => {
    expect(steps.length).toBeGreaterThan(9);
    expect(tour.match(/```json/g)).toHaveLength(steps.length);
    expect(tour.match(/```(csv|text)/g)).toHaveLength(tables.length);
  });

  withCurl.each(steps)('%s', async (command, answer) => {
    await eventually(
      async () => ((await ledger.get('/health/ready')).status === 200 ? 'ready' : 'not yet'),
      (said) => said === 'ready',
    );
    const said = run(command);
    expect(said).toMatchObject(answer);
  });

  withCurl.each(tables)('%s', (command, table) => {
    const said = say(command)
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/);
    for (const line of table.split('\n')) expect(said).toContain(line);
  });

  withCurl('can be taken twice', () => {
    for (const [command, answer] of steps.filter(([each]) => /-X (PUT|POST)/.test(each)))
      expect(run(command)).toMatchObject(answer);
  });
});

describe('the README', () => {
  it('shows the two commands, and every setting that there is', () => {
    expect(README).toContain('npm ci && npm start');
    expect(README).toContain('npm ci && npm test');
    const config = readFileSync('apps/api/src/config.ts', 'utf8');
    for (const [, setting] of config.matchAll(/env\['(\w+)'\]/g)) expect(README).toContain(`| \`${setting}\``);
  });

  it('links to nothing that is not there', () => {
    for (const [, link] of README.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      expect(() => readFileSync(link!)).not.toThrow();
  });
});
