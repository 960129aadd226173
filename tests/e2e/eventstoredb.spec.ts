/**
 * Ledgers on EventStoreDB, as users run them: several processes on one store, a store that is away, that comes back,
 * and that is another one.
 */
import { EventStoreDBClient } from '@eventstore/db-client';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStoreDbDouble } from '../faults/eventstoredb-double.js';
import { startDouble } from '../faults/eventstoredb-double.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Answer, Ledger } from './ledger.js';
import { listenLedger, openLedger } from './hosted.js';
import { eventually, freePort, launch, startLedger } from './ledger.js';

const source = { documentId: 'kst-29521-446', locator: 'test' };
const reserve = (decisionId: string, mandateId: string, right = decisionId) => ({
  decisionId,
  mandateId,
  decidedOn: '2022-09-01',
  source,
  effects: [{ type: 'reserve', right }],
});

describe('two replicas on one EventStoreDB', () => {
  let double: EventStoreDbDouble;
  let ledgers: readonly [Ledger, Ledger];
  beforeAll(async () => {
    double = await startDouble();
    const first = await startLedger({ LEDGER_STORE: double.connectionString, LEDGER_DATASETS: 'kst-29521-446' });
    ledgers = [first, await openLedger({ LEDGER_STORE: double.connectionString })];
  }, 120_000);
  afterAll(async () => {
    for (const ledger of ledgers) await ledger.stop();
    await double.close();
  });
  afterEach(() => {
    double.faults = {};
  });

  const storedOf = (decisionId: string): number =>
    double.stored.filter(
      ({ stream, metadata }) =>
        stream.startsWith('mandate-') &&
        (JSON.parse(metadata.toString()) as { decisionId?: string }).decisionId === decisionId,
    ).length;

  it('answer for the letter what the embedded store answers, event for event', async () => {
    const embedded = await openLedger();
    const paths = [
      '/v1/mandates?asOf=2022-07-01&limit=1000',
      '/v1/missions?limit=1000',
      '/v1/documents',
      '/v1/mandates/eumm-georgia/history',
    ];
    const without = ({ text }: Answer): string => text.replace(/"(recordedAt|position)":"[^"]*"/g, '"$1":"…"');
    for (const path of paths) {
      const expected = without(await embedded.get(path));
      for (const ledger of ledgers) expect(without(await ledger.get(path))).toBe(expected);
    }
    await embedded.stop();
  });

  it('record the same decision, posted to both at once, once, and both answer the same', async () => {
    for (let n = 0; n < 12; n++) {
      const body = reserve(`both-${n}`, 'untso');
      const answers = await Promise.all(ledgers.map((ledger) => ledger.send('POST', '/v1/decisions', body)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
      expect(answers[0]!.body).toEqual(answers[1]!.body);
      expect(storedOf(body.decisionId)).toBe(1);
    }
  });

  it('accept one of two bodies under the same decisionId, on one mandate or on two', async () => {
    for (let n = 0; n < 12; n++) {
      const bodies = [
        reserve(`one-${n}`, 'unifil', 'this'),
        reserve(`one-${n}`, n % 2 === 0 ? 'unifil' : 'unsmil', 'that'),
      ];
      const answers = await Promise.all(ledgers.map((ledger, i) => ledger.send('POST', '/v1/decisions', bodies[i])));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      expect(storedOf(`one-${n}`)).toBe(1);
      const accepted = answers.findIndex(({ status }) => status === 201);
      const { position } = answers[accepted]!.body as { position: string };
      const shown = await ledgers[1 - accepted]!.get(`/v1/decisions/one-${n}?after=${position}`);
      expect(shown.body).toMatchObject({ mandateId: bodies[accepted]!.mandateId, effects: bodies[accepted]!.effects });
    }
  });

  it('let posts to one mandate come through on both, each once and in one order', async () => {
    const bodies = Array.from({ length: 30 }, (_, n) => reserve(`race-${n}`, 'kosovo'));
    const answers = await Promise.all(bodies.map((body, n) => ledgers[n % 2]!.send('POST', '/v1/decisions', body)));
    expect(answers.map(({ status }) => status)).toEqual(bodies.map(() => 201));
    const last = answers
      .map(({ body }) => body as { revision: number; position: string })
      .sort((a, b) => b.revision - a.revision)[0]!;
    const [one, other] = await Promise.all(
      ledgers.map((ledger) => ledger.get(`/v1/mandates/kosovo/history?limit=1000&after=${last.position}`)),
    );
    expect(one!.text).toBe(other!.text);
    const recorded = (one!.body as { items: { decisionId: string; revision: number }[] }).items;
    expect(recorded.filter(({ decisionId }) => decisionId.startsWith('race-')).length).toBe(30);
    expect(recorded.map(({ revision }) => revision)).toEqual(recorded.map((_, i) => i));
  });

  it('let a reader on the one see what was written on the other', async () => {
    for (let n = 0; n < 10; n++) {
      const { body } = await ledgers[0].send('POST', '/v1/decisions', reserve(`seen-${n}`, 'ussc'));
      const { position } = body as { position: string };
      const byHeader = n % 2 === 0;
      const path = `/v1/decisions/seen-${n}${byHeader ? '' : `?after=${position}`}`;
      expect((await ledgers[1].get(path, byHeader ? { 'x-ledger-after': position } : {})).status).toBe(200);
    }
  });

  it('refuse a position that is none, and do not wait for ever for one that never comes', async () => {
    expect((await ledgers[0].get('/v1/missions?after=soon')).body).toMatchObject({
      status: 400,
      errors: [{ field: 'after' }],
    });
    expect((await ledgers[0].get('/v1/missions', { 'x-ledger-after': '-1' })).body).toMatchObject({
      errors: [{ field: 'X-Ledger-After' }],
    });
    const never = await ledgers[0].get('/v1/missions?after=999999999999');
    expect([never.status, never.body]).toMatchObject([503, { type: 'urn:ledger:problem:not-caught-up' }]);
  });

  it('keep what another product has in the store out of the ledger, and go on', async () => {
    double.append('mission-apollo', [{ type: 'RocketLaunched', data: { thrust: 1.5 } }]);
    double.append('rocket-1', [{ type: 'RocketLaunched', data: {} }]);
    const { status } = await ledgers[0].send('POST', '/v1/decisions', reserve('after-the-rocket', 'untso'));
    expect(status).toBe(201);
    await eventually(
      () => ledgers[1].get('/v1/decisions/after-the-rocket'),
      (answer) => answer.status === 200,
    );
    expect((await ledgers[1].get('/v1/missions/apollo')).status).toBe(404);
    await eventually(
      () => ledgers[0].get('/health/ready'),
      ({ status }) => status === 200,
    );
  });

  it('answer 503 outcome-unknown when the store stays silent, and a second post finds what became of the first', async () => {
    double.faults = { append: ({ stream }) => (stream === 'mandate-untso' ? 'store-then-silence' : undefined) };
    const unknown = await ledgers[0].send('POST', '/v1/decisions', reserve('silent', 'untso'));
    expect([unknown.status, unknown.body]).toMatchObject([503, { type: 'urn:ledger:problem:outcome-unknown' }]);
    double.faults = {};
    const again = await Promise.all(
      ledgers.map((ledger) => ledger.send('POST', '/v1/decisions', reserve('silent', 'untso'))),
    );
    expect(again.map(({ status }) => status)).toEqual([200, 200]);
    expect(storedOf('silent')).toBe(1);
  }, 60_000);
});

describe('a store that goes away', () => {
  it('leaves the reads to the views and refuses writes, before a start and after; everything recovers by itself', async () => {
    const double = await startDouble();
    const folder = temporaryFolder();
    const env = { LEDGER_STORE: double.connectionString, LEDGER_DATA_DIR: folder.path };
    const filled = await openLedger({ ...env, LEDGER_DATASETS: 'kst-29521-446' });
    const georgia = (await filled.get('/v1/mandates/eumm-georgia?asOf=2022-07-01')).text;
    await filled.stop();
    await double.kill();

    const port = await freePort();
    const { process: child, output, ready, exited } = launch({ ...env, PORT: port });
    const url = `http://127.0.0.1:${port}`;
    const get = async (path: string): Promise<{ status: number; text: string }> => {
      const response = await fetch(`${url}${path}`).catch(() => null);
      return { status: response?.status ?? 0, text: (await response?.text()) ?? '' };
    };
    await eventually(
      () => get('/health/live'),
      ({ status }) => status === 200,
    );
    expect(await get('/health/ready')).toMatchObject({
      status: 503,
      text: expect.stringContaining('EventStoreDB cannot be reached') as string,
    });
    expect((await get('/v1/mandates/eumm-georgia?asOf=2022-07-01')).text).toBe(georgia);
    const post = (id: string): Promise<Response> =>
      fetch(`${url}/v1/decisions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${filled.token}` },
        body: JSON.stringify(reserve(id, 'untso')),
      });
    expect((await post('while-away')).status).toBe(503);

    await double.restart();
    expect(await ready).toBe(url);
    expect((await post('when-back')).status).toBe(201);
    await eventually(
      () => get('/v1/decisions/when-back'),
      ({ status }) => status === 200,
    );

    await double.kill();
    await double.restart();
    expect((await post('after-a-restart')).status).toBe(201);
    await eventually(
      () => get('/v1/decisions/after-a-restart'),
      ({ status }) => status === 200,
    );
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(output()).not.toContain('UnhandledPromiseRejection');
    await double.close();
    folder.remove();
  }, 120_000);

  it('is stopped cleanly while it waits for the store', async () => {
    const double = await startDouble();
    await double.kill();
    const folder = temporaryFolder();
    const {
      process: child,
      output,
      exited,
    } = launch({ LEDGER_STORE: double.connectionString, LEDGER_DATA_DIR: folder.path });
    await eventually(
      () => Promise.resolve(output()),
      (said) => said.includes('Waiting: '),
    );
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    await double.close();
    folder.remove();
  }, 60_000);
});

