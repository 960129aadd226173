/** Bad input gets a 4xx problem that names the field and the remedy, and nothing is recorded. */
import { connect } from 'node:net';
import type { Answer, Ledger } from './ledger.js';
import { openLedger } from './hosted.js';
import { OpenApiDocument, exampleAddress, exampleBody } from './openapi-document.js';

const source = { documentId: 'kst-29521-446', locator: 'test' };
const good = {
  decisionId: 'good',
  mandateId: 'untso',
  decidedOn: '2023-03-01',
  source,
  effects: [{ type: 'reserve', right: 'r' }],
};
const opening = { type: 'establish', title: 't', missions: ['untso'], until: '2025', contributions: [] as object[] };
const one = { contributionId: 'a', categories: ['military'], strength: { exactly: 1 } };
const withEffect = (effect: object) => ({ ...good, effects: [effect] });
const withContribution = (more: object) => withEffect({ ...opening, contributions: [{ ...one, ...more }] });

const problemOf = ({ status, headers, body }: Answer) => {
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(body).toMatchObject({ status, title: expect.any(String) as string, detail: expect.any(String) as string });
  return body as { type: string; errors?: { field: string; message: string }[]; detail: string };
};

describe('bad input', () => {
  let ledger: Ledger;
  let size: number;
  const post = (body: unknown, headers?: Record<string, string>) => ledger.send('POST', '/v1/decisions', body, headers);
  const sizeOf = async () => ((await ledger.get('/health/ready')).body as { size: number }).size;
  beforeAll(async () => {
    ledger = await openLedger();
    size = await sizeOf();
  });
  afterAll(async () => {
    expect(await sizeOf()).toBe(size);
    await ledger.stop();
  });

  it.each<[string, unknown, string]>([
    ['no mandateId', { ...good, mandateId: undefined }, 'mandateId'],
    ['an id with capitals', { ...good, mandateId: 'UNTSO' }, 'mandateId'],
    ['an id with two hyphens', { ...good, mandateId: 'un--tso' }, 'mandateId'],
    ['an id that is too long', { ...good, mandateId: 'a'.repeat(101) }, 'mandateId'],
    ['a decisionId that is neither id nor UUID', { ...good, decisionId: 'x y' }, 'decisionId'],
    ['null for what may be left out', { ...good, rationale: null }, 'rationale'],
    ['no day of decision', { ...good, decidedOn: undefined }, 'decidedOn'],
    ['a month as the day of decision', { ...good, decidedOn: '2022-06' }, 'decidedOn'],
    ['a day that does not exist', { ...good, decidedOn: '2022-02-30' }, 'decidedOn'],
    ['no source', { ...good, source: undefined }, 'source'],
    ['a source without a place', { ...good, source: { documentId: 'x' } }, 'source.locator'],
    ['a source that is a list', { ...good, source: [] }, 'source'],
    ['an empty text', { ...good, rationale: ' ' }, 'rationale'],
    ['a control character', { ...good, rationale: 'a\u0007b' }, 'rationale'],
    ['half a surrogate pair', JSON.stringify({ ...good, rationale: 'XX' }).replace('XX', '\\ud800'), 'rationale'],
    ['a text that is too long', { ...good, rationale: 'x'.repeat(4001) }, 'rationale'],
    ['an unknown field', { ...good, recordedBy: 'me' }, 'recordedBy'],
    [
      'an unknown field deep inside',
      withEffect({ ...opening, contributions: [{ ...one, term: { till: '2022' } }] }),
      'effects[0].contributions[0].term.till',
    ],
    ['no effects', { ...good, effects: [] }, 'effects'],
    ['effects that are no list', { ...good, effects: { type: 'reserve' } }, 'effects'],
    [
      'too many effects',
      { ...good, effects: Array.from({ length: 51 }, () => ({ type: 'reserve', right: 'r' })) },
      'effects',
    ],
    ['an effect that is null', { ...good, effects: [null] }, 'effects'],
    ['an effect of no type', { ...good, effects: [{}] }, 'effects[0].type'],
    ['an effect of an unknown type', withEffect({ type: 'DecisionCorrected' }), 'effects[0].type'],
    ['an effect named like what every object has', withEffect({ type: 'constructor' }), 'effects[0].type'],
    ['a term that is no date', withEffect({ type: 'extend', until: 'soon' }), 'effects[0].until'],
    ['a month that does not exist', withEffect({ type: 'extend', until: '2022-13' }), 'effects[0].until'],
    [
      'an end by nobody that is known',
      withEffect({ type: 'end', on: '2022', endedBy: 'parliament' }),
      'effects[0].endedBy',
    ],
    ['an end that is open', withEffect({ type: 'end', on: 'open', endedBy: 'cabinet' }), 'effects[0].on'],
    [
      'a strength of two wordings',
      withContribution({ strength: { exactly: 1, atMost: 2 } }),
      'effects[0].contributions[0].strength',
    ],
    ['a strength that is a number', withContribution({ strength: 12 }), 'effects[0].contributions[0].strength'],
    ['half a head', withContribution({ strength: { exactly: 1.5 } }), 'effects[0].contributions[0].strength'],
    ['fewer than nobody', withContribution({ strength: { atMost: -1 } }), 'effects[0].contributions[0].strength'],
    [
      'a range the wrong way round',
      withContribution({ strength: { between: [3, 2] } }),
      'effects[0].contributions[0].strength',
    ],
    [
      'undisclosed that is false',
      withContribution({ strength: { undisclosed: false } }),
      'effects[0].contributions[0].strength',
    ],
    [
      'a category that is unknown',
      withContribution({ categories: ['navy'] }),
      'effects[0].contributions[0].categories',
    ],
    [
      'a category twice',
      withContribution({ categories: ['police', 'police'] }),
      'effects[0].contributions[0].categories',
    ],
    ['no category', withContribution({ categories: [] }), 'effects[0].contributions[0].categories'],
    ['a contribution twice', withEffect({ ...opening, contributions: [one, one] }), 'effects[0].contributions'],
    [
      'assets without a kind',
      withContribution({ assets: [{ count: 1 }] }),
      'effects[0].contributions[0].assets[0].kind',
    ],
    [
      'provisional that is text',
      withEffect({ type: 'extend', until: '2025', provisional: 'yes' }),
      'effects[0].provisional',
    ],
    ['a list instead of an object', [good], 'body'],
    ['null', 'null', 'body'],
    ['nothing', '', 'body'],
    ['what is no JSON', '{"mandateId":', 'body'],
    ['a key twice', '{"mandateId":"a","mandateId":"b"}', 'body'],
    ['a key twice, once with escapes', '{"mandateId":"a","mandate\\u0049d":"b"}', 'body'],
    [
      'a key twice deep inside',
      JSON.stringify(good).replace('"locator":"test"', '"locator":"a:{\\"","locator":"b"'),
      'body',
    ],
    ['__proto__', '{"__proto__":{"mandateId":"a"}}', 'body'],
    ['__proto__ with escapes', '{"\\u005f_proto__":{"mandateId":"a"}}', 'body'],
    ['a body that is too deep', `${'['.repeat(5000)}${']'.repeat(5000)}`, 'body'],
    ['what is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'body'],
  ])('%s is refused by name', async (_what, body, field) => {
    const answer = await post(body);
    const { type, errors } = problemOf(answer);
    expect([answer.status, type]).toEqual([400, 'urn:ledger:problem:invalid']);
    expect(errors!.map((error) => error.field)).toContain(field);
    for (const { message } of errors!) expect(message.length).toBeGreaterThan(5);
  });

  it.each([
    ['/v1/mandates?asof=2022-07-01', 'asof'],
    ['/v1/mandates?asOf=2022-07', 'asOf'],
    ['/v1/mandates?asOf=', 'asOf'],
    ['/v1/mandates?asOf=2022-07-01&asOf=2022-07-02', 'asOf'],
    ['/v1/mandates?limit=0', 'limit'],
    ['/v1/mandates?limit=1001', 'limit'],
    ['/v1/mandates?limit=ten', 'limit'],
    ['/v1/mandates?cursor=x', 'cursor'],
    ['/v1/mandates?cursor=%22', 'cursor'],
    ['/v1/mandates?status=running', 'status'],
    ['/v1/mandates?organisation=eu', 'organisation'],
    ['/v1/mandates?region=Sahel', 'region'],
    ['/v1/mandates?category=', 'category'],
    ['/v1/mandates?expiringBefore=2022', 'expiringBefore'],
    ['/v1/mandates?q=', 'q'],
    ['/v1/mandates?q=-', 'q'],
    ['/v1/mandates?q=a&q=b', 'q'],
    ['/v1/decisions?q=%22', 'q'],
    ['/v1/mandates?__proto__=x', '__proto__'],
    ['/v1/mandates/untso?revision=-1', 'revision'],
    ['/v1/mandates/untso?limit=3', 'limit'],
    ['/v1/mandates/untso/history?asOf=2022-07-01', 'asOf'],
    ['/v1/decisions?mandateId=X', 'mandateId'],
    ['/v1/decisions/kst-29521-446-untso?x=1', 'x'],
    ['/v1/missions?limit=5000', 'limit'],
    ['/v1/documents/kst-29521-446?x=1', 'x'],
  ])('%s is refused by name', async (path, field) => {
    const answer = await ledger.get(path);
    expect(answer.status).toBe(400);
    expect(problemOf(answer).errors!.map((error) => error.field)).toContain(field);
  });

  it.each([
    ['/v1/mandates/nowhere', 'unknown-mandate'],
    ['/v1/mandates/nowhere/history', 'unknown-mandate'],
    ['/v1/decisions/nothing', 'unknown-decision'],
    ['/v1/missions/none', 'unknown-mission'],
    ['/v1/documents/none', 'unknown-document'],
    ['/v1/nothing', 'not-found'],
    ['/nothing', 'not-found'],
    ['/v1/mandates/a/b/c', 'not-found'],
  ])('%s is 404 %s', async (path, slug) => {
    const answer = await ledger.get(path);
    expect([answer.status, problemOf(answer).type]).toEqual([404, `urn:ledger:problem:${slug}`]);
  });

  it.each([
    ['DELETE', '/v1/mandates/untso', 'GET, HEAD'],
    ['PUT', '/v1/decisions', 'POST, GET, HEAD'],
    ['PATCH', '/v1/missions/untso', 'PUT, GET, HEAD'],
    ['POST', '/health/live', 'GET, HEAD'],
  ])('%s %s is 405 and says what it answers to', async (method, path, allow) => {
    const answer = await ledger.send(method, path, method === 'DELETE' ? undefined : {});
    expect([answer.status, problemOf(answer).type, answer.headers.get('allow')]).toEqual([
      405,
      'urn:ledger:problem:method-not-allowed',
      allow,
    ]);
  });

  it.each([['text/plain'], ['application/xml'], ['application/x-www-form-urlencoded'], ['']])(
    'a body of type %p is 415',
    async (type) => {
      const answer = await post(Buffer.from(JSON.stringify(good)), { 'content-type': type });
      expect([answer.status, problemOf(answer).type]).toEqual([415, 'urn:ledger:problem:unsupported-media-type']);
    },
  );

  it('a body of more than 1 MiB is 413', async () => {
    const answer = await post({ ...good, rationale: 'x'.repeat(1024 * 1024) });
    expect([answer.status, problemOf(answer).type]).toEqual([413, 'urn:ledger:problem:too-large']);
  });

  it('a parameter that an operation does not have is refused by every operation', async () => {
    const { operations } = await OpenApiDocument.of(ledger);
    for (const operation of operations)
      for (const stranger of ['stranger', 'none', 'constructor']) {
        const address = exampleAddress(operation, { [stranger]: 'x' });
        const method = operation.method.toUpperCase();
        const { body, type } = method === 'GET' ? {} : exampleBody(operation);
        const answer = await ledger.send(method, address, body, type === undefined ? {} : { 'content-type': type });
        expect([method, address, answer.status]).toEqual([method, address, 400]);
        expect(problemOf(answer).errors!.map(({ field }) => field)).toEqual([stranger]);
      }
  });

  it.each<[string, string, string, object | undefined, string]>([
    ['If-Match before the query and the body', 'POST', '/v1/decisions?x=1', {}, 'If-Match'],
    ['the query before the body', 'POST', '/v1/decisions?x=1', { 'if-match': '"1"' }, 'x'],
    ['the body before If-Match and the query', 'POST', '/v1/decisions/x/corrections?x=1', {}, 'replacement'],
    ['the body before If-Match and the query', 'POST', '/v1/decisions/x/annulment?x=1', {}, 'reason'],
    ['the id before the query, the body and If-Match', 'PUT', '/v1/missions/No_Mission?x=1', {}, 'id'],
    ['the query before the body and If-Match', 'PUT', '/v1/documents/x?x=1', {}, 'x'],
    ['the body before If-Match', 'PUT', '/v1/documents/x', {}, 'title'],
  ])('of several faults the first one is named: %s, %s %s', async (_order, method, address, more, field) => {
    const answer = await ledger.send(method, address, {}, { 'if-match': 'x', ...more });
    expect([answer.status, problemOf(answer).errors![0]!.field]).toEqual([400, field]);
  });

  it.each([
    ['no token', undefined],
    ['another token', 'Bearer ledger_0000000000000000000000000000000000000000000'],
    ['another scheme', 'Basic cmVjb3JkZXI6eA=='],
    ['an empty token', 'Bearer '],
  ])('%s is 401 before the body is read, for every write', async (_what, authorization) => {
    const { writes } = await OpenApiDocument.of(ledger);
    expect(writes.length).toBeGreaterThan(0);
    for (const operation of writes) {
      const response = await fetch(`${ledger.url}${exampleAddress(operation)}`, {
        method: operation.method.toUpperCase(),
        body: '{',
        headers: {
          'content-type': exampleBody(operation).type,
          ...(authorization === undefined ? {} : { authorization }),
        },
      });
      expect([operation.path, response.status, response.headers.get('www-authenticate')]).toEqual([
        operation.path,
        401,
        'Bearer realm="mandate-ledger"',
      ]);
      expect(await response.json()).toMatchObject({ type: 'urn:ledger:problem:unauthorised' });
    }
  });

  it('an id in a path that cannot be registered is 400', async () => {
    const answer = await ledger.send('PUT', '/v1/missions/No_Mission', {
      name: 'x',
      organisation: 'EU',
      region: 'sahel',
      kind: 'civilian',
    });
    expect([answer.status, problemOf(answer).errors![0]!.field]).toEqual([400, 'id']);
  });

  it.each<[string, string, object, string]>([
    ['a mission', 'missions', { name: 'x', organisation: 'eu', region: 'sahel', kind: 'civilian' }, 'organisation'],
    [
      'a mission',
      'missions',
      { name: 'x', organisation: 'EU', region: 'sahel', kind: 'civilian', countries: ['NLD'] },
      'countries',
    ],
    [
      'a mission',
      'missions',
      { name: 'x', organisation: 'EU', region: 'sahel', kind: 'civilian', url: 'javascript:alert(1)' },
      'url',
    ],
    ['a document', 'documents', { title: 'x' }, 'date'],
    ['a document', 'documents', { title: 'x', date: '2022-06-17', sha256: 'ABC' }, 'sha256'],
    [
      'a document',
      'documents',
      { title: 'x', date: '2022-06-17', costs: [{ year: 2022, currency: 'EUR', atMost: 1, about: 2 }] },
      'costs[0].atMost',
    ],
    [
      'a document',
      'documents',
      { title: 'x', date: '2022-06-17', costs: [{ year: 2022, currency: 'EUR' }] },
      'costs[0].exactly',
    ],
  ])('%s is refused by the name of its field', async (_what, kind, body, field) => {
    const answer = await ledger.send('PUT', `/v1/${kind}/x`, body);
    expect(answer.status).toBe(400);
    expect(problemOf(answer).errors!.map((error) => error.field)).toContain(field);
  });

  it.each([
    ['what is no HTTP', 'HELLO\r\n\r\n', 400],
    ['headers of 20 KiB', `GET /v1/mandates HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['an address that cannot be decoded', 'GET /v1/mandates/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
  ])('%s gets a problem on the bare socket', async (_what, request, status) => {
    const { hostname, port } = new URL(ledger.url);
    const text = await new Promise<string>((resolve, reject) => {
      let received = '';
      const socket = connect(Number(port), hostname, () => socket.write(request));
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => resolve(received));
      socket.on('error', reject);
    });
    expect(text).toContain(`HTTP/1.1 ${status} `);
    expect(text.toLowerCase()).toContain('content-type: application/problem+json');
    expect(text).toContain('urn:ledger:problem:');
  });

  it('every answer has a request id: the one of the request if it is well-formed', async () => {
    expect((await ledger.get('/v1/mandates', { 'x-request-id': 'abc-1' })).headers.get('x-request-id')).toBe('abc-1');
    expect((await ledger.get('/nothing', { 'x-request-id': 'a b' })).headers.get('x-request-id')).toMatch(
      /^[0-9a-f-]{36}$/,
    );
  });
});
