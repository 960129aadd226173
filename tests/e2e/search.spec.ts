/** Full-text search over the letter, as clerks and auditors ask it. */
import type { Answer, Ledger } from './ledger.js';
import { openLedger } from './hosted.js';

interface Item {
  readonly mandateId: string;
  readonly decisionId: string;
  readonly status: string;
  readonly match: { readonly in: string; readonly text: string };
}
interface Page {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

describe('a search in the letter', () => {
  let ledger: Ledger;
  beforeAll(async () => {
    ledger = await openLedger();
  });
  afterAll(() => ledger.stop());

  const ask = (list: string, q: string, more = ''): Promise<Answer> =>
    ledger.get(`/v1/${list}?q=${encodeURIComponent(q)}${list === 'mandates' ? '&asOf=2022-07-01' : ''}${more}`);
  const found = async (list: string, q: string, more = ''): Promise<Page> => {
    const answer = await ask(list, q, more);
    expect([q, answer.status]).toEqual([q, 200]);
    return answer.body as Page;
  };
  const ids = async (list: string, q: string, more = ''): Promise<string[]> =>
    (await found(list, q, more)).items.map(({ mandateId, decisionId }) =>
      list === 'mandates' ? mandateId : decisionId,
    );

  it('finds a word whatever its diacritics, and marks it as it is written', async () => {
    const { items } = await found('mandates', 'georgie');
    expect(items.map(({ mandateId, match }) => [mandateId, match])).toEqual([
      [
        'eumm-georgia',
        { in: 'locator', text: 'section 1, EU Monitoring Mission (EUMM) <mark>Georgië</mark>, paragraph 1' },
      ],
    ]);
  });

  it.each([
    ['a mission alone', '"truce supervision"', ['untso'], 'mission'],
    ['a rationale alone', 'russian aggression', ['eumm-georgia'], 'rationale'],
    ['a declined subject', 'attack helicop', ['minusma'], 'subject'],
    ['an asset', 'Patriot air defence', ['patriots-slovakia'], 'asset'],
    ['a title and a rationale together', 'georgia aggression', ['eumm-georgia'], 'title'],
  ])('finds mandates by a word of %s', async (_what, q, expected, place) => {
    const { items } = await found('mandates', q);
    expect(items.map(({ mandateId, match }) => [mandateId, match.in])).toEqual(expected.map((id) => [id, place]));
  });

  it('finds by the document what cites it', async () => {
    expect(await ids('mandates', 'house of representatives')).toHaveLength(37);
    const { items } = await found('decisions', '"29521, nr. 446"', '&mandateId=untso');
    expect(items.map(({ decisionId, match }) => [decisionId, match])).toEqual([
      ['kst-29521-446-untso', { in: 'document', text: '<mark>29521, nr. 446</mark>' }],
      ['kst-29521-446-untso-opening', { in: 'document', text: '<mark>29521, nr. 446</mark>' }],
    ]);
  });

  it('finds a decision by its own texts, and gives it as it is given by its id', async () => {
    const { items } = await found('decisions', 'RUSSIAN');
    expect(items.map(({ decisionId }) => decisionId)).toEqual(['kst-29521-446-eumm-georgia']);
    const { match, ...decision } = items[0]!;
    expect(match).toEqual({
      in: 'rationale',
      text:
        'More is invested in preventing conflict in the wider region, in view of the <mark>Russian</mark> ' +
        'aggression.',
    });
    // By its id it is given with the times that were asked for.
    expect((await ledger.get('/v1/decisions/kst-29521-446-eumm-georgia')).body).toMatchObject(decision);
  });

  it('wants every word, and takes only the last one for half a word', async () => {
    expect(await ids('mandates', 'georgia helicopters')).toEqual([]);
    expect(await ids('mandates', 'georgi russian')).toEqual([]);
    expect(await ids('mandates', 'russian georgi')).toEqual(['eumm-georgia']);
    expect(await ids('mandates', 'eorgia')).toEqual([]);
    expect(await ids('mandates', '"mission monitoring" georgia')).toEqual([]);
  });

  it('goes together with the day and the other filters', async () => {
    const all = await ids('mandates', 'contribution');
    const inForce = await ids('mandates', 'contribution', '&status=in-force&organisation=EU');
    expect(inForce.length).toBeGreaterThan(3);
    expect(inForce).toEqual(all.filter((id) => inForce.includes(id)));
    const { items } = await found('mandates', 'contribution', '&status=in-force&organisation=EU');
    expect(new Set(items.map(({ status }) => status))).toEqual(new Set(['in-force']));
    const later = (await ledger.get('/v1/mandates?q=georgia&asOf=2030-01-01')).body as Page;
    expect(later.items.map(({ mandateId, status }) => [mandateId, status])).toEqual([['eumm-georgia', 'expired']]);
    expect(await ids('mandates', 'georgia', '&region=sahel')).toEqual([]);
  });

  it.each(['mandates', 'decisions'])('pages through %s without gap or double', async (list) => {
    const whole = await ids(list, 'mission', '&limit=1000');
    expect(whole.length).toBeGreaterThan(20);
    const paged: string[] = [];
    for (let cursor = ''; ;) {
      const page = await found(list, 'mission', `&limit=7${cursor}`);
      paged.push(...page.items.map(({ mandateId, decisionId }) => (list === 'mandates' ? mandateId : decisionId)));
      if (page.nextCursor === null) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(paged).toEqual(whole);
  });

  it.each(['mandates', 'decisions'])(
    'refuses for %s a cursor of the list without q, and one that is made up',
    async (list) => {
      const { nextCursor } = (await ledger.get(`/v1/${list}?limit=1`)).body as Page;
      const madeUp = Buffer.from('[-1e999,"x"]').toString('base64url');
      for (const cursor of [nextCursor, madeUp]) {
        const answer = await ask(list, 'mission', `&cursor=${cursor}`);
        expect([answer.status, answer.body]).toMatchObject([400, { errors: [{ field: 'cursor' }] }]);
      }
      const { nextCursor: ranked } = await found(list, 'mission', '&limit=1');
      expect((await ledger.get(`/v1/${list}?cursor=${ranked}`)).status).toBe(400);
    },
  );

  it.each(['mandates', 'decisions'])('takes signs of any kind in %s for text', async (list) => {
    for (const q of ['georgia*', 'title:georgia', 'NEAR(a b)', 'a AND', 'NOT georgia', '"', "'; DROP TABLE event --", '{x}:y', '^a', 'a"b', '-a', '\\0x'])
      expect([q, (await ask(list, q)).status]).toEqual([q, /[\p{L}\p{N}]/u.test(q) ? 200 : 400]);
    expect(await ids('mandates', '(georgia)*')).toEqual(['eumm-georgia']);
  }); // prettier-ignore

  it.each([
    ['***', /has no letter or digit/],
    ['"-"', /has no letter or digit/],
    ['a b c d e f g h i j k l m n o p q', /has 17 words; at most 16/],
    ['x'.repeat(201), /at most 200/],
    ['\u0000', /control character/],
  ])('refuses %j and names q', async (q, message) => {
    for (const list of ['mandates', 'decisions']) {
      const answer = await ask(list, q);
      const { errors } = answer.body as { errors: { field: string; message: string }[] };
      expect([answer.status, errors.map(({ field }) => field)]).toEqual([400, ['q']]);
      expect(errors[0]!.message).toMatch(message);
    }
  });

  it('finds what has just been recorded, with markup in it taken for text', async () => {
    const answer = await ledger.send('POST', '/v1/decisions', {
      decisionId: 'search-example',
      mandateId: 'untso',
      decidedOn: '2022-09-01',
      source: { documentId: 'kst-29521-446', locator: 'nowhere' },
      rationale: '<script>alert("Überraschung")</script>',
      effects: [{ type: 'reserve', right: 'to leave' }],
    });
    const { position } = answer.body as { position: string };
    const { items } = await found('decisions', 'uberraschung', `&after=${position}`);
    expect(items.map(({ decisionId, match }) => [decisionId, match.text])).toEqual([
      ['search-example', '&lt;script&gt;alert(&quot;<mark>Überraschung</mark>&quot;)&lt;/script&gt;'],
    ]);
    expect(await ids('mandates', 'uberraschung', `&after=${position}`)).toEqual(['untso']);
  });
});