describe('an event of the ledger that somebody else wrote, and that cannot be read', () => {
  it('ends no replica and no start; it is named, and what does not rest on it goes on', async () => {
    const double = await startDouble();
    const folder = temporaryFolder();
    const env = { LEDGER_STORE: double.connectionString, LEDGER_DATA_DIR: folder.path };
    const ledger = await openLedger({ ...env, LEDGER_DATASETS: 'kst-29521-446' });
    double.append('mandate-untso', [{ type: 'MandateExtended', data: { to: 1.5 }, metadata: {} }]);
    const { revision } = double.stored.at(-1)!;
    const place = `(stream mandate-untso, revision ${revision})`;
    const { text } = await eventually(
      () => ledger.get('/health/ready'),
      (answer) => answer.status === 503 && answer.text.includes(place),
    );
    expect(text).toContain('the views stopped after event');
    // Long enough for the look that is written into the log.
    await eventually(
      () => Promise.resolve(ledger.output()),
      (said) => said.includes('"msg":"not ready"'),
      60_000,
    );
    expect((await ledger.send('POST', '/v1/decisions', reserve('elsewhere', 'undof'))).status).toBe(201);
    // It is no fault of the body that is posted to its mandate.
    expect((await ledger.send('POST', '/v1/decisions', reserve('on-it', 'untso'))).body).toMatchObject({
      type: 'urn:ledger:problem:unavailable',
      status: 503,
      detail: expect.stringMatching(/stream mandate-untso, revision \d+\) .*1\.5 .*Nothing was recorded/) as string,
    });
    await ledger.stop();

    const again = await listenLedger(env);
    await eventually(
      () => Promise.resolve(again.output()),
      (said) => said.includes('Waiting: ') && said.includes(place),
      60_000,
    );
    expect(await again.stop()).toBe(0);
    await double.close();
    folder.remove();
  }, 150_000);
});

