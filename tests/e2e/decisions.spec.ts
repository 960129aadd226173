/** What a clerk does, over real HTTP. */
import type { Answer, Ledger } from './ledger.js';
import { openLedger } from './hosted.js';
import { eventually } from './ledger.js';

const source = { documentId: 'kst-29521-446', locator: 'test' };
const increase = (decisionId: string | undefined, to: number, more: object = {}) => ({
  ...(decisionId === undefined ? {} : { decisionId }),
  mandateId: 'untso',
  decidedOn: '2023-03-01',
  source,
  effects: [{ type: 'increase', to: { exactly: to } }],
  ...more,
});
const slug = ({ body }: Answer): string => (body as { type: string }).type.replace('urn:ledger:problem:', '');

describe('a clerk', () => {
  let ledger: Ledger;
  const post = (body: unknown, headers?: Record<string, string>, query = '') =>
    ledger.send('POST', `/v1/decisions${query}`, body, headers);
  const history = async (id = 'untso') =>
    ((await ledger.get(`/v1/mandates/${id}/history`)).body as { items: { decisionId: string; type: string }[] }).items;
  beforeAll(async () => {
    ledger = await openLedger();
  });
  afterAll(() => ledger.stop());

  it('records a decision and reads it back', async () => {
    const answer = await post(increase('untso-13', 13, { rationale: 'why', financing: { fund: 'BIV' } }));
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe('/v1/decisions/untso-13');
    expect(answer.headers.get('etag')).toBe('"2"');
    expect(answer.body).toEqual({
      decisionId: 'untso-13',
      mandateId: 'untso',
      revision: 2,
      position: expect.any(String) as string,
      recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      events: [{ eventId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, type: 'StrengthIncreased', revision: 2 }],
    });
    const { body } = await eventually(
      () => ledger.get('/v1/mandates/untso?asOf=2023-03-01'),
      (read) => (read.body as { revision: number }).revision === 2,
    );
    expect(body).toMatchObject({
      strength: { stated: { exactly: 13 } },
      lastDecision: { decisionId: 'untso-13' },
      financing: { fund: 'BIV' },
    });
    expect((await ledger.get('/v1/decisions/untso-13')).body).toMatchObject({
      rationale: 'why',
      recordedBy: 'recorder',
      effects: [{ type: 'increase', to: { exactly: 13 } }],
    });
  });

  it('gets the first answer again for the same body in any order of keys, and nothing is recorded', async () => {
    const body = increase('untso-14', 14);
    const first = await post(body);
    const again = await post(JSON.stringify(Object.fromEntries(Object.entries(body).reverse()), null, 2));
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body).toEqual(first.body);
    expect((await post(body, { 'if-match': '"0"' })).status).toBe(200); // a retry is no lost update
  });

  it('is told that an id is used for another body, on this mandate or on another', async () => {
    const other = await post(increase('untso-14', 15));
    expect([other.status, slug(other)]).toEqual([409, 'decision-id-reused']);
    const elsewhere = await post({ ...increase('untso-14', 14), mandateId: 'unifil' });
    expect([elsewhere.status, slug(elsewhere)]).toEqual([409, 'decision-id-reused']);
    expect(await history('unifil')).toHaveLength(2);
  });

  it('gets an id from the ledger if it sends none', async () => {
    const { status, body } = await post(increase(undefined, 15));
    expect(status).toBe(201);
    expect((body as { decisionId: string }).decisionId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('is refused with a stale If-Match, and accepted with the right one', async () => {
    const stale = await post(increase('untso-16', 16), { 'if-match': '"1"' });
    expect([stale.status, slug(stale)]).toEqual([412, 'stale-revision']);
    expect((stale.body as { detail: string }).detail).toMatch(/moved on to revision \d+ since revision 1/);
    const { headers } = await eventually(
      () => ledger.get('/v1/mandates/untso'),
      (read) => read.headers.get('etag') === '"4"',
    );
    expect((await post(increase('untso-16', 16), { 'if-match': headers.get('etag')! })).status).toBe(201);
    for (const malformed of ['1', '*', 'W/"1"', '"x"', '"01"'])
      expect((await post(increase('untso-17', 17), { 'if-match': malformed })).status).toBe(400);
  });

  it('learns from the rule and the sentence what contradicts the decision', async () => {
    const answer = await post(
      increase('untso-20', 20, { effects: [{ type: 'increase', from: { exactly: 10 }, to: { exactly: 20 } }] }),
    );
    expect([answer.status, slug(answer), answer.headers.get('content-type')]).toEqual([
      422,
      'rule-broken',
      'application/problem+json; charset=utf-8',
    ]);
    expect(answer.body).toMatchObject({
      rule: 'strength-mismatch',
      detail: expect.stringMatching(/^The ledger holds 16 .* since 2023-03-01, not 10; /) as string,
      errors: [{ field: 'effects[0].from' }],
    });
  });

  it('cannot record late what contradicts a later decision', async () => {
    const late = { ...increase('late', 14), decidedOn: '2022-09-01' };
    const answer = await post(late);
    expect([
      answer.status,
      (answer.body as { rule: string; breaks: string }).rule,
      (answer.body as { breaks: string }).breaks,
    ]).toEqual([422, 'breaks-later-decision', 'untso-13']);
    expect((await post({ ...late, effects: [{ type: 'reserve', right: 'to leave' }] })).status).toBe(201);
  });

  it('learns what is not registered', async () => {
    const document = await post(increase('x', 30, { source: { documentId: 'no-letter', locator: 'x' } }));
    expect([
      document.status,
      slug(document),
      (document.body as { errors: { field: string }[] }).errors[0]!.field,
    ]).toEqual([422, 'unknown-document', 'source.documentId']);
    const mission = await post({
      mandateId: 'new-one',
      decidedOn: '2023-03-01',
      source,
      effects: [{ type: 'establish', title: 't', missions: ['untso', 'nowhere'], until: '2025', contributions: [] }],
    });
    expect([mission.status, slug(mission), (mission.body as { errors: { field: string }[] }).errors[0]!.field]).toEqual(
      [422, 'unknown-mission', 'effects[0].missions[1]'],
    );
    const mandate = await post({ ...increase('x', 30), mandateId: 'nowhere' });
    expect([mandate.status, slug(mandate)]).toEqual([422, 'unknown-mandate']);
    expect((await ledger.get('/v1/mandates/new-one')).status).toBe(404);
  });

  it('tries a decision without recording it', async () => {
    const before = await history();
    const body = increase('tried', 40);
    const answer = await post(body, {}, '?dryRun=true');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      dryRun: true,
      decisionId: 'tried',
      events: [{ type: 'StrengthIncreased' }],
      mandate: { mandateId: 'untso', strength: { maximum: 40 }, asOf: '2023-03-01' },
    });
    expect(
      (await post({ ...body, effects: [{ type: 'increase', to: { exactly: 1 } }] }, {}, '?dryRun=true')).status,
    ).toBe(422);
    expect((await ledger.get('/v1/decisions/tried')).status).toBe(404);
    expect(await history()).toEqual(before);
    expect((await post(body, {}, '?dryRun=false')).status).toBe(201);
    expect((await post(body, {}, '?dryRun=yes')).status).toBe(400);
  });

  it('records all effects of a decision or none', async () => {
    const before = (await history('unifil')).length;
    const effects = [
      { type: 'reserve', right: 'a' },
      { type: 'increase', to: { exactly: 0 } },
    ];
    expect(
      (await post({ decisionId: 'both', mandateId: 'unifil', decidedOn: '2023-03-01', source, effects })).status,
    ).toBe(422);
    expect(await history('unifil')).toHaveLength(before);
  });

  it('may post one decision many times at once: it is recorded one time, and all answers are equal', async () => {
    const body = increase('at-once', 60, { mandateId: 'kosovo' });
    const answers = await Promise.all(Array.from({ length: 40 }, () => post(body)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(39);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  it('may post many decisions on one mandate at once: each is judged after the one before', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => post(increase(`race-${i}`, 100 + i, { mandateId: 'unmiss' }))),
    );
    const accepted = answers.filter(({ status }) => status === 201);
    expect(accepted.length).toBeGreaterThan(0);
    for (const { status, body } of answers)
      if (status !== 201) expect([status, (body as { rule: string }).rule]).toEqual([422, 'not-an-increase']);
    const recorded = await eventually(
      () => history('unmiss'),
      (items) => items.length === 2 + accepted.length,
    );
    expect(new Set(recorded.map(({ decisionId }) => decisionId)).size).toBe(recorded.length);
  });

  it('may post one id on two mandates at once: one of them gets it', async () => {
    for (let i = 0; i < 20; i++) {
      const answers = await Promise.all(
        ['ussc', 'eulpc'].map((mandateId) =>
          post({
            decisionId: `shared-${i}`,
            mandateId,
            decidedOn: '2023-03-01',
            source,
            effects: [{ type: 'reserve', right: 'r' }],
          }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    }
  });

  it('registers a mission and a document, and amends them', async () => {
    const mission = { name: 'A mission', organisation: 'EU', region: 'sahel', kind: 'civilian' };
    const created = await ledger.send('PUT', '/v1/missions/a-mission', mission);
    expect([created.status, created.headers.get('etag')]).toEqual([201, '"0"']);
    expect(created.body).toMatchObject({ missionId: 'a-mission', ...mission, revision: 0 });
    const same = await ledger.send('PUT', '/v1/missions/a-mission', mission);
    expect([same.status, same.text]).toEqual([200, created.text]);
    const amended = await ledger.send(
      'PUT',
      '/v1/missions/a-mission',
      { ...mission, countries: ['ML'] },
      { 'if-match': '"0"' },
    );
    expect([amended.status, (amended.body as { revision: number }).revision]).toEqual([200, 1]);
    expect((await ledger.send('PUT', '/v1/missions/a-mission', mission, { 'if-match': '"0"' })).status).toBe(412);
    await eventually(
      () => ledger.get('/v1/missions/a-mission'),
      ({ body }) => (body as { revision?: number } | undefined)?.revision === 1,
    );
    const document = { title: 'T', date: '2023-03-01', costs: [{ year: 2023, currency: 'EUR', about: 5 }] };
    expect((await ledger.send('PUT', '/v1/documents/a-document', document)).status).toBe(201);
    expect(
      (
        await post({
          decisionId: 'after-put',
          mandateId: 'untso',
          decidedOn: '2023-04-01',
          source: { documentId: 'a-document', locator: 'p. 1' },
          effects: [{ type: 'reserve', right: 'r' }],
        })
      ).status,
    ).toBe(201);
  });

  it('sees an amended mission in the mandates that name it', async () => {
    const { body } = await ledger.get('/v1/missions/unifil');
    const { missionId: _id, recordedAt: _at, revision: _revision, ...mission } = body as Record<string, unknown>;
    await ledger.send('PUT', '/v1/missions/unifil', { ...mission, region: 'worldwide' });
    await eventually(
      () => ledger.get('/v1/mandates/unifil?asOf=2022-07-01'),
      (answer) => (answer.body as { region: string }).region === 'worldwide',
    );
  });
});
