/** The OpenAPI document describes every answer, its examples work unchanged, and Swagger UI is served. */
import { readFileSync } from 'node:fs';
import type { ProblemSlug } from '../../apps/api/src/http/problem.js';
import { problemExample } from '../../apps/api/src/openapi/problem.examples.js';
import type { Answer, Ledger } from './ledger.js';
import { openLedger } from './hosted.js';
import { eventually } from './ledger.js';
import type { Operation } from './openapi-document.js';
import { OpenApiDocument, contentOf, exampleAddress, linesOf, takes } from './openapi-document.js';

const JSON_TYPE = 'application/json';
const NDJSON_TYPE = 'application/x-ndjson';
const DECISION = {
  mandateId: 'untso',
  decidedOn: '2023-03-01',
  source: { documentId: 'kst-29521-446', locator: 'test' },
  effects: [{ type: 'reserve', right: 'r' }],
};
const UNREGISTERED = { ...DECISION, source: { documentId: 'kst-29521-999', locator: 'test' } };
const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

describe('the OpenAPI document', () => {
  let ledger: Ledger;
  let document: OpenApiDocument;

  beforeAll(async () => {
    ledger = await openLedger();
    document = await OpenApiDocument.of(ledger);
  });
  afterAll(() => ledger.stop());

  const examplesOf = (operation: Operation, type = JSON_TYPE): [string, unknown][] =>
    Object.entries(operation.requestBody!.content[type]!.examples!).map(([name, { value }]) => [name, value]);

  /** Every answer to a read has one of the media types of its operation, and is what that type's schema describes. */
  const expectDescribed = (operation: Operation, { headers, text, body }: Answer): void => {
    const type = headers.get('content-type')!.split(';')[0]!;
    const content = contentOf(operation);
    expect([operation.path, Object.keys(content)]).toEqual([operation.path, expect.arrayContaining([type])]);
    const { schema } = content[type]!;
    if (type === JSON_TYPE) document.expectValid(schema, body);
    // The schema of NDJSON is that of a line, or says in words that a line is an item of the JSON list.
    const { type: kind } = schema as { readonly type?: string };
    if (type === NDJSON_TYPE && kind !== 'string') for (const line of linesOf(text)) document.expectValid(schema, line);
  };

  it('has no reference that leads nowhere', () => {
    expect(document.operations.length).toBeGreaterThan(0);
    for (const [, name] of document.text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(Object.keys(document.schemas)).toContain(name);
  });

  it('names every operation, and its problems', () => {
    for (const { method, path, operationId, summary, tags, parameters, responses } of document.operations) {
      expect([path, summary, tags]).toEqual([path, expect.stringMatching(/./), [expect.any(String)]]);
      if (!path.startsWith('/v1/')) continue;
      expect([path, operationId]).toEqual([path, expect.stringMatching(/^[a-z][A-Za-z]+$/)]);
      expect([path, Object.keys(responses)]).toEqual([path, expect.arrayContaining(['200', '400', '401'])]);
      if (path.includes('{id}') && method !== 'put')
        expect([path, Object.keys(responses)]).toEqual([path, expect.arrayContaining(['404'])]);
      // A read can wait for a write, and is 503 if it waits in vain.
      if (method === 'get') {
        expect([path, parameters.map(({ name }) => name)]).toEqual([path, expect.arrayContaining(['X-Ledger-After'])]);
        expect([path, Object.keys(responses)]).toEqual([path, expect.arrayContaining(['503'])]);
      }
    }
  });

  it('has every operation in docs/http-api.md', () => {
    const page = readFileSync('docs/http-api.md', 'utf8');
    const missing = document.operations
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
      .filter((operation) => !page.includes(`\`${operation}\``));
    expect(missing).toEqual([]);
  });

  it('describes every parameter of a query and every header in words', () => {
    for (const { path, parameters } of document.operations)
      for (const parameter of parameters)
        if (parameter.in !== 'path')
          expect([path, parameter]).toEqual([
            path,
            expect.objectContaining({ description: expect.any(String) as string }),
          ]);
  });

  it('gives every error a schema and an example, and marks every write as protected', () => {
    for (const { method, path, responses, security } of document.operations) {
      for (const [status, { content }] of Object.entries(responses))
        if (Number(status) >= 400) {
          const { schema, examples } = content!['application/problem+json']!;
          expect([path, status, schema]).toEqual([path, status, ref('Problem')]);
          for (const { value } of Object.values(examples!)) {
            document.expectValid(schema, value);
            expect([path, status, (value as { status: number }).status]).toEqual([path, status, Number(status)]);
          }
        }
      if (method !== 'get') expect([path, security]).toEqual([path, [{ bearer: [] }]]);
    }
  });

  it.each<[ProblemSlug, string, string, unknown, Record<string, string>]>([
    ['invalid', 'POST', '/v1/decisions', { ...DECISION, decidedOn: '2022-02-30' }, {}],
    ['unauthorised', 'POST', '/v1/decisions', DECISION, { authorization: 'Bearer x' }],
    ['not-found', 'GET', '/v1/mandate', undefined, {}],
    ['unknown-mandate', 'GET', '/v1/mandates/eumm-armenia', undefined, {}],
    ['unknown-document', 'POST', '/v1/decisions', UNREGISTERED, {}],
    ['unknown-decision', 'GET', '/v1/decisions/d-1', undefined, {}],
    ['method-not-allowed', 'DELETE', '/v1/decisions', undefined, {}],
    ['unsupported-media-type', 'POST', '/v1/decisions', 'x', { 'content-type': 'text/plain' }],
    ['too-large', 'POST', '/v1/decisions', `"${'x'.repeat(1024 * 1024)}"`, {}],
  ])('shows %s as the ledger words it', async (slug, method, path, body, headers) => {
    const { status, body: problem } = await ledger.send(method, path, body, headers);
    expect(problem).toEqual(problemExample(slug, status));
  });

  it('describes the answer of every read, asked with the examples that Swagger UI fills in', async () => {
    for (const [, value] of examplesOf(document.operation('post', '/v1/decisions')))
      await ledger.send('POST', '/v1/decisions', value);
    for (const operation of document.reads) {
      const address = exampleAddress(operation);
      const answer = await eventually(
        () => ledger.get(address),
        ({ status }) => status === 200,
      );
      expect([address, answer.text]).not.toEqual([address, '']);
      expectDescribed(operation, answer);
      expect([address, (answer.body as { items?: unknown[] } | undefined)?.items?.length]).not.toEqual([address, 0]);
    }
  });

  it('describes every answer about the letter', async () => {
    for (const operation of document.lists) {
      const answer = await ledger.get(exampleAddress(operation, takes(operation, 'limit') ? { limit: '1000' } : {}));
      expectDescribed(operation, answer);
      const each = document.operations.filter(
        ({ method, path }) => method === 'get' && path.startsWith(`${operation.path}/{id}`),
      );
      const idOf = `${operation.path.split('/').at(-1)!.slice(0, -1)}Id`;
      for (const item of (answer.body as { items: Record<string, string>[] }).items)
        for (const one of each) expectDescribed(one, await ledger.get(one.path.replace('{id}', item[idOf]!)));
    }
  });

  it('describes every form of a list', async () => {
    for (const operation of document.lists) {
      const forms = operation.parameters.find(({ name }) => name === 'format')!.schema.enum!;
      expect([operation.path, Object.keys(operation.responses)]).toEqual([
        operation.path,
        expect.arrayContaining(['304']),
      ]);
      for (const format of forms) {
        const answer = await ledger.get(exampleAddress(operation, { format }));
        expect([operation.path, format, answer.status]).toEqual([operation.path, format, 200]);
        expectDescribed(operation, answer);
      }
    }
    const history = document.operation('get', '/v1/mandates/{id}/history');
    document.expectValid(ref('Provenance'), (await ledger.get(exampleAddress(history, { format: 'prov' }))).body);
  });

  it('describes both forms of an event, and only one at a time', async () => {
    for (const [query, schema] of [
      ['', 'Event'],
      ['?format=cloudevents', 'CloudEvent'],
    ] as const)
      for (const line of linesOf((await ledger.get(`/v1/events${query}`)).text))
        document.expectValid(ref(schema), line);
  });

  it('describes what proof=true and a search add', async () => {
    const one = document.operation('get', '/v1/decisions/{id}');
    const proved = await eventually(
      () => ledger.get(exampleAddress(one, { proof: 'true' })),
      ({ status }) => status === 200,
    );
    expectDescribed(one, proved);
    expect((proved.body as { proofs: object[] }).proofs).toHaveLength(1);
    for (const operation of document.lists.filter((each) => takes(each, 'q'))) {
      const { none, ...searches } = operation.parameters.find(({ name }) => name === 'q')!.examples!;
      expect([none!.value, Object.keys(searches).length]).toEqual(['', 2]);
      for (const { value } of Object.values(searches)) {
        const answer = await ledger.get(exampleAddress(operation, { q: value as string }));
        expectDescribed(operation, answer);
        const { items } = answer.body as { items: { match: { text: string } }[] };
        expect([value, items.length > 0 && items.every(({ match }) => match.text.includes('<mark>'))]).toEqual([
          value,
          true,
        ]);
      }
    }
  });

  it('goes the whole round: authorise, post an example, see it, post it again', async () => {
    const operation = document.operation('post', '/v1/decisions');
    const { schema } = operation.requestBody!.content[JSON_TYPE]!;
    for (const [name, value] of examplesOf(operation)) {
      document.expectValid(schema, value);
      const first = await ledger.send('POST', '/v1/decisions', value);
      const again = await ledger.send('POST', '/v1/decisions', value);
      expect([name, again.status]).toEqual([name, name === 'contradiction' ? 422 : 200]);
      if (name === 'contradiction') document.expectValid(ref('Problem'), first.body);
      else document.expectValid(operation.responses['201']!.content![JSON_TYPE]!.schema, first.body);
      const tried = await ledger.send('POST', '/v1/decisions?dryRun=true', {
        ...(value as object),
        decisionId: undefined,
        effects: [{ type: 'reserve', right: 'r' }],
      });
      if (tried.status === 200) document.expectValid(ref('CheckedDecision'), tried.body);
    }
    const mandate = await eventually(
      () => ledger.get('/v1/mandates/eumm-georgia?asOf=2023-04-01'),
      ({ body }) => (body as { strength: { maximum: number } }).strength.maximum === 18,
    );
    document.expectValid(ref('Mandate'), mandate.body);
  });

  it('offers repairs that can be posted unchanged', async () => {
    for (const operation of document.writes.filter(({ path }) => path.startsWith('/v1/decisions/{id}/')))
      for (const [name, value] of examplesOf(operation)) {
        document.expectValid(operation.requestBody!.content[JSON_TYPE]!.schema, value);
        const address = exampleAddress(operation);
        const { status, body } = await ledger.send('POST', address, value);
        expect([address, name, status]).toEqual([address, name, 201]);
        document.expectValid(operation.responses['201']!.content![JSON_TYPE]!.schema, body);
      }
  });

  it('offers lines that can be imported unchanged, also again', async () => {
    const operation = document.operation('post', '/v1/import');
    const { schema } = contentOf(operation)[NDJSON_TYPE]!;
    const send = (body: string) => ledger.send('POST', '/v1/import', body, { 'content-type': NDJSON_TYPE });
    for (const [, value] of examplesOf(operation, NDJSON_TYPE))
      for (const status of [201, 200]) {
        const outcomes = linesOf((await send(value as string)).text);
        expect(outcomes).toEqual(linesOf(value as string).map(() => expect.objectContaining({ status }) as object));
        for (const outcome of outcomes) document.expectValid(schema, outcome);
      }
    document.expectValid(schema, linesOf((await send('x\n')).text)[0]);
  });

  it('offers bodies for missions and documents that can be put unchanged', async () => {
    for (const operation of document.writes.filter(({ method }) => method === 'put'))
      for (const [, value] of examplesOf(operation)) {
        document.expectValid(operation.requestBody!.content[JSON_TYPE]!.schema, value);
        const answer = await ledger.send('PUT', exampleAddress(operation), value);
        expect([operation.path, answer.status]).toEqual([operation.path, 201]);
        document.expectValid(operation.responses['201']!.content![JSON_TYPE]!.schema, answer.body);
      }
  });

  it('is shown by Swagger UI with its files at /docs', async () => {
    for (const path of ['/docs', '/docs?x', '/docs/?x', '/docs/index.html']) {
      const redirect = await ledger.get(path);
      expect([path, redirect.status, redirect.headers.get('location')]).toEqual([path, 301, '/docs/']);
    }
    const page = await ledger.get('/docs/');
    expect([page.status, page.text.includes('<title>Mandate ledger</title>')]).toEqual([200, true]);
    const files = [...page.text.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file]) => file!);
    expect(files).toEqual(expect.arrayContaining(['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-init.js']));
    for (const file of files) expect([file, (await ledger.get(`/docs/${file}`)).status]).toEqual([file, 200]);
    for (const path of ['/docs/nothing', '/docs/LICENSE'])
      expect([path, (await ledger.get(path)).body]).toMatchObject([path, { status: 404 }]);
    expect((await ledger.get('/docs/swagger-ui-init.js')).text).toContain('/v1/decisions');
  });
});
