/** The main job: one command, and every mandate of the letter answers rightly on days before, in and after its term. */
import { expectGolden } from '../golden.js';
import type { Ledger } from './ledger.js';
import { openLedger } from './hosted.js';

/** The day before the letter, after it, after the old terms, and on both sides of the new ones. */
const DAYS = ['2022-06-16', '2022-07-01', '2022-08-01', '2023-01-01', '2023-08-01', '2025-07-31', '2025-08-01'];

interface Mandate {
  readonly mandateId: string;
  readonly status: string;
  readonly ending: boolean;
  readonly provisional: boolean;
  readonly term: { from: string | null; until: string } | null;
  readonly strength: { minimum: number | null; maximum: number | null };
}

/** `in-force! 0..3`: ! ending, ~ provisional. */
const cell = ({ status, ending, provisional, strength: { minimum, maximum } }: Mandate): string =>
  `${status}${ending ? '!' : ''}${provisional ? '~' : ''}${minimum === null && maximum === null ? '' : minimum === maximum ? ` ${minimum}` : ` ${minimum ?? ''}..${maximum ?? ''}`}`;

describe('the letter, from one command', () => {
  let ledger: Ledger;
  beforeAll(async () => {
    ledger = await openLedger();
  });
  afterAll(() => ledger.stop());

  it('answers with the strength, term and status of every mandate on every day', async () => {
    const rows = new Map<string, string[]>();
    for (const day of DAYS) {
      const { status, body } = await ledger.get(`/v1/mandates?asOf=${day}&limit=1000`);
      expect([status, (body as { nextCursor: unknown }).nextCursor]).toEqual([200, null]);
      for (const mandate of (body as { items: Mandate[] }).items) {
        const { mandateId, term } = mandate;
        if (!rows.has(mandateId)) rows.set(mandateId, []);
        if (day === '2022-07-01') rows.get(mandateId)!.unshift(`${term?.from ?? '-'} to ${term?.until ?? '-'}`);
        rows.get(mandateId)!.push(cell(mandate));
      }
    }
    const table = [['', 'term on 2022-07-01', ...DAYS], ...[...rows].map(([id, cells]) => [id, ...cells])];
    const text = table
      .map((row) =>
        row
          .map((each, i) => each.padEnd(i < 2 ? 26 : 18))
          .join('')
          .trimEnd(),
      )
      .join('\n');
    expectGolden('letter-standings.txt', `${text}\n`);
  });

  it('answers one mandate as the list does', async () => {
    const { body: list } = await ledger.get('/v1/mandates?asOf=2022-07-01');
    for (const item of (list as { items: Mandate[] }).items)
      expect((await ledger.get(`/v1/mandates/${item.mandateId}?asOf=2022-07-01`)).body).toEqual(item);
  });

  it('says what the letter is asked for first', async () => {
    const one = async (id: string) => (await ledger.get(`/v1/mandates/${id}?asOf=2022-07-01`)).body as object;
    expect(await one('eumm-georgia')).toMatchObject({
      title: 'Contribution to EUMM Georgia',
      organisations: ['EU'],
      region: 'eastern-flank',
      status: 'in-force',
      term: { from: null, until: '2025-07-31' },
      strength: { minimum: 15, maximum: 15, approximate: false, stated: { exactly: 15 } },
      lastDecision: {
        decisionId: 'kst-29521-446-eumm-georgia',
        decidedOn: '2022-06-17',
        source: { documentId: 'kst-29521-446' },
      },
      revision: 2,
      asOf: '2022-07-01',
    });
    expect(await one('undof')).toMatchObject({ status: 'in-force', ending: true });
    expect(await one('eufor-althea')).toMatchObject({
      status: 'under-study',
      term: null,
      studies: [{ notified: true, outcome: null, target: { until: '2025-07-31' } }],
    });
    expect(await one('minusma')).toMatchObject({
      declined: [{ subject: 'Attack helicopters for MINUSMA' }],
      reviews: [{ dueBy: '2022', heldOn: null }],
    });
  });

  it.each([
    ['status=under-study', ['eufor-althea', 'maicc', 'nmi-force-protection']],
    ['region=western-balkans', ['bih-eusr-ohr', 'eufor-althea', 'kosovo', 'osce-western-balkans']],
    ['organisation=OSCE', ['osce-smm-ukraine', 'osce-western-balkans']],
    ['mission=eusr-kosovo', ['kosovo']],
    ['category=marechaussee', ['eucap-sahel', 'icc-forensic-ukraine', 'minusma']],
    ['expiringBefore=2022-12-31', ['eubam-rafah', 'eunavfor-irini', 'patriots-slovakia', 'undof']],
    ['q=GEORGIA', ['eumm-georgia']],
    ['organisation=UN&region=middle-east&status=in-force', ['undof', 'unifil', 'untso']],
    ['q=nothing-of-the-kind', []],
  ])('filters by %s', async (query, ids) => {
    const { body } = await ledger.get(`/v1/mandates?asOf=2022-07-01&${query}`);
    expect((body as { items: Mandate[] }).items.map(({ mandateId }) => mandateId)).toEqual(ids);
  });

  it('pages through a list without gap or double', async () => {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await ledger.get(
        `/v1/mandates?asOf=2022-07-01&limit=10${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      const page = body as { items: Mandate[]; nextCursor: string | null };
      ids.push(...page.items.map(({ mandateId }) => mandateId));
      cursor = page.nextCursor;
    }
    expect(ids).toHaveLength(37);
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('gives the history, the decisions, the missions and the document that it rests on', async () => {
    const { body: history } = await ledger.get('/v1/mandates/eumm-georgia/history');
    expect((history as { items: object[] }).items).toMatchObject([
      { type: 'MandateCarriedForward', decidedOn: null, revision: 0, recordedBy: 'dataset kst-29521-446' },
      { type: 'MandateExtended', decidedOn: '2022-06-17', revision: 1, data: { until: '2025-07-31' } },
      {
        type: 'StrengthIncreased',
        revision: 2,
        data: { from: { exactly: 10 }, to: { exactly: 15 } },
        correctedBy: null,
        annulledBy: null,
      },
    ]);
    const { body: decision } = await ledger.get('/v1/decisions/kst-29521-446-eumm-georgia');
    expect(decision).toMatchObject({
      effects: [{ type: 'extend' }, { type: 'increase' }],
      financing: { fund: 'Stabiliteitsfonds' },
      revision: 2,
    });
    expect((await ledger.get('/v1/decisions?mandateId=minusma')).body).toMatchObject({
      items: [{}, {}, {}],
      nextCursor: null,
    });
    expect((await ledger.get('/v1/missions/eumm-georgia')).body).toMatchObject({
      missionId: 'eumm-georgia',
      countries: ['GE'],
      revision: 0,
    });
    expect((await ledger.get('/v1/documents')).body).toMatchObject({
      items: [{ documentId: 'kst-29521-446', date: '2022-06-17' }],
    });
    expect((await ledger.get('/v1/missions?limit=1000')).body).toMatchObject({ nextCursor: null });
  });

  it('replays a mandate to an earlier revision', async () => {
    expect((await ledger.get('/v1/mandates/eumm-georgia?asOf=2022-07-01&revision=0')).body).toMatchObject({
      strength: { maximum: 10 },
      term: { until: '2022-07-31' },
      revision: 0,
    });
    expect((await ledger.get('/v1/mandates/eumm-georgia?asOf=2022-07-01&revision=1')).body).toMatchObject({
      strength: { maximum: 10 },
      term: { until: '2025-07-31' },
    });
    const latest = await ledger.get('/v1/mandates/eumm-georgia?asOf=2022-07-01');
    // By then the ledger knew less of other mandates.
    expect((await ledger.get('/v1/mandates/eumm-georgia?asOf=2022-07-01&revision=2')).body).toEqual({
      ...(latest.body as object),
      knownAt: 'size:57',
    });
    expect(latest.headers.get('etag')).toBe('"2"');
    expect((await ledger.get('/v1/mandates/eumm-georgia?revision=3')).status).toBe(404);
  });

  it('takes today in Europe/Amsterdam where no day is asked for', async () => {
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Amsterdam' }).format(new Date());
    expect((await ledger.get('/v1/mandates/untso')).body).toMatchObject({ asOf: today });
  });
});
