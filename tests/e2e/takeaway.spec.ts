/** Lists as CSV and NDJSON, a history as PROV-JSON, and answers that a client has already and does not get again. */
import { request as send } from 'node:http';
import { expectGolden } from '../golden.js';
import { faultsOfProvJson } from '../prov-json.js';
import type { Answer, Ledger } from './ledger.js';
import { openLedger } from './hosted.js';
import { eventually } from './ledger.js';
import { OpenApiDocument, contentOf, exampleAddress, exampleBody, linesOf, takes } from './openapi-document.js';

const LETTER = '/v1/mandates?asOf=2022-07-01';
const BYTE_ORDER_MARK = '\uFEFF';
const MISSION = { organisation: 'EU', region: 'sahel', kind: 'civilian' };

describe('a list taken away', () => {
  let ledger: Ledger;
  const csv = { accept: 'text/csv' };
  const itemsOf = ({ body }: Answer): Record<string, unknown>[] => (body as { items: Record<string, unknown>[] }).items;
  /** The text with its byte order mark, which fetch removes. */
  const bytesOf = async (path: string): Promise<string> =>
    Buffer.from(await (await fetch(`${ledger.url}${path}`)).arrayBuffer()).toString();

  beforeAll(async () => {
    ledger = await openLedger();
  });
  afterAll(() => ledger.stop());

  it('holds the mandates of the letter as a spreadsheet opens them', async () => {
    const answer = await ledger.get(`${LETTER}&format=csv`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="mandates-2022-07-01.csv"');
    expect(answer.headers.get('vary')).toBe('Accept');
    const text = await bytesOf(`${LETTER}&format=csv`);
    expect(text.startsWith(`${BYTE_ORDER_MARK}mandateId,title,`)).toBe(true);
    expect(text.split('\r\n')).toHaveLength(itemsOf(await ledger.get(`${LETTER}&limit=1000`)).length + 2);
    expectGolden('letter-mandates.csv', text);
  });

  it('is the same in every form, by the parameter and by the header', async () => {
    const { lists } = await OpenApiDocument.of(ledger);
    expect(lists.length).toBeGreaterThan(0);
    for (const list of lists) {
      const all: Record<string, string> = takes(list, 'limit') ? { limit: '1000' } : {};
      const address = exampleAddress(list);
      const json = await ledger.get(exampleAddress(list, all));
      expect([address, json.headers.get('content-type'), json.headers.get('vary')]).toEqual([
        address,
        'application/json; charset=utf-8',
        'Accept',
      ]);
      expect([address, itemsOf(json)]).not.toEqual([address, []]);
      const ndjson = await ledger.get(exampleAddress(list, { format: 'ndjson' }));
      expect(ndjson.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
      expect(linesOf(ndjson.text)).toEqual(itemsOf(json));
      expect((await ledger.get(address, { accept: 'application/x-ndjson' })).text).toBe(ndjson.text);
      const table = await ledger.get(exampleAddress(list, { format: 'csv' }));
      expect(table.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect([address, table.text.match(/\r\n/g)!.length]).toEqual([address, itemsOf(json).length + 1]);
      expect((await ledger.get(address, csv)).text).toBe(table.text);
      expect((await ledger.get(exampleAddress(list, { ...all, format: 'json' }), csv)).text).toBe(json.text);
      expect((await ledger.get(address, { accept: 'application/pdf, text/*' })).headers.get('content-type')).toBe(
        'application/json; charset=utf-8',
      );
    }
  });

  it('keeps the filters', async () => {
    const sahel = itemsOf(await ledger.get(`${LETTER}&region=sahel`));
    expect(linesOf((await ledger.get(`${LETTER}&region=sahel&format=ndjson`)).text)).toEqual(sahel);
    expect(linesOf((await ledger.get('/v1/decisions?mandateId=minusma&format=ndjson')).text)).toHaveLength(3);
    expect(await bytesOf(`${LETTER}&q=nothing-is-called-so&format=csv`)).toMatch(/^\uFEFFmandateId,.*,asOf\r\n$/);
    expect((await ledger.get(`${LETTER}&q=nothing-is-called-so&format=ndjson`)).text).toBe('');
  });

  it('comes a page at a time with a limit, and each page names the next one', async () => {
    const seen: unknown[] = [];
    let pages = 0;
    for (let path: string | undefined = `${LETTER}&format=ndjson&limit=10`; path !== undefined; pages++) {
      const page = await ledger.get(path);
      expect(linesOf(page.text).length).toBeLessThanOrEqual(10);
      seen.push(...linesOf(page.text));
      path = /^<(\/v1\/[^>]+)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual(itemsOf(await ledger.get(`${LETTER}&limit=1000`)));
    expect(pages).toBe(Math.ceil(seen.length / 10));
    const page = await ledger.get(`${LETTER}&limit=10`, csv);
    expect(page.text.match(/\r\n/g)).toHaveLength(11);
    expect(page.headers.get('link')).toMatch(/rel="next"/);
    expect((await ledger.get(`${LETTER}&limit=10`)).headers.get('link')).toBeNull();
  });

  it.each([
    [`${LETTER}&format=xml`, 'format'],
    [`${LETTER}&format=prov`, 'format'],
    [`${LETTER}&format=csv&format=json`, 'format'],
    [`${LETTER}&format=csv&limit=0`, 'limit'],
    [`${LETTER}&format=csv&cursor=x`, 'cursor'],
    ['/v1/missions/eumm-georgia?format=csv', 'format'],
    ['/v1/mandates/minusma/history?format=xml', 'format'],
    ['/v1/mandates/minusma/history?format=prov&limit=5', 'limit'],
    ['/v1/mandates/minusma/history?format=prov&cursor=MA', 'cursor'],
  ])('refuses %s, and names %s', async (path, field) => {
    const answer = await ledger.get(path, csv);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      400,
      'application/problem+json; charset=utf-8',
    ]);
    expect((answer.body as { errors: { field: string }[] }).errors[0]!.field).toBe(field);
    expect(answer.headers.get('content-disposition')).toBeNull();
  });

  it.each(['csv', 'ndjson', 'prov'])('says as %s that the mandate is unknown', async (format) => {
    const answer = await ledger.get(`/v1/mandates/nothing/history?format=${format}`);
    expect([answer.status, (answer.body as { type: string }).type]).toEqual([
      404,
      'urn:ledger:problem:unknown-mandate',
    ]);
  });

  it('lets no text become a formula', async () => {
    const texts = ['=HYPERLINK("http://x","y")', '  @SUM(1)', '\uFF1D1+1', '+1', '-1', '\t=1', '"quoted", and; more'];
    for (const [n, name] of texts.entries())
      expect(
        (await ledger.send('PUT', `/v1/missions/zz-formula-${n}`, { ...MISSION, name, description: 'two\nlines' }))
          .status,
      ).toBe(201);
    const title = '=cmd|calc';
    const { body } = await ledger.send('POST', '/v1/decisions', {
      mandateId: 'zz-formula',
      decidedOn: '2023-03-01',
      source: { documentId: 'kst-29521-446', locator: '-2+3' },
      effects: [
        {
          type: 'establish',
          title,
          missions: ['untso'],
          until: '2025',
          contributions: [
            { contributionId: 'a', description: '=a', categories: ['military'], strength: { exactly: 1 } },
          ],
        },
      ],
    });
    const after = (body as { position: string }).position;
    const missions = await ledger.get(`/v1/missions?format=csv&after=${after}`);
    for (const cell of [
      `"'=HYPERLINK(""http://x"",""y"")"`,
      "'  @SUM(1)",
      "'\uFF1D1+1",
      "'+1",
      "'-1",
      "'\t=1",
      '"""quoted"", and; more"',
    ])
      expect(missions.text).toContain(`,${cell},EU,sahel,civilian,`);
    expect(missions.text).toContain(',"two\nlines",');
    const row = (await ledger.get(`/v1/mandates?asOf=2023-04-01&mission=untso&format=csv&after=${after}`)).text;
    expect(row).toContain(`\r\nzz-formula,'${title},untso,UN,`);
    expect(row).toContain(",'=a: 1 military,");
    expect(row).toContain(",'-2+3,");
    // Programs read the text as it was posted.
    expect((await ledger.get(`/v1/mandates?asOf=2023-04-01&format=ndjson&after=${after}`)).text).toContain(
      `"title":"${title}"`,
    );
  });

  it('is whole without a limit, however many pages it has', async () => {
    const ids = Array.from({ length: 230 }, (_, n) => `zz-many-${String(n).padStart(3, '0')}`);
    const puts = await Promise.all(ids.map((id) => ledger.send('PUT', `/v1/missions/${id}`, { ...MISSION, name: id })));
    expect(new Set(puts.map(({ status }) => status))).toEqual(new Set([201]));
    const all = await eventually(
      async () => itemsOf(await ledger.get('/v1/missions?limit=1000')),
      (missions) => ids.every((id) => missions.some(({ missionId }) => missionId === id)),
    );
    expect(itemsOf(await ledger.get('/v1/missions'))).toHaveLength(100);
    const ndjson = await ledger.get('/v1/missions?format=ndjson');
    expect(linesOf(ndjson.text)).toEqual(all);
    expect([ndjson.headers.get('transfer-encoding'), ndjson.headers.get('etag')]).toEqual(['chunked', null]);
    const rows = (await ledger.get('/v1/missions?format=csv')).text
      .replace(/"[^"]*"/g, '')
      .split('\r\n')
      .slice(1, -1);
    expect(rows.map((row) => row.split(',')[0])).toEqual(all.map(({ missionId }) => missionId));
    const { nextCursor } = (await ledger.get('/v1/missions?limit=150')).body as { nextCursor: string };
    const rest = await ledger.get(`/v1/missions?format=ndjson&cursor=${nextCursor}`);
    expect(linesOf(rest.text)).toEqual(all.slice(150));
  });

  it('goes on for other clients when one leaves in the middle', async () => {
    for (let n = 0; n < 20; n++)
      await new Promise<void>((resolve, reject) => {
        send(`${ledger.url}/v1/missions?format=csv`, (answer) =>
          answer.once('data', () => resolve(void answer.destroy())),
        )
          .on('error', reject)
          .end();
      });
    expect((await ledger.get('/v1/missions?format=csv')).status).toBe(200);
  });
});

describe('the provenance of a mandate', () => {
  let ledger: Ledger;
  beforeAll(async () => {
    ledger = await openLedger();
  });
  afterAll(() => ledger.stop());

  it('is PROV-JSON, from the letter to the mandate as it stands today', async () => {
    const answer = await ledger.get('/v1/mandates/eumm-georgia/history?format=prov');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(faultsOfProvJson(answer.body)).toEqual([]);
    const recorded = (
      (await ledger.get('/v1/mandates/eumm-georgia/history')).body as { items: { recordedAt: string }[] }
    ).items;
    const { activity } = answer.body as { activity: Record<string, object> };
    expect(activity['recording:kst-29521-446-eumm-georgia']).toMatchObject({
      'prov:startTime': recorded.at(-1)!.recordedAt,
      'prov:endTime': recorded.at(-1)!.recordedAt,
    });
    const timeless = JSON.stringify(answer.body, null, 2).replace(
      /\d{4}-\d\d-\d\dT[\d:.]+Z/g,
      '2000-01-01T00:00:00.000Z',
    );
    expectGolden('eumm-georgia.prov-json', `${timeless}\n`);
  });

  it('is right for every mandate of the letter, and gives the same text each time', async () => {
    const { items } = (await ledger.get(`${LETTER}&limit=1000`)).body as {
      items: { mandateId: string; revision: number }[];
    };
    for (const { mandateId, revision } of items) {
      const path = `/v1/mandates/${mandateId}/history?format=prov`;
      const { text, body } = await ledger.get(path);
      expect([mandateId, faultsOfProvJson(body)]).toEqual([mandateId, []]);
      expect(Object.keys((body as { entity: object }).entity)).toContain(`mandate:${mandateId}@${revision}`);
      expect((await ledger.get(path, { accept: 'text/csv' })).text).toBe(text);
    }
  });
});

describe('an answer that the client has already', () => {
  let ledger: Ledger;
  const tagOf = ({ headers }: Answer): string => headers.get('etag')!;
  beforeAll(async () => {
    ledger = await openLedger();
  });
  afterAll(() => ledger.stop());

  it('is not sent again while it holds, for every list', async () => {
    const { lists } = await OpenApiDocument.of(ledger);
    const paths = [
      ...lists.map((list) => exampleAddress(list)),
      '/v1/mandates/minusma/history?format=prov',
      `${LETTER}&format=csv&limit=1000`,
    ];
    for (const path of paths) {
      const first = await ledger.get(path);
      const etag = tagOf(first);
      expect([path, etag]).toEqual([path, expect.stringMatching(/^"[\w-]{22}"$/)]);
      for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await ledger.get(path, { 'if-none-match': header });
        expect([path, header, again.status, tagOf(again), again.headers.get('vary'), again.text]).toEqual([
          path,
          header,
          304,
          etag,
          'Accept',
          '',
        ]);
        for (const name of ['content-type', 'content-disposition', 'content-length'])
          expect(again.headers.get(name)).toBeNull();
      }
      const other = await ledger.get(path, { 'if-none-match': '"other"' });
      expect([path, other.status, other.text, tagOf(other)]).toEqual([path, 200, first.text, etag]);
    }
  });

  it('is recognised at another address too', async () => {
    const etag = tagOf(await ledger.get('/v1/missions'));
    // The same list at addresses that nobody has asked for yet.
    expect((await ledger.get('/v1/missions?limit=100', { 'if-none-match': etag })).status).toBe(304);
    expect((await ledger.get('/v1/missions?limit=99', { 'if-none-match': etag })).status).toBe(304);
    expect((await ledger.get('/v1/missions?limit=1', { 'if-none-match': etag })).status).toBe(200);
  });

  it('keeps the forms apart', async () => {
    const path = '/v1/documents?limit=10';
    const answers = [
      await ledger.get(path),
      await ledger.get(path, { accept: 'text/csv' }),
      await ledger.get(path, { accept: 'application/x-ndjson' }),
    ];
    expect(new Set(answers.map(tagOf)).size).toBe(3);
    for (let round = 0; round < 2; round++)
      for (const [n, accept] of ['*/*', 'text/csv', 'application/x-ndjson'].entries()) {
        const again = await ledger.get(path, { accept });
        expect([again.text, again.headers.get('content-type'), again.headers.get('content-disposition')]).toEqual([
          answers[n]!.text,
          answers[n]!.headers.get('content-type'),
          answers[n]!.headers.get('content-disposition'),
        ]);
        const csvTag = tagOf(answers[1]!);
        expect((await ledger.get(path, { accept, 'if-none-match': csvTag })).status).toBe(n === 1 ? 304 : 200);
      }
  });

  it('names the next page when it is kept, too', async () => {
    const path = '/v1/missions?format=ndjson&limit=7';
    const first = await ledger.get(path);
    expect(first.headers.get('link')).toMatch(/rel="next"/);
    expect((await ledger.get(path)).headers.get('link')).toBe(first.headers.get('link'));
  });

  it('is sent again if its tag is only a revision, because the same revision may look different', async () => {
    const { reads, writes } = await OpenApiDocument.of(ledger);
    const example = exampleBody(writes.find(({ path }) => path === '/v1/decisions')!).body;
    const { body } = await ledger.send('POST', '/v1/decisions', example);
    await ledger.get(`/v1/missions?after=${(body as { position: string }).position}`);
    const byRevision = reads.filter((read) => read.path.endsWith('/{id}') && 'application/json' in contentOf(read));
    expect(byRevision.length).toBeGreaterThan(0);
    for (const read of byRevision) {
      const path = exampleAddress(read);
      const first = await ledger.get(path);
      expect([path, tagOf(first)]).toEqual([path, expect.stringMatching(/^"\d+"$/)]);
      for (const header of [tagOf(first), '*']) {
        const again = await ledger.get(path, { 'if-none-match': header });
        expect([path, again.status, again.text]).toEqual([path, 200, first.text]);
      }
    }
    const before = await ledger.get('/v1/mandates/untso?asOf=2022-07-01');
    const after = await ledger.get('/v1/mandates/untso?asOf=2030-07-01', { 'if-none-match': tagOf(before) });
    expect([after.status, tagOf(after), (after.body as { status: string }).status]).toEqual([
      200,
      tagOf(before),
      'expired',
    ]);
  });

  it('is sent again after it has changed', async () => {
    const before = await ledger.get(LETTER);
    const { body } = await ledger.send('POST', '/v1/decisions', {
      mandateId: 'untso',
      decidedOn: '2022-06-20',
      source: { documentId: 'kst-29521-446', locator: 'test' },
      effects: [{ type: 'reserve', right: 'r' }],
    });
    const path = `${LETTER}&after=${(body as { position: string }).position}`;
    const after = await ledger.get(path, { 'if-none-match': tagOf(before) });
    expect([after.status, tagOf(after) === tagOf(before)]).toEqual([200, false]);
    expect((await ledger.get(LETTER, { 'if-none-match': tagOf(before) })).status).toBe(200);
    expect((await ledger.get(LETTER, { 'if-none-match': tagOf(after) })).status).toBe(304);
    // The decision did not touch the missions, so their list is recognised although the log has grown.
    expect(
      (await ledger.get('/v1/missions', { 'if-none-match': tagOf(await ledger.get('/v1/missions?limit=100')) })).status,
    ).toBe(304);
  });

  it('has no tag if it is an error', async () => {
    const answer = await ledger.get('/v1/mandates?limit=0', { 'if-none-match': '*' });
    expect([answer.status, answer.headers.get('etag')]).toEqual([400, null]);
  });
});
