/** The search against a naive oracle, which looks through every text word by word. */
import fc from 'fast-check';
import Libsql from 'libsql';
import { join } from 'node:path';
import type { Effect } from '#mandate';
import type { DecisionCriteria, Projecting, ReadModels } from '#read-models';
import { foundDecisions, foundMandates, openForProjecting, openReadModels, termsOf } from '#read-models';
import type { MandateCriteria, SearchLimits } from '#read-models/testing';
import { LIMITS, mark, textsOfDecision } from '#read-models/testing';
import { temporaryFolder } from '../temporary-folder.js';
import type { Wanted } from './search-oracle.js';
import { Log, holds, oracle, wordsOf } from './search-oracle.js';

const VOCABULARY = [
  'Georgië', 'georgie', 'GEORGIA', 'Oekraïne', 'staf', 'Stafofficier', 'Łódź', 'straße', 'Ελλάδα', 'İzmir', '漢字', 'ﬁn', 'e\u0301tat',
  '29521', '446', '½', 'and', 'OR', 'near', 'mission', 'missions', 'x', '𐐷eseret', 'Й', '\ue000',
]; // prettier-ignore
const GAPS = [' ', ', ', '-', '\n', ' <b>', '" ', ': ', '* ', ' & '];
const word = fc.constantFrom(...VOCABULARY);
const text = fc
  .array(fc.tuple(word, fc.constantFrom(...GAPS)), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.map(([each, gap]) => each + gap).join('').trim()); // prettier-ignore
/** The day of every decision. */
const DAY = '2022-06-17';
const MANDATES = ['untso', 'undof', 'eumm-georgia'];
const IDS = ['a', 'mission-b'];

const effect: fc.Arbitrary<Effect> = fc.oneof(
  fc.record({
    type: fc.constant('establish' as const),
    title: text,
    missions: fc.subarray(IDS, { minLength: 1 }),
    until: fc.constant('2025-07-31'),
    contributions: fc.array(
      fc.record({
        contributionId: fc.constantFrom('c', 'd'),
        description: text,
        categories: fc.constant(['military' as const]),
        strength: fc.constant({ exactly: 1 }),
        assets: fc.array(fc.record({ kind: text }), { maxLength: 1 }),
      }),
      { maxLength: 2 },
    ),
  }),
  fc.record({
    type: fc.constant('study' as const),
    studyId: fc.constant('s'),
    subject: text,
    target: fc.record({ missions: fc.subarray(IDS, { minLength: 1 }) }),
  }),
  fc.record({ type: fc.constant('decline' as const), subject: text }),
  fc.record({ type: fc.constant('schedule-review' as const), reviewId: fc.constant('r'), trigger: text }),
  fc.record({ type: fc.constant('hold-review' as const), reviewId: fc.constant('r'), outcome: text }),
  fc.record({ type: fc.constant('reserve' as const), right: text }),
);
const step: fc.Arbitrary<(log: Log) => void> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record(
        {
          mandateId: fc.constantFrom(...MANDATES),
          decidedOn: fc.constant(DAY),
          source: fc.record({ documentId: fc.constantFrom(...IDS), locator: text }),
          rationale: text,
          effects: fc.array(effect, { minLength: 1, maxLength: 3 }),
        },
        { requiredKeys: ['mandateId', 'decidedOn', 'source', 'effects'] },
      )
      .map((decision) => (log: Log) => void log.decide(decision)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('mission' as const, 'document' as const),
        fc.constantFrom(...IDS),
        text,
        fc.option(text, { nil: undefined }),
      )
      .map(
        ([kind, id, name, number]) =>
          (log: Log) =>
            void log.register(kind, id, name, number),
      ),
  },
);
const logs = fc.array(step, { maxLength: 12 }).map((steps) => {
  const log = new Log();
  for (const id of IDS)
    log.register('mission', id, 'UNTSO in Georgië').register('document', id, 'Kamerbrief missies', '29521, nr. 446');
  for (const each of steps) each(log);
  return log;
});

