/** The OpenAPI document and Swagger UI: what they show works as it stands. */
import type { ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import type { Ledger } from './ledger.js';
import { eventually, startLedger } from './ledger.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: { readonly example?: string };
  readonly required?: boolean;
  readonly examples?: Record<string, { value: string }>;
}
interface Operation {
  readonly parameters?: Parameter[];
  readonly requestBody?: {
    content: { 'application/json': { schema: object; examples?: Record<string, { value: unknown }> } };
  };
  readonly responses: Record<
    string,
    { content?: Record<string, { schema: object; examples?: Record<string, { value: unknown }> }> }
  >;
  readonly security?: object[];
}
interface OpenApi {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

const linesOf = (text: string): unknown[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);

/** OpenAPI 3.0 says `nullable` where JSON Schema has a type of its own. */
function asJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asJsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, example: _example, discriminator: _discriminator, ...rest } = value as Record<string, unknown>;
  const schema = Object.fromEntries(Object.entries(rest).map(([key, member]) => [key, asJsonSchema(member)]));
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

describe('the OpenAPI document', () => {
  let ledger: Ledger;
  let document: OpenApi;
  let ajv: Ajv;
  const validator = (schema: object): ValidateFunction =>
    ajv.compile(
      JSON.parse(JSON.stringify(asJsonSchema(schema)).replaceAll('#/components', 'api#/components')) as object,
    );
  const expectValid = (schema: object, value: unknown): void => {
    const validate = validator(schema);
    if (!validate(value))
      throw new Error(`${JSON.stringify(validate.errors)} in ${JSON.stringify(value).slice(0, 300)}`);
  };

  beforeAll(async () => {
    ledger = await startLedger();
    document = (await ledger.get('/openapi.json')).body as OpenApi;
    ajv = new Ajv({ strict: false, formats: { date: /^\d{4}-\d\d-\d\d$/, 'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/ } });
    ajv.addSchema({ $id: 'api', components: asJsonSchema(document.components) as object });
  });
  afterAll(() => ledger.stop());

  const operations = (): [string, string, Operation][] =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, string, Operation] => [method, path, operation]),
    );

  it('has every path of this release, and no reference that leads nowhere', () => {
    expect(
      operations()
        .map(([method, path]) => `${method} ${path}`)
        .sort(),
    ).toEqual([
      'get /health/live',
      'get /health/ready',
      'get /v1/agenda',
      'get /v1/agenda.ics',
      'get /v1/changes',
      'get /v1/decisions',
      'get /v1/decisions/{id}',
      'get /v1/documents',
      'get /v1/documents/{id}',
      'get /v1/events',
      'get /v1/log/checkpoint',
      'get /v1/log/consistency',
      'get /v1/log/inclusion',
      'get /v1/log/key',
      'get /v1/log/status',
      'get /v1/mandates',
      'get /v1/mandates/{id}',
      'get /v1/mandates/{id}/history',
      'get /v1/missions',
      'get /v1/missions/{id}',
      'get /v1/totals',
      'post /v1/decisions',
      'post /v1/decisions/{id}/annulment',
      'post /v1/decisions/{id}/corrections',
      'post /v1/import',
      'put /v1/documents/{id}',
      'put /v1/missions/{id}',
    ]);
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(Object.keys(document.components.schemas)).toContain(name);
  });

  it('gives every error a schema, and writes a lock', () => {
    for (const [method, path, { responses, security }] of operations()) {
      for (const [status, { content }] of Object.entries(responses))
        if (Number(status) >= 400) {
          const { schema, examples } = content!['application/problem+json']!;
          expect([path, status, schema]).toEqual([path, status, { $ref: '#/components/schemas/Problem' }]);
          for (const { value } of Object.values(examples!)) {
            expectValid(schema, value);
            expect([path, status, (value as { status: number }).status]).toEqual([path, status, Number(status)]);
          }
        }
      if (method !== 'get') expect([path, security]).toEqual([path, [{ bearer: [] }]]);
    }
  });

  it('tries every read as Swagger UI would, with the examples that it shows, and each answers as its schema says', async () => {
    const examples = document.paths['/v1/decisions']!['post']!.requestBody!.content['application/json'].examples!;
    for (const { value } of Object.values(examples)) await ledger.send('POST', '/v1/decisions', value);
    for (const [method, path, operation] of operations().filter(([each]) => each === 'get')) {
      let url = path;
      const query = new URLSearchParams();
      for (const {
        name,
        in: place,
        schema: { example },
      } of operation.parameters ?? []) {
        if (place === 'path') url = url.replace(`{${name}}`, example!);
        else if (place === 'query' && example !== undefined) query.set(name, example);
      }
      const answer = await eventually(
        () => ledger.get(`${url}?${query.toString()}`),
        ({ status }) => status === 200,
      );
      const content = operation.responses['200']!.content!;
      const { 'application/json': json, 'application/x-ndjson': lines } = content;
      if (json === undefined && lines !== undefined) {
        expect(linesOf(answer.text)).not.toEqual([]);
        for (const line of linesOf(answer.text)) expectValid(lines.schema, line);
        continue;
      }
      if (json === undefined) {
        expect([url, Object.keys(content)]).toEqual([url, [answer.headers.get('content-type')!.split(';')[0]]]);
        continue;
      }
      expectValid(json.schema, answer.body);
      expect([method, url, (answer.body as { items?: unknown[] }).items?.length]).not.toEqual([method, url, 0]);
    }
  });

  it('gives something for each example of a search', async () => {
    for (const [path, day] of [
      ['/v1/mandates', '&asOf=2022-07-01'],
      ['/v1/decisions', ''],
    ] as const) {
      const { parameters, responses } = document.paths[path]!['get']!;
      const { none, ...searches } = parameters!.find(({ name }) => name === 'q')!.examples!;
      expect([none!.value, Object.keys(searches).length]).toEqual(['', 2]);
      for (const { value } of Object.values(searches)) {
        const answer = await ledger.get(`${path}?q=${encodeURIComponent(value)}${day}`);
        expectValid(responses['200']!.content!['application/json']!.schema, answer.body);
        const { items } = answer.body as { items: { match: { text: string } }[] };
        expect([value, items.length > 0 && items.every(({ match }) => match.text.includes('<mark>'))]).toEqual([
          value,
          true,
        ]);
      }
    }
  });

  it('goes the whole round: authorise, post an example, see it, post it again', async () => {
    const { requestBody, responses } = document.paths['/v1/decisions']!['post']!;
    const { schema, examples } = requestBody!.content['application/json'];
    for (const [name, { value }] of Object.entries(examples!)) {
      expectValid(schema, value);
      const first = await ledger.send('POST', '/v1/decisions', value);
      const again = await ledger.send('POST', '/v1/decisions', value);
      expect([name, again.status]).toEqual([name, name === 'contradiction' ? 422 : 200]);
      if (name === 'contradiction') expectValid({ $ref: '#/components/schemas/Problem' }, first.body);
      else expectValid(responses['201']!.content!['application/json']!.schema, first.body);
      const tried = await ledger.send('POST', '/v1/decisions?dryRun=true', {
        ...(value as object),
        decisionId: undefined,
        effects: [{ type: 'reserve', right: 'r' }],
      });
      if (tried.status === 200) expectValid({ $ref: '#/components/schemas/CheckedDecision' }, tried.body);
    }
    const mandate = await eventually(
      () => ledger.get('/v1/mandates/eumm-georgia?asOf=2023-04-01'),
      ({ body }) => (body as { strength: { maximum: number } }).strength.maximum === 18,
    );
    expectValid({ $ref: '#/components/schemas/Mandate' }, mandate.body);
  });

  it('describes both forms of an event, and only one at a time', async () => {
    for (const [query, schema] of [
      ['', 'Event'],
      ['?format=cloudevents', 'CloudEvent'],
    ] as const)
      for (const line of linesOf((await ledger.get(`/v1/events${query}`)).text))
        expectValid({ $ref: `#/components/schemas/${schema}` }, line);
  });

  it('offers lines that can be imported as they stand, also again', async () => {
    const { requestBody, responses } = document.paths['/v1/import']!['post']!;
    const { examples } = (
      requestBody!.content as unknown as Record<string, { examples: Record<string, { value: string }> }>
    )['application/x-ndjson']!;
    for (const { value } of Object.values(examples))
      for (const status of [201, 200]) {
        const answer = await ledger.send('POST', '/v1/import', value, { 'content-type': 'application/x-ndjson' });
        const outcomes = linesOf(answer.text);
        expect(outcomes).toEqual(linesOf(value).map(() => expect.objectContaining({ status }) as object));
        for (const outcome of outcomes)
          expectValid(responses['200']!.content!['application/x-ndjson']!.schema, outcome);
      }
    const refused = await ledger.send('POST', '/v1/import', 'x\n', { 'content-type': 'application/x-ndjson' });
    expectValid(responses['200']!.content!['application/x-ndjson']!.schema, linesOf(refused.text)[0]);
  });

  it('offers bodies for missions and documents that can be put as they stand', async () => {
    for (const kind of ['missions', 'documents']) {
      const { parameters, requestBody, responses } = document.paths[`/v1/${kind}/{id}`]!['put']!;
      const id = parameters!.find(({ name }) => name === 'id')!.schema.example!;
      const { schema, examples } = requestBody!.content['application/json'];
      for (const { value } of Object.values(examples!)) {
        expectValid(schema, value);
        const answer = await ledger.send('PUT', `/v1/${kind}/${id}`, value);
        expect([kind, answer.status]).toEqual([kind, 201]);
        expectValid(responses['201']!.content!['application/json']!.schema, answer.body);
      }
    }
  });

  it('shows of every list how it can be taken away, each form as it is answered', async () => {
    const lists = operations().filter(
      ([method, , { responses }]) => method === 'get' && 'text/csv' in (responses['200']!.content ?? {}),
    );
    expect(lists.map(([, path]) => path).sort()).toEqual([
      '/v1/agenda',
      '/v1/changes',
      '/v1/decisions',
      '/v1/documents',
      '/v1/mandates',
      '/v1/mandates/{id}/history',
      '/v1/missions',
      '/v1/totals',
    ]);
    for (const [, path, { parameters, responses }] of lists) {
      const format = parameters!.find(({ name }) => name === 'format')!.schema as { enum: string[] };
      const types = Object.keys(responses['200']!.content!);
      expect(Object.keys(responses)).toContain('304');
      for (const each of format.enum) {
        const { status, headers } = await ledger.get(
          `${path.replace('{id}', 'eumm-georgia')}?format=${each}` +
            (path === '/v1/changes' ? '&from=2022-07-01&to=2023-01-01' : ''),
        );
        expect([path, each, status]).toEqual([path, each, 200]);
        expect(types).toContain(headers.get('content-type')!.split(';')[0]);
      }
    }
    const { body } = await ledger.get('/v1/mandates/eumm-georgia/history?format=prov');
    expectValid({ $ref: '#/components/schemas/Provenance' }, body);
    expectValid(
      document.paths['/v1/mandates/{id}/history']!['get']!.responses['200']!.content!['application/json']!.schema,
      body,
    );
  });

  it('holds for every answer about the letter', async () => {
    for (const [path, schema] of [
      ['/v1/mandates?asOf=2022-07-01&limit=1000', 'MandateList'],
      ['/v1/decisions?limit=1000', 'DecisionList'],
      ['/v1/missions?limit=1000', 'MissionList'],
      ['/v1/documents', 'DocumentList'],
      ['/v1/mandates/minusma/history', 'HistoryList'],
    ] as const)
      expectValid({ $ref: `#/components/schemas/${schema}` }, (await ledger.get(path)).body);
  });

  it('serves Swagger UI with its files at /docs', async () => {
    const redirect = await ledger.get('/docs');
    expect([redirect.status, redirect.headers.get('location')]).toEqual([301, '/docs/']);
    const page = await ledger.get('/docs/');
    expect([page.status, page.text.includes('<title>Mandate ledger</title>')]).toEqual([200, true]);
    for (const [, file] of page.text.matchAll(/(?:src|href)="\.\/([^"]+)"/g))
      expect([file, (await ledger.get(`/docs/${file}`)).status]).toEqual([file, 200]);
    expect((await ledger.get('/docs/swagger-ui-init.js')).text).toContain('/v1/decisions');
  });
});
