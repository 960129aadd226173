/** Mistakes of a clerk and how they are repaired, and the three times that make it visible, over real HTTP. */
import type { Answer, Ledger } from './ledger.js';
import { openLedger } from './hosted.js';

const source = { documentId: 'kst-29521-446', locator: 'test' };
const increase = (decisionId: string, decidedOn: string, to: number, more: object = {}) => ({
  decisionId,
  mandateId: 'eumm-georgia',
  decidedOn,
  source,
  effects: [{ type: 'increase', to: { exactly: to }, ...more }],
});
type Body = Record<string, unknown>;
const problem = ({ status, body }: Answer): unknown => {
  const { type, rule, breaks, errors } = body as {
    type: string;
    rule?: string;
    breaks?: string;
    errors?: { field: string }[];
  };
  return [
    status,
    type.replace('urn:ledger:problem:', ''),
    rule ?? null,
    breaks ?? null,
    errors?.map(({ field }) => field) ?? [],
  ];
};

describe('a mistake', () => {
  let ledger: Ledger;
  const post = (path: string, body: unknown, headers?: Record<string, string>) =>
    ledger.send('POST', path, body, headers);
  /** Asks after the last write. */
  let last = '';
  const read = async (path: string): Promise<Body> => {
    const answer = await ledger.get(path, last === '' ? {} : { 'x-ledger-after': last });
    return answer.body as Body;
  };
  const recorded = async (path: string, body: unknown): Promise<Body> => {
    const answer = await post(path, body);
    expect([answer.status, answer.text]).toEqual([201, answer.text]);
    last = (answer.body as { position: string }).position;
    return answer.body as Body;
  };
  const strength = async (query: string): Promise<unknown> =>
    ((await read(`/v1/mandates/eumm-georgia?${query}`))['strength'] as { stated: unknown }).stated;

  beforeAll(async () => {
    ledger = await openLedger();
    await recorded('/v1/decisions', increase('to-18', '2023-03-01', 18));
    await recorded('/v1/decisions', increase('to-20', '2023-09-01', 20));
  });
  afterAll(() => ledger.stop());

  it('is corrected by a later event; the wrong record stays, marked, and what is known at a size stays as it was', async () => {
    const { knownAt } = await read('/v1/mandates/eumm-georgia?asOf=2023-04-01');
    const answer = await recorded('/v1/decisions/to-18/corrections', {
      decisionId: 'correction-1',
      reason: 'misread',
      replacement: { effects: [{ type: 'increase', to: { exactly: 17 } }] },
    });
    expect(answer).toMatchObject({
      decisionId: 'correction-1',
      mandateId: 'eumm-georgia',
      events: [{ type: 'DecisionCorrected' }],
    });
    expect(await strength('asOf=2023-04-01')).toEqual({ exactly: 17 });
    expect(await strength(`asOf=2023-04-01&knownAt=${String(knownAt)}`)).toEqual({ exactly: 18 });
    expect(await strength('asOf=2023-10-01')).toEqual({ exactly: 20 });
    expect(await read('/v1/decisions/to-18')).toMatchObject({
      effects: [{ to: { exactly: 18 } }],
      correctedBy: 'correction-1',
      annulledBy: null,
    });
    expect(await read(`/v1/decisions/to-18?knownAt=${String(knownAt)}`)).toMatchObject({ correctedBy: null, knownAt });
    expect(await read('/v1/decisions/correction-1')).toMatchObject({
      decidedOn: '2023-03-01',
      effects: [{ to: { exactly: 17 } }],
      corrects: 'to-18',
      reason: 'misread',
    });
    const entries = (await read('/v1/mandates/eumm-georgia/history'))['items'] as {
      decisionId: string;
      type: string;
      correctedBy: string;
    }[];
    expect(entries.slice(-3).map(({ decisionId, type, correctedBy }) => [decisionId, type, correctedBy])).toEqual([
      ['to-18', 'StrengthIncreased', 'correction-1'],
      ['to-20', 'StrengthIncreased', null],
      ['correction-1', 'DecisionCorrected', null],
    ]);
  });

  it('is not repaired twice by the same post, and not by another body under the same id', async () => {
    const body = {
      decisionId: 'correction-1',
      reason: 'misread',
      replacement: { effects: [{ type: 'increase', to: { exactly: 17 } }] },
    };
    expect((await post('/v1/decisions/to-18/corrections', body)).status).toBe(200);
    expect(problem(await post('/v1/decisions/to-18/corrections', { ...body, reason: 'else' }))).toEqual([
      409,
      'decision-id-reused',
      null,
      null,
      ['decisionId'],
    ]);
  });

  it('stays where its repair would break a later decision, which is named', async () => {
    const replacement = { effects: [{ type: 'increase', to: { exactly: 25 } }] };
    expect(problem(await post('/v1/decisions/to-18/corrections', { reason: 'x', replacement }))).toEqual([
      422,
      'rule-broken',
      'breaks-later-decision',
      'to-20',
      ['id'],
    ]);
    expect(problem(await post('/v1/decisions/eumm-georgia-carried/annulment', { reason: 'x' }))).toEqual([
      404,
      'unknown-decision',
      null,
      null,
      ['id'],
    ]);
  });

  it.each([
    [
      'an unknown decision',
      'nothing/corrections',
      { reason: 'x', replacement: { decidedOn: '2023-03-02' } },
      [404, 'unknown-decision', null, null, ['id']],
    ],
    ['no reason', 'to-20/annulment', {}, [400, 'invalid', null, null, ['reason']]],
    [
      'nothing to replace',
      'to-20/corrections',
      { reason: 'x', replacement: {} },
      [400, 'invalid', null, null, ['replacement']],
    ],
    [
      'another mandate',
      'to-20/corrections',
      { reason: 'x', replacement: { mandateId: 'untso', decidedOn: '2023-10-01' } },
      [400, 'invalid', null, null, ['replacement.mandateId']],
    ],
    [
      'an unknown document',
      'to-20/corrections',
      { reason: 'x', replacement: { source: { documentId: 'kst-0', locator: 'x' } } },
      [422, 'unknown-document', null, null, ['replacement.source.documentId']],
    ],
    [
      'effects that do not hold',
      'to-20/corrections',
      { reason: 'x', replacement: { effects: [{ type: 'reduce', to: { exactly: 30 } }] } },
      [422, 'rule-broken', 'not-a-reduction', null, ['replacement.effects[0].to']],
    ],
  ])('refuses %s', async (_what, path, body, expected) => {
    expect(problem(await post(`/v1/decisions/${path}`, body))).toEqual(expected);
  });

  it('can be tried first', async () => {
    const answer = await post('/v1/decisions/to-20/annulment?dryRun=true', { reason: 'x' });
    expect(answer.body).toMatchObject({
      dryRun: true,
      events: [{ type: 'DecisionAnnulled' }],
      mandate: { strength: { stated: { exactly: 17 } } },
    });
    expect(await strength('asOf=2023-10-01')).toEqual({ exactly: 20 });
  });

  it('is annulled, once, and the annulment can itself be annulled', async () => {
    await recorded('/v1/decisions/to-20/annulment', { decisionId: 'annulment-1', reason: 'no such decision' });
    expect(await strength('asOf=2023-10-01')).toEqual({ exactly: 17 });
    expect(await read('/v1/decisions/to-20')).toMatchObject({ annulledBy: 'annulment-1' });
    expect(await read('/v1/decisions/annulment-1')).toMatchObject({ annuls: 'to-20', reason: 'no such decision' });
    expect(problem(await post('/v1/decisions/to-20/annulment', { reason: 'x' }))).toEqual([
      422,
      'rule-broken',
      'already-annulled',
      null,
      ['id'],
    ]);
    await recorded('/v1/decisions/annulment-1/annulment', { reason: 'it was taken after all' });
    expect(await strength('asOf=2023-10-01')).toEqual({ exactly: 20 });
    expect(await read('/v1/decisions/to-20')).toMatchObject({ annulledBy: null });
  });

  it('is looked at by the day on which it was decided, alone and together with the other times', async () => {
    expect(await strength('asOf=2023-10-01&decidedBy=2023-08-31')).toEqual({ exactly: 17 });
    expect(await strength('asOf=2023-10-01&decidedBy=2022-12-31')).toEqual({ exactly: 15 });
    const answer = await read(
      '/v1/mandates/eumm-georgia?asOf=2023-10-01&decidedBy=2023-08-31&knownAt=2030-01-01T00:00:00Z',
    );
    expect(answer).toMatchObject({
      asOf: '2023-10-01',
      decidedBy: '2023-08-31',
      knownAt: expect.stringMatching(/^size:\d+$/) as string,
    });
    const again = `asOf=2023-10-01&decidedBy=2023-08-31&knownAt=${String(answer['knownAt'])}`;
    await recorded('/v1/decisions', increase('to-21', '2023-08-01', 19));
    expect(await read(`/v1/mandates/eumm-georgia?${again}`)).toEqual(answer);
    const list = await read(`/v1/mandates?${again}&limit=1000`);
    expect((list['items'] as { mandateId: string }[]).find(({ mandateId }) => mandateId === 'eumm-georgia')).toEqual(
      answer,
    );
    expect(list).toMatchObject({ asOf: '2023-10-01', decidedBy: '2023-08-31', knownAt: answer['knownAt'] });
    const decisions = (await read('/v1/decisions?mandateId=eumm-georgia&decidedBy=2022-12-31'))['items'] as {
      decidedOn: string | null;
    }[];
    expect(decisions.every(({ decidedOn }) => decidedOn === null || decidedOn <= '2022-12-31')).toBe(true);
  });

  it('was not there before anything was known', async () => {
    expect((await ledger.get('/v1/mandates/eumm-georgia?knownAt=size:0')).status).toBe(404);
    expect((await ledger.get('/v1/mandates/eumm-georgia?knownAt=2001-01-01T00:00:00Z')).status).toBe(404);
    expect((await read('/v1/mandates?knownAt=size:0&asOf=2022-07-01'))['items']).toEqual([]);
    // opening entries
    expect((await read('/v1/mandates?decidedBy=1990-01-01&asOf=2022-07-01&limit=1000'))['items']).not.toEqual([]);
  });

  it.each([
    'yesterday',
    'size:-1',
    'size:1.5',
    '2023-03-01',
    '2023-03-01T12:00:00',
    '2023-13-01T12:00:00Z',
    'size:99999999',
  ])('is not looked for at %s', async (knownAt) => {
    for (const path of [
      '/v1/mandates',
      '/v1/mandates/untso',
      '/v1/mandates/untso/history',
      '/v1/decisions',
      '/v1/decisions/to-18',
    ])
      expect([path, problem(await ledger.get(`${path}?knownAt=${encodeURIComponent(knownAt)}`))]).toEqual([
        path,
        [400, 'invalid', null, null, ['knownAt']],
      ]);
  });

  const imported = async (lines: readonly unknown[]): Promise<{ status: number; decisionId: string }[]> => {
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    const { text } = await ledger.send('POST', '/v1/import', body, { 'content-type': 'application/x-ndjson' });
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { status: number; decisionId: string });
  };

  it('is repaired by a line of an import, of what comes before it, and what comes after it counts on that', async () => {
    const decline = (decisionId: string, mandateId: string) => ({
      decisionId,
      mandateId,
      decidedOn: '2023-03-01',
      source,
      effects: [{ type: 'decline', subject: 's' }],
    });
    const lines = [
      decline('import-wrong', 'import-repaired'),
      { corrects: 'import-wrong', reason: 'misread', replacement: { decidedOn: '2023-02-01' } },
      { annuls: 'import-wrong', reason: 'no such decision', decisionId: 'import-away' },
      { ...decline('import-after', 'import-repaired'), effects: [{ type: 'reserve', right: 'of what is not there' }] },
      { corrects: 'import-wrong', reason: 'too late', replacement: { decidedOn: '2023-02-02' } },
      { annuls: 'import-away', reason: 'it was taken' },
      { annuls: 7, reason: 'x' },
      { corrects: 'import-wrong', replacement: { decidedOn: '2023-02-02' } },
      { annuls: 'import-nothing', reason: 'x' },
    ];
    const outcomes = await imported(lines);
    expect(outcomes.map(({ status }) => status)).toEqual([201, 201, 201, 422, 422, 201, 400, 400, 404]);
    const again = await imported(lines.slice(0, 3));
    expect(again.map(({ status, decisionId }) => [status, decisionId])).toEqual(
      outcomes.slice(0, 3).map(({ decisionId }) => [200, decisionId]),
    );
  });
});