describe('a stream of the ledger that somebody deleted in the store', () => {
  it('is not taken for one that never was, whole or in part: what is posted is not judged without it', async () => {
    const double = await startDouble();
    const env = { LEDGER_STORE: double.connectionString };
    const first = await openLedger({ ...env, LEDGER_DATASETS: 'kst-29521-446' });
    const other = await openLedger(env);
    const client = EventStoreDBClient.connectionString(double.connectionString);
    await client.deleteStream('mandate-unmiss');
    await client.dispose();
    const gone = {
      status: 503,
      detail: expect.stringMatching(/mandate-unmiss .*deleted.*Nothing was recorded/) as string,
    };
    const establish = {
      ...reserve('anew', 'unmiss'),
      effects: [{ type: 'establish', title: 'UNMISS', missions: ['unmiss'], until: '2025-07-31', contributions: [] }],
    };
    expect((await other.send('POST', '/v1/decisions', establish)).body).toMatchObject(gone);
    // The first one still knows what it held.
    expect((await first.send('POST', '/v1/decisions', establish)).body).toMatchObject({
      status: 422,
      rule: 'mandate-exists',
    });
    expect((await first.send('POST', '/v1/decisions', reserve('known', 'unmiss'))).status).toBe(201);
    expect((await other.send('POST', '/v1/decisions', reserve('cut-off', 'unmiss'))).body).toMatchObject(gone);
    expect((await other.send('POST', '/v1/decisions', reserve('elsewhere', 'undof'))).status).toBe(201);
    await first.stop();
    await other.stop();
    await double.close();
  }, 120_000);
});

describe('a store that is not the one of the views', () => {
  it(
    'is refused at the start, and noticed while the ledger runs: nothing is recorded, nothing projected anew in ' +
      'silence',
    async () => {
      const double = await startDouble();
      const folder = temporaryFolder();
      const env = {
        LEDGER_STORE: double.connectionString,
        LEDGER_DATA_DIR: folder.path,
        LEDGER_DATASETS: 'kst-29521-446',
      };
      const ledger = await openLedger(env);
      await double.kill();
      await double.restart({ wipe: true });
      await eventually(
        () => ledger.get('/health/ready'),
        ({ status, text }) => status === 503 && text.includes('made from another log'),
      );
      const refused = await ledger.send('POST', '/v1/decisions', reserve('to-another', 'untso'));
      expect([refused.status, refused.text]).toEqual([503, expect.stringContaining('made from another log')]);
      expect(double.stored.filter(({ stream }) => stream.startsWith('mandate-'))).toEqual([]);
      await ledger.stop();
      const { exited, output } = launch(env);
      expect(await exited).toBe(1);
      expect(output()).toMatch(/made from another log/);
      for (const file of ['views.db', 'checkpoints.db'])
        for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder.path, `${file}${suffix}`), { force: true });
      for (const file of ['first-start.json', 'log-key']) rmSync(join(folder.path, file));
      // whoever means it removes the views, and what was signed of the other log, and with which key
      const anew = await openLedger(env);
      expect((await anew.get('/v1/mandates?limit=1000')).body).toMatchObject({ items: { length: 37 } });
      await anew.stop();
      await double.close();
      folder.remove();
    },
    120_000,
  );
});
