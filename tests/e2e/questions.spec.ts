/** What an auditor asks of the letter: differences, totals, what is to come; over real HTTP. */
import ICAL from 'ical.js';
import type { Answer, Ledger } from './ledger.js';
import { openLedger } from './hosted.js';

interface Item {
  readonly mandateId: string;
  readonly kinds: string[];
  readonly before: { readonly status: string; readonly strength: { readonly maximum: number } } | null;
  readonly after: { readonly status: string; readonly strength: { readonly maximum: number } } | null;
  readonly decisions: { readonly decisionId: string; readonly source: unknown }[];
}
const items = ({ body }: Answer): Item[] => (body as { items: Item[] }).items;
const fields = ({ status, body }: Answer): unknown => [
  status,
  (body as { errors: { field: string }[] }).errors.map(({ field }) => field),
];

describe('the auditor', () => {
  let ledger: Ledger;
  beforeAll(async () => {
    ledger = await openLedger();
  });
  afterAll(() => ledger.stop());

  it('sees what differs between two days, with the decisions that caused it', async () => {
    const changes = items(await ledger.get('/v1/changes?from=2022-12-31&to=2023-01-01'));
    const eucap = changes.find(({ mandateId }) => mandateId === 'eucap-sahel')!;
    expect(eucap).toMatchObject({ kinds: ['expired'], before: { status: 'in-force' }, after: { status: 'expired' } });
    expect(eucap.decisions).toEqual([
      {
        decisionId: 'kst-29521-446-eucap-sahel',
        decidedOn: '2022-06-17',
        source: expect.objectContaining({ documentId: 'kst-29521-446' }) as object,
      },
    ]);
    expect(items(await ledger.get('/v1/changes?from=2022-07-01&to=2022-07-01'))).toEqual([]);
  });

  it('sees what the letter taught the ledger about a mandate', async () => {
    const history = (await ledger.get('/v1/mandates/eumm-georgia/history')).body as {
      items: { leafIndex: number; decisionId: string }[];
    };
    const { leafIndex } = history.items.find(({ decisionId }) => decisionId === 'kst-29521-446-eumm-georgia')!;
    const learnt = items(
      await ledger.get(`/v1/changes?knownFrom=size:${leafIndex}&knownTo=size:${leafIndex + 2}&asOf=2022-07-01`),
    );
    expect(learnt).toMatchObject([
      {
        mandateId: 'eumm-georgia',
        kinds: ['extended', 'increased'],
        before: { strength: { maximum: 10 } },
        after: { strength: { maximum: 15 } },
        decisions: [{ decisionId: 'kst-29521-446-eumm-georgia' }],
      },
    ]);
    const all = await ledger.get(
      '/v1/changes?knownFrom=size:0&knownTo=2100-01-01T00:00:00Z&asOf=2022-07-01&limit=1000',
    );
    expect(all.body).toMatchObject({
      knownFrom: 'size:0',
      knownTo: expect.stringMatching(/^size:\d+$/) as string,
      asOf: '2022-07-01',
    });
    expect(items(all)).toHaveLength(37);
  });

  it.each([
    ['', ['from']],
    ['from=2022-07-01', ['to']],
    ['to=2022-07-01', ['from']],
    ['from=2022-07-02&to=2022-07-01', ['to']],
    ['from=2022-07-01&to=2022-07-02&asOf=2022-07-01', ['asOf']],
    ['from=2022-07-01&to=2022-07-02&knownFrom=size:1', ['from']],
    ['knownFrom=size:1', ['knownTo']],
    ['knownFrom=size:2&knownTo=size:1', ['knownTo']],
    ['knownFrom=size:1&knownTo=size:2&knownAt=size:3', ['knownAt']],
    ['knownFrom=size:1&knownTo=size:99999', ['knownAt']],
    ['from=2022-02-30&to=2022-07-02', ['from']],
  ])('is told what is wrong with /v1/changes?%s', async (query, wrong) => {
    expect(fields(await ledger.get(`/v1/changes?${query}`))).toEqual([400, wrong]);
  });

  it('adds up head counts, and is told what could not be counted', async () => {
    const { body } = await ledger.get('/v1/totals?asOf=2022-07-01&by=region');
    const {
      items: groups,
      total,
      by,
    } = body as {
      items: { key: string; minimum: number; maximum: number; mandates: number; uncounted: string[] }[];
      total: { minimum: number; maximum: number; mandates: number; uncounted: string[] };
      by: string;
    };
    expect(by).toBe('region');
    const sum = (of: (group: (typeof groups)[number]) => number): number =>
      groups.reduce((heads, group) => heads + of(group), 0);
    expect([sum(({ minimum }) => minimum), sum(({ maximum }) => maximum), sum(({ mandates }) => mandates)]).toEqual([
      total.minimum,
      total.maximum,
      total.mandates,
    ]);
    const inForce = (await ledger.get('/v1/mandates?asOf=2022-07-01&status=in-force&limit=1000')).body as {
      items: { mandateId: string; strength: { minimum: number | null; maximum: number | null } }[];
    };
    const counted = inForce.items.filter(({ strength: { minimum, maximum } }) => minimum !== null && maximum !== null);
    expect(total).toMatchObject({
      mandates: inForce.items.length,
      minimum: counted.reduce((heads, { strength: { minimum } }) => heads + minimum!, 0),
      maximum: counted.reduce((heads, { strength: { maximum } }) => heads + maximum!, 0),
    });
    expect(total.uncounted).toEqual(
      inForce.items.filter((each) => !counted.includes(each)).map(({ mandateId }) => mandateId),
    );
    for (const grouping of ['organisation', 'category', 'mission'])
      expect(
        ((await ledger.get(`/v1/totals?asOf=2022-07-01&by=${grouping}`)).body as { total: unknown }).total,
      ).toEqual(total);
    expect(fields(await ledger.get('/v1/totals?by=colour'))).toEqual([400, ['by']]);
    expect((await ledger.get('/v1/totals?asOf=2022-07-01&format=csv')).text).toMatch(
      /^\uFEFF?key,minimum,maximum,mandates,uncounted\r\n/,
    );
  });

  it('adds up what was in force by decisions of a day, as far as it was known', async () => {
    const before = (await ledger.get('/v1/totals?asOf=2022-07-01&decidedBy=2022-06-16')).body as {
      total: { maximum: number };
    };
    const after = (await ledger.get('/v1/totals?asOf=2022-07-01')).body as { total: { maximum: number } };
    expect(before.total.maximum).not.toBe(after.total.maximum);
    expect(((await ledger.get('/v1/totals?asOf=2022-07-01&knownAt=size:0')).body as { total: unknown }).total).toEqual({
      minimum: 0,
      maximum: 0,
      mandates: 0,
      uncounted: [],
    });
  });

  it('sees what is to come, by day, and what has no day yet', async () => {
    const agenda = (await ledger.get('/v1/agenda?from=2022-07-01&to=2022-12-31&limit=1000')).body as {
      items: { on: string | null; kind: string; mandateId: string }[];
    };
    expect(agenda.items).toContainEqual(
      expect.objectContaining({ on: '2022-12-31', kind: 'expiry', mandateId: 'eucap-sahel' }),
    );
    expect(agenda.items).toContainEqual(
      expect.objectContaining({ on: null, kind: 'study', mandateId: 'eufor-althea' }),
    );
    const dated = agenda.items.flatMap(({ on }) => (on === null ? [] : [on]));
    expect(dated).toEqual([...dated].sort());
    expect(dated.every((on) => on >= '2022-07-01' && on <= '2022-12-31')).toBe(true);
    expect(agenda.items.map(({ on }) => on === null)).toEqual(agenda.items.map((_item, i) => i >= dated.length));
    const { nextCursor } = (await ledger.get('/v1/agenda?from=2022-07-01&limit=2')).body as { nextCursor: string };
    const next = (await ledger.get(`/v1/agenda?from=2022-07-01&limit=2&cursor=${nextCursor}`)).body as {
      items: unknown[];
    };
    const both = (await ledger.get('/v1/agenda?from=2022-07-01&limit=4')).body as { items: unknown[] };
    expect(next.items).toEqual(both.items.slice(2));
    expect(fields(await ledger.get('/v1/agenda?from=2022-07-02&to=2022-07-01'))).toEqual([400, ['to']]);
    expect(fields(await ledger.get('/v1/agenda?cursor=abc'))).toEqual([400, ['cursor']]);
  });

  it('subscribes to it with a calendar', async () => {
    const answer = await ledger.get('/v1/agenda.ics?from=2022-07-01');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8']);
    const events = new ICAL.Component(ICAL.parse(answer.text) as never[])
      .getAllSubcomponents('vevent')
      .map((each) => new ICAL.Event(each));
    const agenda = (await ledger.get('/v1/agenda?from=2022-07-01&limit=1000')).body as {
      items: { on: string | null }[];
    };
    expect(events).toHaveLength(agenda.items.filter(({ on }) => on !== null).length);
    expect(events.find(({ uid }) => uid.startsWith('expiry-eucap-sahel'))!.startDate.toString()).toBe('2022-12-31');
    expect((await ledger.get('/v1/agenda.ics?from=2022-07-01')).text).toBe(answer.text);
    expect(fields(await ledger.get('/v1/agenda.ics?limit=1'))).toEqual([400, ['limit']]);
  });
});