/** A question and what it means: words in other case, without diacritics or cut off, and phrases. */
const asked = fc
  .array(
    fc.record({
      words: fc.array(word.filter((each) => wordsOf(each).length > 0), { minLength: 1, maxLength: 2 }),
      quoted: fc.boolean(),
      change: fc.constantFrom((each: string) => each, (each: string) => each.toUpperCase(), (each: string) => wordsOf(each)[0]!),
      noise: fc.constantFrom(' ', ' * ', ' (', ') ', ' ^', ': ', ' - ', ' + '),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .chain((parts) => fc.tuple(fc.constant(parts), fc.nat({ max: 3 })))
  .map(([parts, dropped]) => {
    const wanted: Wanted[] = [];
    let q = '';
    for (const [i, { words, quoted, change, noise }] of parts.entries()) {
      const isLast = i === parts.length - 1;
      let said = words.map(change).join(' ');
      if (isLast && !quoted) said = [...said].slice(0, Math.max(1, [...said].length - dropped)).join('');
      const own = wordsOf(said);
      if (own.length === 0) continue;
      if (quoted) wanted.push({ words: own, prefix: false });
      else wanted.push(...own.map((each, n) => ({ words: [each], prefix: isLast && n === own.length - 1 })));
      q += `${quoted ? `"${said}"` : said}${noise}`;
    }
    return { q, wanted };
  })
  .filter(({ q, wanted }) => wanted.length > 0 && /["\p{L}\p{N}\p{M}][^"\p{L}\p{N}]*$/u.test(q)); // prettier-ignore

/** Limits so low that every way of finding runs out, over and over. */
const few = fc.record({
  words: fc.constantFrom(0, 1),
  sampledWords: fc.constantFrom(1, 2, 100),
  halves: fc.constantFrom(-1, 1000),
  named: fc.constantFrom(0, 1, 100),
  chunk: fc.constantFrom<SearchLimits['chunk'][]>([1, 1], [1, 4], [2, 100]),
  rows: fc.constantFrom(0, 3, 100),
  texts: fc.constantFrom(0, 2, 100),
  filtered: fc.constantFrom(0, 1, 100),
  folded: fc.constantFrom(0, 1),
});

const CRITERIA = { asOf: '2022-07-01' };
const plainText = (html: string): string =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

const ids = (items: readonly Item[]): string[] => items.map(({ mandateId }) => mandateId);

interface Item {
  readonly mandateId: string;
  readonly status: string;
  readonly decisionId: string;
  readonly match: { readonly in: string; readonly text: string };
}

describe('the search', () => {
  const folder = temporaryFolder();
  let n = 0;
  afterAll(() => folder.remove());

  type Models = Projecting & ReadModels & { readonly path: string };
  function open(limits?: SearchLimits): Models {
    const path = join(folder.path, `views-${n++}.db`);
    const projecting = openForProjecting(path);
    const models = openReadModels(path, limits);
    const close = (): void => {
      models.close();
      projecting.close();
    };
    return { ...projecting, ...models, path, close };
  }

  /** Projects and indexes in batches that end anywhere, also inside a decision. */
  function follow(models: Models, log: Log, batch: number): void {
    for (let at = 0; at < log.events.length; at += batch) {
      models.projector.project(log.events.slice(at, at + batch));
      if (at % 2 === 0) models.searchIndex.catchUp(Math.ceil(batch / 2));
    }
    while (models.searchIndex.catchUp(batch));
    expect(models.search.size()).toBe(log.events.length);
  }

  /** All pages of a search, one after the other. */
  function pages(
    kind: 'mandates' | 'decisions',
    models: Models,
    q: string,
    size: number | null = null,
    limit = 1000,
    filters: MandateCriteria & Pick<DecisionCriteria, 'mandateId' | 'decidedBy'> = {},
  ): Item[] {
    const items: string[] = [];
    let after: never = null as never;
    const knownAt = size === null ? null : { size };
    for (;;) {
      const page =
        kind === 'mandates'
          ? foundMandates(models, termsOf(q), { ...CRITERIA, ...filters, knownAt }, { after, limit })
          : foundDecisions(models, termsOf(q), { ...filters, knownAt }, { after, limit });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      items.push(...page.items);
      if (page.next === null) return items.map((item) => JSON.parse(item) as Item);
      after = page.next as never;
    }
  }

  it('finds what has every word somewhere, in order, whatever was known and whatever a page may cost, and shows where', () => {
    fc.assert(
      fc.property(logs, fc.integer({ min: 1, max: 9 }), fc.array(asked, { minLength: 1, maxLength: 6 }), fc.nat(), fc.option(few, { nil: LIMITS }), (log, batch, questions, at, limits) => {
        const models = open(limits);
        follow(models, log, batch);
        for (const { q, wanted } of questions)
          for (const size of [null, at % (log.events.length + 1)]) {
            const expected = oracle(log, size ?? log.events.length);
            const mandates = pages('mandates', models, q, size);
            expect([q, mandates.map(({ mandateId }) => mandateId)]).toEqual([q, expected.mandates(wanted)]);
            const decisions = pages('decisions', models, q, size);
            expect([q, decisions.map(({ decisionId }) => decisionId)]).toEqual([q, expected.decisions(wanted)]);
            expect(pages('mandates', models, q, size, 1)).toEqual(mandates);
            expect(pages('decisions', models, q, size, 1)).toEqual(decisions);
            expect(pages('mandates', models, q, size, 2, { status: 'in-force' })).toEqual(mandates.filter(({ status }) => status === 'in-force'));
            expect(ids(pages('mandates', models, q, size, 2, { decidedBy: DAY }))).toEqual(ids(mandates));
            expect(pages('decisions', models, q, size, 2, { decidedBy: '2022-06-16' })).toEqual([]);
            expect(pages('decisions', models, q, size, 2, { mandateId: 'untso' })).toEqual(decisions.filter(({ mandateId }) => mandateId === 'untso'));
            for (const { match } of [...mandates, ...decisions]) {
              expect(match.text.replaceAll(/<\/?mark>/g, '')).not.toMatch(/[<>"]/);
              const marked = [...match.text.matchAll(/<mark>(.*?)<\/mark>/gs)].map(([, each]) => each!);
              expect(marked.length).toBeGreaterThan(0);
              for (const each of marked) expect(wanted.some((term) => holds(plainText(each), term))).toBe(true);
            }
          }
        models.close();
      }),
      { numRuns: 200 },
    );
  }, 120_000); // prettier-ignore

  it('takes any text for a question', () => {
    const models = open();
    follow(
      models,
      new Log().register('document', 'a', 'NEAR AND OR NOT').decide(decision('untso', 'NOT a* "b" -c ^d {e}: f')),
      3,
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.constantFrom(...'"*^:(){}-+, aNOT\0\\\''), { maxLength: 30 }).map((signs) => signs.join(''))), (q) => {
        const terms = termsOf(q);
        if (terms.length === 0 || terms.length > 16) return;
        pages('mandates', models, q);
        pages('decisions', models, q);
      }),
      { numRuns: 500 },
    ); // prettier-ignore
    expect(pages('decisions', models, 'not "b" {e}')).toHaveLength(1);
    models.close();
  });

  const decision = (mandateId: string, rationale: string, effects: readonly Effect[] = [{ type: 'reserve', right: 'to leave' }], documentId = 'a') => ({
    mandateId,
    decidedOn: DAY,
    source: { documentId, locator: 'section 1' },
    rationale,
    effects,
  }); // prettier-ignore
  const titled = (title: string): Effect => ({
    type: 'establish',
    title,
    missions: ['a'],
    until: '2025-07-31',
    contributions: [],
  });

  it('puts a title before a subject, a subject before a rationale, and that before a document', () => {
    const models = open();
    const log = new Log()
      .register('mission', 'a', 'A')
      .register('document', 'a', 'A')
      .register('document', 'b', 'On helicopters')
      .decide(decision('d', 'Nothing to say of it.', undefined, 'b'))
      .decide(decision('c', 'There are helicopters.'))
      .decide(decision('b', 'Nothing to say of it.', [{ type: 'decline', subject: 'More helicopters' }]))
      .decide(decision('a', 'Nothing to say of it.', [titled('Three helicopters')]));
    follow(models, log, 4);
    for (const kind of ['mandates', 'decisions'] as const)
      expect(pages(kind, models, 'Helicopters').map(({ mandateId, match }) => [mandateId, match.in])).toEqual([
        ['a', 'title'],
        ['b', 'subject'],
        ['c', 'rationale'],
        ['d', 'document'],
      ]);
    models.close();
  });

  it('finds no phrase that reaches from one text into the next', () => {
    const models = open();
    const effects: Effect[] = ['one two', 'Drie viér'].map((subject) => ({ type: 'decline', subject }));
    follow(models, new Log().register('document', 'a', 'A').decide(decision('untso', 'Why', effects)), 3);
    const count = (q: string): number => pages('decisions', models, q).length;
    expect([count('"one two"'), count('"drie vier"'), count('two drie'), count('"two drie"')]).toEqual([1, 1, 1, 0]);
    models.close();
  });

  it('looks into a mission and a document as they were known', () => {
    const models = open();
    const log = new Log().register('mission', 'a', 'Old name').register('document', 'a', 'Old title');
    log.decide(decision('untso', 'Why', [titled('Contribution')]));
    const size = log.events.length;
    log.register('mission', 'a', 'New name').register('document', 'a', 'New title');
    follow(models, log, 2);
    const count = (q: string, at: number | null): number[] => [pages('mandates', models, q, at).length, pages('decisions', models, q, at).length];
    expect([count('old name', size), count('old name', null), count('new name', size), count('new name', null)]).toEqual([[1, 0], [0, 0], [0, 0], [1, 0]]);
    expect([count('old title', size), count('old title', null), count('new title', size), count('new title', null)]).toEqual([[1, 1], [0, 0], [0, 0], [1, 1]]);
    expect(count('contribution', size - 1)).toEqual([0, 0]);
    models.close();
  }); // prettier-ignore

  it('goes on after an index that failed in the middle, without a gap or a double', () => {
    const models = open();
    const log = new Log()
      .register('document', 'a', 'A')
      .decide(decision('untso', 'first'))
      .decide(decision('untso', 'second'));
    models.projector.project(log.events);
    models.searchIndex.catchUp(1);
    const beside = new Libsql(models.path);
    beside.exec(
      "CREATE TRIGGER refuse BEFORE INSERT ON search_row WHEN new.leaf = 2 BEGIN SELECT RAISE(ABORT, 'no room " +
        "left'); END",
    );
    expect(() => models.searchIndex.catchUp(10)).toThrow('no room left');
    expect([models.search.size(), pages('decisions', models, 'section')]).toEqual([1, []]);
    beside.exec('DROP TRIGGER refuse');
    beside.close();
    models.searchIndex.catchUp(10);
    expect(pages('mandates', models, 'a').map(({ mandateId }) => mandateId)).toEqual(['untso']);
    expect(pages('decisions', models, 'section').map(({ decisionId }) => decisionId)).toEqual(['d-2', 'd-1']);
    models.close();
  });
});

describe('what is looked into', () => {
  it('is a decision’s own texts once, and those of a replacement', () => {
    const head = { source: { documentId: 'k', locator: 'L' }, rationale: 'R' };
    const said = textsOfDecision('m', [
      { data: { ...head, mandateId: 'm', title: 'T', missions: ['untso'], until: '2025' } },
      { data: { ...head, mandateId: 'm', contribution: { contributionId: 'c', description: 'D', missionId: 'undof', assets: [{ kind: 'K', count: 2 }] } } },
      { data: { corrects: 'd', reason: 'E', replacement: { rationale: 'Q', source: { documentId: 'n', locator: 'P' }, effects: [{ type: 'reserve', right: 'W' }] } } },
    ]); // prettier-ignore
    expect(said.texts.map((each) => `${each.in} ${each.text}`)).toEqual([
      'mandate m',
      'locator L',
      'rationale R',
      'title T',
      'contribution D',
      'asset K',
      'reason E',
      'rationale Q',
      'locator P',
      'right W',
    ]);
    expect([[...said.missions], [...said.documents]]).toEqual([
      ['untso', 'undof'],
      ['k', 'n'],
    ]);
  });
});

describe('a question', () => {
  it.each([
    ['Georgië', [{ words: ['georgie'], prefix: true }]],
    ['eumm-georgia', [{ words: ['eumm'], prefix: false }, { words: ['georgia'], prefix: true }]],
    ['"EU  Monitoring-Mission" x', [{ words: ['eu', 'monitoring', 'mission'], prefix: false }, { words: ['x'], prefix: true }]],
    ['x "a b"', [{ words: ['x'], prefix: false }, { words: ['a', 'b'], prefix: false }]],
    ['x "a b', [{ words: ['x'], prefix: false }, { words: ['a', 'b'], prefix: true }]],
    ['x x y', [{ words: ['x'], prefix: false }, { words: ['y'], prefix: true }]],
    ['x "" *', [{ words: ['x'], prefix: true }]],
    ['" - " \u0301 ***', []],
  ])('%s is taken in terms', (q, terms) => expect(termsOf(q)).toEqual(terms)); // prettier-ignore

  it.each([
    ['a <b>Géorgie</b> & c', 'georgi', 'a &lt;b&gt;<mark>Géorgie</mark>&lt;/b&gt; &amp; c'],
    ['EU Monitoring-Mission, EU', '"eu monitoring mission"', '<mark>EU Monitoring-Mission</mark>, EU'],
    ['one two three', 'two three', 'one <mark>two</mark> <mark>three</mark>'],
    ['a a a', '"a a"', '<mark>a a a</mark>'],
    ['nothing', 'x', null],
  ])('is marked in %s', (text, q, html) => expect(mark(text, termsOf(q))?.html() ?? null).toBe(html));

  it('is shown in a part of a long text', () => {
    const html = mark(`${'before '.repeat(100)}Georgië ${'after '.repeat(100)}`, termsOf('georgie'))!.html();
    expect(html).toMatch(/^… (before )+<mark>Georgië<\/mark> (after )+…$/);
    expect(html.length).toBeLessThan(300);
  });
});
