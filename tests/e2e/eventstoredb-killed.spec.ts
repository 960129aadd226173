/** A ledger on EventStoreDB that is killed: on the double, and on a real server where LEDGER_TEST_ESDB names one. */
import { openEventStoreDbEventLog } from '#event-log/testing';
import { EVENT_TYPES, STREAM_PREFIXES } from '#mandate';
import { collect } from '../contract/event-log.contract.js';
import { startDouble } from '../faults/eventstoredb-double.js';
import { temporaryFolder } from '../temporary-folder.js';
import { openLedger } from './hosted.js';
import { eventually, startLedger } from './ledger.js';

const source = { documentId: 'kst-29521-446', locator: 'test' };
const reserve = (decisionId: string, mandateId: string, right = decisionId) => ({
  decisionId,
  mandateId,
  decidedOn: '2022-09-01',
  source,
  effects: [{ type: 'reserve', right }],
});

describe('a ledger that is killed', () => {
  const real = process.env['LEDGER_TEST_ESDB'];
  const kills = async (connectionString: string): Promise<void> => {
    const folder = temporaryFolder();
    const env = { LEDGER_STORE: connectionString, LEDGER_DATA_DIR: folder.path };
    const run = `k${Date.now().toString(36)}`;
    const mandate = (n: number): string => `${run}-m${n % 5}`;
    const body = (n: number) => ({
      ...reserve(`${run}-${n}`, mandate(n)),
      source: { documentId: run, locator: 'test' },
      effects: [
        { type: 'decline', subject: `request ${n}` },
        { type: 'reserve', right: `right ${n}` },
      ],
    });
    const acknowledged: number[] = [];
    let n = 0;
    for (let round = 0; round < 3; round++) {
      const ledger = await startLedger(env);
      await ledger.send('PUT', `/v1/documents/${run}`, { title: 'A letter', date: '2022-09-01' });
      let alive = true;
      const clients = Array.from({ length: 8 }, async () => {
        while (alive) {
          const own = n++;
          const answer = await ledger.send('POST', '/v1/decisions', body(own)).catch(() => null);
          if (answer?.status === 201) acknowledged.push(own);
          if (answer === null) return;
        }
      });
      const goal = acknowledged.length + 40;
      await eventually(
        () => Promise.resolve(acknowledged.length),
        (count) => count >= goal,
      );
      await ledger.stop('SIGKILL');
      alive = false;
      await Promise.all(clients);
    }
    const log = openEventStoreDbEventLog(connectionString, { prefixes: STREAM_PREFIXES, types: EVENT_TYPES });
    const stored = new Map<string, number>();
    for (let m = 0; m < 5; m++)
      for (const { metadata } of await collect(log.readStream(`mandate-${mandate(m)}`)))
        stored.set(metadata['decisionId'] as string, (stored.get(metadata['decisionId'] as string) ?? 0) + 1);
    await log.close();
    for (const own of acknowledged) expect([own, stored.get(`${run}-${own}`)]).toEqual([own, 2]);
    for (const [id, count] of stored) expect([id, count]).toEqual([id, 2]);
    const ledger = await openLedger(env);
    for (const own of acknowledged.slice(-5)) {
      expect((await ledger.get(`/v1/decisions/${run}-${own}`)).status).toBe(200);
      expect((await ledger.send('POST', '/v1/decisions', body(own))).status).toBe(200);
    }
    await ledger.stop();
    folder.remove();
  };

  it('with SIGKILL during concurrent posts keeps every acknowledged decision once (a double of the store)', async () => {
    const double = await startDouble();
    await kills(double.connectionString);
    await double.close();
  }, 120_000);

  (real === undefined ? it.skip : it)('the same on EventStoreDB itself', () => kills(real!), 240_000);
});
