/** The pages that show commands, run as they stand: each command gives the answer that is printed under it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Ledger } from './ledger.js';
import { eventually, startLedger } from './ledger.js';

const withCurl = spawnSync('curl', ['--version']).status === 0 ? it : it.skip;

/** Text without the keys, hashes and numbers that are others in each ledger. */
const shapeOf = (text: string): string =>
  text
    .replace(/[A-Za-z0-9+/=]{20,}/g, 'base64')
    .replace(/\b[0-9a-f]{8}\b/g, 'digits')
    .replace(/\b\d+\b/g, 'number');

/** @param pages in the order in which a reader takes them: a later one may rest on what an earlier one recorded */
function runsAsItStands(pages: readonly string[], leastSteps: number): void {
  const text = pages.map((page) => readFileSync(page, 'utf8')).join('\n');
  const blocks = [...text.matchAll(/```(\w+)\n(.*?)```/gs)].map(([, kind, block]) => ({ kind, text: block!.trim() }));
  /** Each command that is followed by its answer, in JSON or as a table. */
  const answered = (as: string) =>
    blocks.flatMap(({ kind, text: answer }, i) => {
      const command = blocks[i - 1];
      return kind === as && command?.kind === 'sh' && !/^(npm|docker) /.test(command.text)
        ? [[command.text, answer] as const]
        : [];
    });
  const steps = answered('json').map(([command, answer]) => [command, JSON.parse(answer) as object] as const);
  const tables = [...answered('csv'), ...answered('text')];
  const forms = answered('txt');

  describe(pages.join(' and '), () => {
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
      expect(steps.length).toBeGreaterThan(leastSteps);
      for (const [kind, found] of Object.entries({ json: steps, csv: answered('csv'), txt: forms }))
        expect([kind, text.match(new RegExp(`\`\`\`${kind}$`, 'gm'))?.length ?? 0]).toEqual([kind, found.length]);
    });

    withCurl.each(steps)('%s', async (command, answer) => {
      await eventually(
        async () => ((await ledger.get('/health/ready')).status === 200 ? 'ready' : 'not yet'),
        (said) => said === 'ready',
      );
      expect(run(command)).toMatchObject(answer);
    });

    if (tables.length > 0)
      withCurl.each(tables)('%s', (command, table) => {
        const said = say(command)
          .replace(/^\uFEFF/, '')
          .split(/\r?\n/);
        for (const line of table.split('\n')) expect(said).toContain(line);
      });

    if (forms.length > 0)
      withCurl.each(forms)('%s', (command, answer) => {
        expect(shapeOf(say(command).trim())).toEqual(shapeOf(answer));
      });

    withCurl('can be taken twice', () => {
      for (const [command, answer] of steps.filter(([each]) => /-X (PUT|POST)/.test(each)))
        expect(run(command)).toMatchObject(answer);
    });
  });
}

runsAsItStands(['README.md'], 4);
runsAsItStands(['docs/tour.md', 'docs/questions.md'], 20);
