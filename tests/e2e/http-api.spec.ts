/** docs/http-api.md, compared with the OpenAPI document and with the answers of a running ledger. */
import { readFileSync } from 'node:fs';
import { MOST_STREAMS } from '../../apps/api/src/http/connections.js';
import type { Ledger } from './ledger.js';
import { startLedger } from './ledger.js';
import { OpenApiDocument } from './openapi-document.js';

const PAGE = readFileSync('docs/http-api.md', 'utf8');
const chapter = (title: string): string => PAGE.split(/^## /m).find((each) => each.startsWith(`${title}\n`))!;
const codesIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

/** Parameters of every list and of every read, which the page names once. */
const GENERAL: ReadonlySet<string> = new Set(['limit', 'cursor', 'format', 'after']);

/** The table of paths: the parameters of each operation, such as `GET /v1/mandates`. */
const documented = new Map(
  [...chapter('Paths').matchAll(/^\| (`.+?) \|.*?\| ([^|]*)\|$/gm)].flatMap(([, operations, parameters]) =>
    codesIn(operations!).map((operation) => [operation, codesIn(parameters!)] as const),
  ),
);

/** The first block of JSON under a heading. */
const exampleIn = (title: string): Record<string, unknown> =>
  JSON.parse(/```json\n(.*?)```/s.exec(chapter(title))![1]!) as Record<string, unknown>;

interface EffectSchema {
  readonly properties?: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
  readonly required?: readonly string[];
}

/** By effect: its fields, with a question mark behind each that is optional. */
function fieldsOfEffects({ schemas }: OpenApiDocument): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const { properties = {}, required = [] } of Object.values(schemas) as EffectSchema[]) {
    const { type, ...more } = properties;
    if (type?.enum?.length !== 1) continue; // not the schema of one effect
    fields[type.enum[0]!] = Object.keys(more)
      .map((name) => (required.includes(name) ? name : `${name}?`))
      .sort();
  }
  return fields;
}

describe('the page of the HTTP API', () => {
  let ledger: Ledger;
  let document: OpenApiDocument;
  beforeAll(async () => {
    ledger = await startLedger();
    document = await OpenApiDocument.of(ledger);
  });
  afterAll(() => ledger.stop());

  it('lists every operation, and no other', () => {
    const operations = document.operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect([...documented.keys()].sort()).toEqual([...operations, 'GET /docs/', 'GET /openapi.json'].sort());
  });

  it('lists the parameters of each operation', () => {
    for (const { method, path, parameters } of document.operations) {
      const named = parameters.filter((each) => each.in === 'query' && !GENERAL.has(each.name)).map(({ name }) => name);
      const listed = documented.get(`${method.toUpperCase()} ${path}`)!.filter((name) => !GENERAL.has(name));
      expect([path, listed.sort()]).toEqual([path, named.sort()]);
    }
  });

  it('shows a decision that is recorded, and the members of its answer', async () => {
    await ledger.send('PUT', '/v1/documents/kst-example', { title: 'An example of a letter', date: '2023-03-01' });
    const { status, body } = await ledger.send('POST', '/v1/decisions', exampleIn('Bodies'));
    const answer = exampleIn('Writes');
    expect(status).toBe(201);
    expect(Object.keys(body as object)).toEqual(Object.keys(answer));
    expect(body).toMatchObject({ revision: answer['revision'], decisionId: answer['decisionId'] });
  });

  it('has the members of a mandate, and of an entry of its history', async () => {
    const codes = new Set(codesIn(chapter('Answers')));
    for (const path of ['/v1/mandates/unifil', '/v1/mandates/unifil/history']) {
      const { body } = await ledger.get(path);
      const answered = ((body as { items?: object[] }).items?.[0] ?? body) as object;
      expect(Object.keys(answered).filter((member) => !codes.has(member))).toEqual([]);
    }
  });

  it('refers to a page of the domain that has the fields of each effect', () => {
    const rows = [
      ...readFileSync('docs/domain.md', 'utf8').matchAll(/^\| `([a-z-]+)` +\| `[A-Z]\w+` +\| (.+?) +\|$/gm),
    ];
    const listed = Object.fromEntries(rows.map(([, effect, fields]) => [effect!, fields!.split(', ').sort()] as const));
    expect(listed).toEqual(fieldsOfEffects(document));
  });

  it('has the limits of streams', () => {
    expect(chapter('Limits')).toContain(`${MOST_STREAMS.live}, and ${MOST_STREAMS.import}; else 503`);
  });
});
