/**
 * Killed in the middle of everything: every acknowledged decision is there once, and the views go on without gap or
 * double.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteEventLog } from '#event-log';
import { collect } from '../contract/event-log.contract.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Ledger } from './ledger.js';
import { openLedger } from './hosted.js';
import { eventually, launch, startLedger } from './ledger.js';

const source = { documentId: 'kst-29521-446', locator: 'test' };
const MANDATES = ['untso', 'unifil', 'unsmil', 'eulpc', 'kosovo', 'ussc'];
const decision = (round: number, n: number) => ({
  decisionId: `r${round}-${n}`,
  mandateId: MANDATES[n % MANDATES.length]!,
  decidedOn: '2022-09-01',
  source,
  effects: [
    { type: 'reserve', right: `right ${n}` },
    { type: 'decline', subject: `request ${n}` },
  ],
});

async function storedIds(dataDir: string): Promise<Map<string, number>> {
  const log = openSqliteEventLog(join(dataDir, 'events.db'));
  const counts = new Map<string, number>();
  for (const { metadata } of await collect(log.readAll())) {
    const id = metadata['decisionId'] as string | undefined;
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  await log.close();
  return counts;
}

const shownIds = async (ledger: Ledger): Promise<string[]> => {
  const ids: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = (await ledger.get(`/v1/decisions?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`)).body as {
      items: { decisionId: string }[];
      nextCursor: string | null;
    };
    ids.push(...page.items.map(({ decisionId }) => decisionId));
    cursor = page.nextCursor;
  }
  return ids;
};

describe('a ledger that is killed', () => {
  const folder = temporaryFolder();
  const env = { LEDGER_DATA_DIR: folder.path };
  afterAll(() => folder.remove());

  it('with SIGKILL during concurrent posts, again and again, keeps every acknowledged decision once', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 4; round++) {
      const ledger = await startLedger(env);
      let n = 0;
      let alive = true;
      const clients = Array.from({ length: 16 }, async () => {
        while (alive) {
          const body = decision(round, n++);
          const answer = await ledger.send('POST', '/v1/decisions', body).catch(() => null);
          if (answer === null) return;
          expect(answer.status).toBe(201);
          acknowledged.push(body.decisionId);
        }
      });
      await eventually(
        () => Promise.resolve(acknowledged.length),
        (count) => count >= (round + 1) * 60,
      );
      await ledger.stop('SIGKILL');
      alive = false;
      await Promise.all(clients);
    }
    const stored = await storedIds(folder.path);
    for (const id of acknowledged) expect([id, stored.get(id)]).toEqual([id, 2]); // both events of the decision, once
    // and of no other only a part
    for (const [id, count] of stored) if (id.startsWith('r')) expect([id, count]).toEqual([id, 2]);

    const ledger = await openLedger(env);
    const shown = await shownIds(ledger);
    expect(new Set(shown).size).toBe(shown.length);
    expect([...shown].sort()).toEqual([...stored.keys()].sort());
    const repeated = await ledger.send('POST', '/v1/decisions', decision(0, 0));
    expect(repeated.status).toBe(200);
    expect(await ledger.stop()).toBe(0);
  });

  it('answers the same from views that were deleted, damaged, or those of a first start', async () => {
    const answers = async (): Promise<string[]> => {
      const ledger = await openLedger(env);
      const texts = await Promise.all(
        [
          '/v1/mandates?asOf=2022-07-01&limit=1000',
          '/v1/mandates/untso/history',
          '/v1/decisions?limit=1000',
          '/v1/missions?limit=1000',
          '/v1/documents',
        ].map(async (path) => (await ledger.get(path)).text),
      );
      await ledger.stop();
      return texts;
    };
    const before = await answers();
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder.path, `views.db${suffix}`), { force: true });
    expect(await answers()).toEqual(before);
    const bytes = readFileSync(join(folder.path, 'views.db'));
    writeFileSync(join(folder.path, 'views.db'), bytes.fill(0x55, 100));
    expect(await answers()).toEqual(before);
  });
});

describe('a first start that is killed', () => {
  it.each([10, 40, 80])(
    'after about %i of its steps is finished by the next one, with each decision recorded once',
    async (steps) => {
      const folder = temporaryFolder();
      const env = { LEDGER_DATA_DIR: folder.path };
      const first = launch(env);
      await eventually(
        () => Promise.resolve([...first.output().matchAll(/Recording kst-29521-446: (\d+) of/g)].at(-1)?.[1] ?? '0'),
        (done) => Number(done) >= steps,
      );
      first.process.kill('SIGKILL');
      await first.exited;
      const second = await openLedger(env);
      expect((await second.get('/v1/mandates?asOf=2022-07-01&limit=1000')).body).toMatchObject({
        items: { length: 37 },
      });
      await second.stop();
      const stored = await storedIds(folder.path);
      expect(stored.size).toBe(63);
      const third = await openLedger(env);
      expect(third.output()).not.toContain('Recording');
      await third.stop();
      expect(await storedIds(folder.path)).toEqual(stored);
      folder.remove();
    },
  );
});
