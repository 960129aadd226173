/** Many lines in one request: one outcome each, in order; safe to send again; bounded whatever the client does. */
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { readdirSync, readlinkSync as readLink } from 'node:fs';
import type { Outcome } from './import-lines.js';
import { DOCUMENT, MISSION, NDJSON, open, outcomesIn, read, reserve, source, text } from './import-lines.js';
import type { Ledger } from './ledger.js';
import { openLedger } from './hosted.js';
import { eventually } from './ledger.js';

/** What the process has open; an unlinked file is marked as deleted. */
function openFiles({ pid }: Ledger): string[] {
  if (process.platform !== 'linux') return [];
  const maps = `/proc/${pid}/fd`;
  return readdirSync(maps).map((fd) => {
    try {
      return readLink(`${maps}/${fd}`);
    } catch {
      return ''; // closed meanwhile
    }
  });
}

describe('POST /v1/import', () => {
  let ledger: Ledger;
  beforeAll(async () => {
    ledger = await openLedger({ LEDGER_IDLE_SECONDS: '3' });
  });
  afterAll(() => ledger.stop());

  const post = (body: string | Uint8Array) => ledger.send('POST', '/v1/import', body, NDJSON);
  const imported = async (lines: readonly unknown[]): Promise<Outcome[]> => {
    const answer = await post(text(lines));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
    return outcomesIn(answer.text);
  };
  const log = async (): Promise<string> => {
    await eventually(
      () => ledger.get('/health/ready'),
      ({ status }) => status === 200,
    );
    return (await ledger.get('/v1/events')).text;
  };

  it('records what it is given, so that what follows may need it, and again records nothing', async () => {
    const lines = [
      DOCUMENT,
      MISSION,
      {
        mandateId: 'import-mandate',
        decidedOn: '2023-03-01',
        source: { documentId: 'import-letter', locator: 'p' },
        effects: [
          {
            type: 'establish',
            title: 'T',
            missions: ['import-mission'],
            until: '2025-07-31',
            contributions: [{ contributionId: 'a', categories: ['military'], strength: { exactly: 1 } }],
          },
        ],
      },
      '',
      {
        mandateId: 'import-mandate',
        decidedOn: '2023-03-02',
        source,
        effects: [{ type: 'increase', from: { exactly: 1 }, to: { exactly: 2 } }],
      },
      {
        mandateId: 'import-mandate',
        decidedOn: '2023-03-03',
        source,
        effects: [{ type: 'increase', from: { exactly: 2 }, to: { exactly: 3 } }],
      },
    ];
    const first = await imported(lines);
    expect(first.map(({ line, status }) => [line, status])).toEqual([1, 2, 3, 5, 6].map((line) => [line, 201]));
    expect(first[0]).toEqual({
      line: 1,
      status: 201,
      documentId: 'import-letter',
      revision: 0,
      position: first[0]!.position,
    });
    expect(first[4]).toMatchObject({
      mandateId: 'import-mandate',
      revision: 2,
      decisionId: expect.any(String) as string,
    });
    const before = await log();
    const again = await imported(lines);
    expect(again).toEqual(first.map((outcome) => ({ ...outcome, status: 200 })));
    expect(await log()).toBe(before);
    const { body } = await ledger.get(`/v1/decisions/${first[4]!.decisionId}?after=${first[4]!.position}`);
    expect(body).toMatchObject({ recordedBy: 'recorder', mandateId: 'import-mandate' });
  });

  it('takes up again where a registration was amended in the same import', async () => {
    const lines = ['one', 'two', 'one'].map((name) => ({ ...MISSION, missionId: 'amended', name }));
    const first = await imported(lines);
    expect(first.map(({ status, revision }) => [status, revision])).toEqual([
      [201, 0],
      [200, 1],
      [200, 2],
    ]);
    const before = await log();
    expect((await imported(lines)).map(({ status, revision }) => [status, revision])).toEqual([
      [200, 0],
      [200, 1],
      [200, 2],
    ]);
    expect(await log()).toBe(before);
    // A put by itself still amends.
    expect(
      (await ledger.send('PUT', '/v1/missions/amended', { ...MISSION, missionId: undefined, name: 'two' })).body,
    ).toMatchObject({
      revision: 3,
    });
  });

  it('gives each line what it would be given alone, and goes on after a broken one', async () => {
    const outcomes = outcomesIn(
      (
        await post(
          Buffer.concat([
            Buffer.from(text([reserve('untso', 'a', 'mixed-1'), '{"mandateId":', '[1]', '{"x":1}', '"x"', ' \t\r'])),
            Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d, 0x0a]),
            Buffer.from(
              text([
                reserve('untso', 'b', 'mixed-1'),
                reserve('nowhere', 'c'),
                { ...reserve('untso', 'd'), source: { documentId: 'no-letter', locator: 'l' } },
                { ...reserve('untso', 'e'), recordedBy: 'me' },
                { missionId: 'No', name: 'x' },
                { missionId: 'half', name: 'x' },
                { documentId: 7 },
                '{"mandateId":"untso","mandateId":"untso"}',
                { decisionId: 'no-mandate' },
              ]),
            ),
            Buffer.from(JSON.stringify(reserve('untso', 'f', 'mixed-2'))), // without a line's end
          ]),
        )
      ).text,
    );
    expect(
      outcomes.map(({ line, status, problem }) => [line, status, problem?.errors?.[0]?.field ?? problem?.type ?? null]),
    ).toEqual([
      [1, 201, null],
      [2, 400, 'body'],
      [3, 400, 'body'],
      [4, 400, 'body'],
      [5, 400, 'body'],
      [7, 400, 'body'],
      [8, 409, 'decisionId'],
      [9, 422, 'mandateId'],
      [10, 422, 'source.documentId'],
      [11, 400, 'recordedBy'],
      [12, 400, 'missionId'],
      [13, 400, 'organisation'],
      [14, 400, 'documentId'],
      [15, 400, 'body'],
      [16, 400, 'mandateId'],
      [17, 201, null],
    ]);
    for (const { status, problem } of outcomes) if (problem !== undefined) expect(problem.status).toBe(status);
    expect(outcomes[3]!.problem!.detail).toContain('must be a decision as in POST /v1/decisions');
  });

  it('skips a line of more than 1 MiB, and no shorter one', async () => {
    const long = (length: number): string => `{"x":"${'y'.repeat(length - 8)}"}`;
    const outcomes = await imported([
      reserve('untso', 'g', 'long-1'),
      long(1024 * 1024),
      long(1024 * 1024 + 1),
      long(9_000_000),
      reserve('untso', 'h', 'long-2'),
    ]);
    expect(outcomes.map(({ line, status }) => [line, status])).toEqual([
      [1, 201],
      [2, 400],
      [3, 413],
      [4, 413],
      [5, 201],
    ]);
  });

  it('answers each line as soon as it is recorded, for a client that waits for it, and lasts as long as lines come', async () => {
    const { request: sent, response } = open(ledger);
    sent.flushHeaders();
    const answer = await response;
    for (let n = 0; n < 5; n++) {
      sent.write(text([reserve('undof', `waited ${n}`)]));
      const [chunk] = await new Promise<[Buffer]>((resolve) => answer.once('data', (data: Buffer) => resolve([data])));
      expect(outcomesIn(chunk.toString())).toMatchObject([{ line: n + 1, status: 201 }]);
      await new Promise((resolve) => setTimeout(resolve, 1000)); // five seconds in all, with an idle bound of three
    }
    sent.end();
    expect(await read(answer)).toBe('');
  });

  it('gives up a client that sends nothing any more, and says so', async () => {
    const { request: sent, response } = open(ledger);
    sent.write(text([reserve('undof', 'idle')]));
    const outcomes = outcomesIn(await read(await response));
    sent.destroy();
    expect(outcomes).toMatchObject([
      { line: 1, status: 201 },
      {
        line: 2,
        status: 408,
        problem: { detail: expect.stringMatching(/Nothing came for 3 s.*Send everything again/) as string },
      },
    ]);
  });

  it('keeps what was recorded when the client goes away in the middle, and begins nothing after that', async () => {
    const lines = Array.from({ length: 1000 }, (_, n) => reserve('unifil', `gone ${n}`, `gone-${n}`));
    const { request: sent, response } = open(ledger);
    sent.write(`${text(lines)}{"mandateId":"unifil"`);
    const answer = await response;
    answer.on('error', () => undefined);
    let said = '';
    answer.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await eventually(
      () => Promise.resolve(outcomesIn(said).length),
      (length) => length > 3,
    );
    sent.destroy();
    for (const { decisionId, position } of outcomesIn(said).slice(0, 5))
      expect((await ledger.get(`/v1/decisions/${decisionId}?after=${position}`)).status).toBe(200);
    await eventually(
      async () => {
        const before = await log();
        await new Promise((resolve) => setTimeout(resolve, 300));
        return before === (await log());
      },
      (settled) => settled,
    );
    const statuses = (await imported(lines)).map(({ status }) => status);
    const kept = statuses.indexOf(201);
    expect(kept).toBeGreaterThan(3);
    expect(kept).toBeLessThan(1000);
    expect(statuses).toEqual(lines.map((_, n) => (n < kept ? 200 : 201)));
  });

  it('takes everything from a client that reads nothing before the end, and leaves no file behind', async () => {
    const { request: sent, response } = open(ledger);
    const bad = `{"x":"${'y'.repeat(60)}"}\n`.repeat(500);
    const pieces = 60; // 30,000 outcomes, some 13 MB: more than the kernel and memory take
    let spilt = false;
    for (let n = 0; n < pieces; n++) {
      if (!sent.write(bad)) await new Promise((resolve) => sent.once('drain', resolve));
      spilt ||= openFiles(ledger).some((file) => /import-.*\.tmp \(deleted\)/.test(file));
    }
    sent.end(text([reserve('untso', 'the last', 'unread')]));
    await eventually(
      () => ledger.get('/v1/decisions/unread'),
      ({ status }) => status === 200,
    );
    spilt ||= openFiles(ledger).some((file) => /import-.*\.tmp \(deleted\)/.test(file));
    expect(spilt).toBe(process.platform === 'linux');
    const outcomes = outcomesIn(await read(await response));
    expect(outcomes.map(({ line }) => line)).toEqual(Array.from({ length: pieces * 500 + 1 }, (_, n) => n + 1));
    expect(outcomes.at(-1)).toMatchObject({ status: 201, decisionId: 'unread' });
    expect(readdirSync(ledger.dataDir).filter((file) => file.startsWith('import-'))).toEqual([]);
    await eventually(
      () => Promise.resolve(openFiles(ledger)),
      (files) => !files.some((file) => file.includes('import-')),
    );
  });

  it.each([
    ['no token', { authorization: '' }, '', 401, 'unauthorised'],
    ['JSON', { 'content-type': 'application/json' }, '', 415, 'unsupported-media-type'],
    ['a parameter', {}, '?dryRun=true', 400, 'invalid'],
  ])('%s is refused before anything is begun', async (_what, headers, query, status, slug) => {
    const answer = await ledger.send('POST', `/v1/import${query}`, text([reserve('untso', 'never', 'never')]), {
      ...NDJSON,
      ...headers,
    });
    expect([answer.status, (answer.body as { type: string }).type]).toEqual([status, `urn:ledger:problem:${slug}`]);
    expect((await ledger.get('/v1/decisions/never')).status).toBe(404);
  });

  it('is not what other routes take', async () => {
    const answer = await ledger.send('POST', '/v1/decisions', text([reserve('untso', 'never', 'never')]), NDJSON);
    expect(answer.status).toBe(415);
  });

  it('has room for sixteen at once, and says so to the next', async () => {
    const imports = Array.from({ length: 16 }, () => open(ledger));
    for (const { request: sent, response } of imports) {
      sent.flushHeaders();
      expect((await response).statusCode).toBe(200);
    }
    const refused = await post('');
    expect([refused.status, (refused.body as { type: string }).type]).toEqual([
      503,
      'urn:ledger:problem:too-many-requests',
    ]);
    for (const { request: sent, response } of imports) {
      sent.end();
      expect(await read(await response)).toBe('');
    }
    expect((await post('')).status).toBe(200);
  });

  it('an ordinary body is still cut off when it does not come', async () => {
    const headers = {
      'content-type': 'application/json',
      'content-length': '10',
      authorization: `Bearer ${ledger.token}`,
    };
    for (const [path, more, status] of [
      ['/v1/decisions', {}, 408],
      ['/v1/decisions', { authorization: 'Bearer none' }, 401],
    ] as const) {
      const sent = request(`${ledger.url}${path}`, { method: 'POST', headers: { ...headers, ...more }, agent: false });
      sent.on('error', () => undefined);
      const closed = new Promise((resolve) => sent.on('close', resolve));
      const answered = new Promise<IncomingMessage>((resolve) => sent.on('response', resolve));
      sent.write('{');
      const answer = await answered;
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([
        status,
        'application/problem+json; charset=utf-8',
      ]);
      expect(JSON.parse(await read(answer))).toMatchObject({ status });
      await closed; // the connection too, also where the answer came before the body
    }
  });
});
