import fc from 'fast-check';
import type { Decision } from './decision.js';
import type { CarryForward } from './effects/opening.effects.js';
import { emptyHistory, fold } from './history.js';
import type { Contribution, Mandate } from './mandate.js';
import { facetsOn, standingOn } from './standing.js';
import type { Strength } from './strength.js';
import { contribution } from './testing/given.js';
import { acceptedOf, decisionsOn } from './testing/histories.js';
import { GROUPINGS, totalsOf } from './totals.js';

const FACTS: Readonly<Record<string, { organisation: string; region: string }>> = {
  untso: { organisation: 'UN', region: 'middle-east' },
  undof: { organisation: 'UN', region: 'middle-east' },
  althea: { organisation: 'EU', region: 'western-balkans' },
};
const facts = (missionId: string) => FACTS[missionId];

function mandate(mandateId: string, more: Partial<CarryForward>, ...contributions: Contribution[]): Mandate {
  const effect: CarryForward = {
    type: 'carry-forward',
    title: mandateId,
    missions: ['untso'],
    until: '2022-12',
    contributions,
    ...more,
  };
  const decision: Decision = {
    decisionId: mandateId,
    mandateId,
    source: { documentId: 'd', locator: 'l' },
    effects: [effect],
  };
  return fold(emptyHistory(mandateId), decision).mandate;
}
const of = (strength: Strength, more: Partial<Contribution> = {}): Contribution =>
  contribution(JSON.stringify([strength, more]), strength, more);

const totals = (by: (typeof GROUPINGS)[number], ...mandates: Mandate[]) => totalsOf(mandates, by, '2022-07-01', facts);
const group = (key: string | null, minimum: number, maximum: number, mandates: number, ...uncounted: string[]) => ({
  key,
  minimum,
  maximum,
  mandates,
  uncounted,
});

describe('the total', () => {
  it('is nothing without mandates', () => {
    expect(totals('region')).toEqual({ items: [], total: { minimum: 0, maximum: 0, mandates: 0, uncounted: [] } });
  });
  it('counts what is in force on the day alone, from the first to the last day of its term', () => {
    const term = mandate('a', { from: '2022-07-01', until: '2022-07-02' }, of({ exactly: 3 }));
    const on = (day: string) => totalsOf([term], 'region', day, facts).total.mandates;
    expect(['2022-06-30', '2022-07-01', '2022-07-02', '2022-07-03'].map(on)).toEqual([0, 1, 1, 0]);
  });
  it.each<[string, Strength]>([
    ['is undisclosed', { undisclosed: true }],
    ['has a minimum alone', { atLeast: 2 }],
  ])('leaves a strength that %s uncounted on both sides', (_, strength) => {
    const { total } = totals('region', mandate('a', {}, of({ atMost: 3 })), mandate('b', {}, of(strength)));
    expect(total).toEqual({ minimum: 0, maximum: 3, mandates: 2, uncounted: ['b'] });
  });
  it('leaves a mandate uncounted of which one contribution is not known, and one without any', () => {
    const { total } = totals(
      'region',
      mandate('a', {}, of({ exactly: 3 }), of({ undisclosed: true })),
      mandate('b', {}),
    );
    expect(total).toEqual({ minimum: 0, maximum: 0, mandates: 2, uncounted: ['a', 'b'] });
  });
  it('leaves contributions out that are not in term on the day', () => {
    const { total } = totals(
      'region',
      mandate('a', {}, of({ exactly: 3 }), of({ exactly: 9 }, { term: { from: '2022-07-02' } })),
    );
    expect(total).toMatchObject({ minimum: 3, maximum: 3, uncounted: [] });
  });
});

describe('by region', () => {
  it('a mandate is in that of its first registered mission, else in none', () => {
    const both = mandate('a', { missions: ['nobody', 'althea', 'untso'] }, of({ exactly: 3 }, { missionId: 'untso' }));
    expect(
      totals(
        'region',
        both,
        mandate('b', { missions: ['nobody'] }, of({ exactly: 1 })),
        mandate('c', {}, of({ exactly: 2 })),
      ),
    ).toEqual({
      items: [group('middle-east', 2, 2, 1), group('western-balkans', 3, 3, 1), group(null, 1, 1, 1)],
      total: { minimum: 6, maximum: 6, mandates: 3, uncounted: [] },
    });
  });
});

describe('by mission and organisation', () => {
  const missions = ['untso', 'undof', 'althea'];
  it('a mandate with one mission is counted there whole, whatever its contributions name', () => {
    const one = mandate('a', { strength: { atMost: 5 } }, of({ atLeast: 1 }));
    expect(totals('mission', one).items).toEqual([group('untso', 0, 5, 1)]);
    expect(totals('organisation', one).items).toEqual([group('UN', 0, 5, 1)]);
  });
  it('one with several is split by what its contributions name', () => {
    const split = mandate(
      'a',
      { missions },
      of({ exactly: 2 }, { missionId: 'untso' }),
      of({ atMost: 4 }, { missionId: 'althea' }),
    );
    expect(totals('mission', split).items).toEqual([
      group('althea', 0, 4, 1),
      group('undof', 0, 0, 1),
      group('untso', 2, 2, 1),
    ]);
    expect(totals('organisation', split).items).toEqual([group('EU', 0, 4, 1), group('UN', 2, 2, 1)]);
  });
  it('a part that is not known is uncounted where it belongs, and in the total, and counted elsewhere', () => {
    const split = mandate(
      'a',
      { missions },
      of({ exactly: 2 }, { missionId: 'untso' }),
      of({ undisclosed: true }, { missionId: 'althea' }),
    );
    expect(totals('organisation', split)).toEqual({
      items: [group('EU', 0, 0, 1, 'a'), group('UN', 2, 2, 1)],
      total: { minimum: 0, maximum: 0, mandates: 1, uncounted: ['a'] },
    });
  });
  it('a contribution without a mission leaves the mandate uncounted wherever it may belong, and counted in the total', () => {
    const split = mandate('a', { missions }, of({ exactly: 2 }, { missionId: 'untso' }), of({ exactly: 1 }));
    expect(totals('mission', split)).toEqual({
      items: [group('althea', 0, 0, 1, 'a'), group('undof', 0, 0, 1, 'a'), group('untso', 0, 0, 1, 'a')],
      total: { minimum: 3, maximum: 3, mandates: 1, uncounted: [] },
    });
  });
  it('so does a strength of the whole mandate, also where its only contribution has the same', () => {
    const whole = mandate('a', { missions, strength: { atMost: 5 } }, of({ atMost: 5 }, { missionId: 'untso' }));
    expect(totals('organisation', whole)).toEqual({
      items: [group('EU', 0, 0, 1, 'a'), group('UN', 0, 0, 1, 'a')],
      total: { minimum: 0, maximum: 5, mandates: 1, uncounted: [] },
    });
  });
  it(
    'a mandate without strength and contributions is uncounted in each, and one whose contributions are all out of ' +
      'term has none',
    () => {
      expect(totals('mission', mandate('a', {})).items).toEqual([group('untso', 0, 0, 1, 'a')]);
      const over = mandate('a', {}, of({ exactly: 3 }, { term: { until: '2022-06-30' } }));
      expect(totals('mission', over).items).toEqual([group('untso', 0, 0, 1)]);
    },
  );
  it('several missions of one organisation need no split', () => {
    const whole = mandate('a', { missions: ['untso', 'undof'], strength: { atMost: 5 } });
    expect(totals('organisation', whole).items).toEqual([group('UN', 0, 5, 1)]);
    expect(totals('mission', whole).items).toEqual([group('undof', 0, 0, 1, 'a'), group('untso', 0, 0, 1, 'a')]);
  });
  it('a mission that a contribution alone names, or that is not registered, is a group as well', () => {
    const named = mandate(
      'a',
      {},
      of({ exactly: 2 }, { missionId: 'althea' }),
      of({ exactly: 1 }, { missionId: 'nobody' }),
    );
    expect(totals('mission', named).items).toEqual([
      group('althea', 2, 2, 1),
      group('nobody', 1, 1, 1),
      group('untso', 0, 0, 1),
    ]);
    expect(totals('organisation', named).items).toEqual([
      group('EU', 2, 2, 1),
      group('UN', 0, 0, 1),
      group(null, 1, 1, 1),
    ]);
  });
});

describe('by category', () => {
  it('a mandate is split by contribution, of which each has one', () => {
    const split = mandate(
      'a',
      {},
      of({ exactly: 2 }),
      of({ between: [2, 3] }, { categories: ['police'] }),
      of({ exactly: 1 }, { assets: [] }),
    );
    expect(totals('category', split).items).toEqual([group('military', 3, 3, 1), group('police', 2, 3, 1)]);
  });
  it('a contribution of several categories leaves the mandate uncounted in each, and counted elsewhere', () => {
    const mixed = mandate('a', {}, of({ exactly: 2 }, { categories: ['civilian', 'police'] }), of({ exactly: 1 }));
    expect(totals('category', mixed).items).toEqual([
      group('civilian', 0, 0, 1, 'a'),
      group('military', 1, 1, 1),
      group('police', 0, 0, 1, 'a'),
    ]);
  });
  it('a strength of the whole mandate is counted where all contributions have one category, else uncounted in each', () => {
    const strength = { atMost: 5 };
    expect(totals('category', mandate('a', { strength }, of({ atLeast: 1 }))).items).toEqual([
      group('military', 0, 5, 1),
    ]);
    const several = mandate('a', { strength }, of({ atLeast: 1 }), of({ atLeast: 1 }, { categories: ['civilian'] }));
    expect(totals('category', several).items).toEqual([
      group('civilian', 0, 0, 1, 'a'),
      group('military', 0, 0, 1, 'a'),
    ]);
  });
  it('is unstated without contributions', () => {
    expect(totals('category', mandate('a', { strength: { exactly: 5 } })).items).toEqual([group('unstated', 5, 5, 1)]);
  });
});

describe('over any mandates', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const ledger = fc.array(decisionsOn(ids, ['untso', 'undof', 'althea', 'nobody']), { maxLength: 25 }).map((all) =>
    ids.map(
      (id) =>
        acceptedOf(
          all.filter(({ mandateId }) => mandateId === id),
          id,
        ).history.mandate,
    ),
  );
  const day = fc.constantFrom('2022-06-17', '2022-07-31', '2022-12-15', '2023-07-01', '2024-06-01');

  it('each one in force is counted once in the total or named as uncounted, whatever the grouping', () => {
    fc.assert(
      fc.property(ledger, day, fc.constantFrom(...GROUPINGS), (mandates, asOf, by) => {
        const { total } = totalsOf(mandates, by, asOf, facts);
        const inForce = mandates
          .map((each) => standingOn(each, asOf, facts))
          .filter(({ status }) => status === 'in-force');
        const counted = inForce.filter(({ mandateId }) => !total.uncounted.includes(mandateId));
        expect(total.mandates).toBe(inForce.length);
        expect(total.uncounted).toEqual(
          inForce
            .filter(({ strength }) => strength.minimum === null || strength.maximum === null)
            .map(({ mandateId }) => mandateId),
        );
        expect(total.minimum).toBe(counted.reduce((sum, { strength }) => sum + strength.minimum!, 0));
        expect(total.maximum).toBe(counted.reduce((sum, { strength }) => sum + strength.maximum!, 0));
      }),
      { numRuns: 400 },
    );
  });

  it('the groups of region add up to the total', () => {
    fc.assert(
      fc.property(ledger, day, (mandates, asOf) => {
        const { items, total } = totalsOf(mandates, 'region', asOf, facts);
        const sum = (side: 'minimum' | 'maximum' | 'mandates') => items.reduce((all, item) => all + item[side], 0);
        expect([sum('minimum'), sum('maximum'), sum('mandates')]).toEqual([
          total.minimum,
          total.maximum,
          total.mandates,
        ]);
        expect(items.flatMap(({ uncounted }) => uncounted).sort()).toEqual([...total.uncounted]);
      }),
      { numRuns: 400 },
    );
  });

  const heads = fc.oneof(
    fc.nat({ max: 9 }).map((exactly): Strength => ({ exactly })),
    fc.nat({ max: 9 }).map((atMost): Strength => ({ atMost })),
  );
  const missionId = fc.constantFrom('untso', 'undof', 'althea', 'nobody');
  const contributions = fc.array(
    fc.record(
      {
        contributionId: fc.uuid(),
        strength: heads,
        categories: fc.uniqueArray(fc.constantFrom('civilian', 'police'), { minLength: 1, maxLength: 2 }),
        missionId,
        term: fc.constant({ until: '2022-06-30' }),
      },
      { requiredKeys: ['contributionId', 'strength', 'categories'] },
    ),
    { maxLength: 3 },
  );
  const opening = fc.record(
    { missions: fc.uniqueArray(missionId, { minLength: 1 }), contributions, strength: heads },
    { requiredKeys: ['missions', 'contributions'] },
  );
  it(
    'nobody is counted in two groups: of one mandate they never exceed what it has, and are all of it where ' +
      'nothing is uncounted',
    () => {
      let split = 0;
      fc.assert(
        fc.property(opening, fc.constantFrom(...GROUPINGS), (fields, by) => {
          const { items, total } = totals(by, mandate('a', fields));
          if (total.uncounted.length > 0) return; // without contributions and strength
          const sum = (side: 'minimum' | 'maximum') => items.reduce((all, item) => all + item[side], 0);
          expect(sum('minimum')).toBeLessThanOrEqual(total.minimum);
          expect(sum('maximum')).toBeLessThanOrEqual(total.maximum);
          if (items.some(({ uncounted }) => uncounted.length > 0)) return;
          if (items.length > 1) split++;
          expect([sum('minimum'), sum('maximum')]).toEqual([total.minimum, total.maximum]);
        }),
        { numRuns: 2000 },
      );
      expect(split).toBeGreaterThan(30); // else the property would say little
    },
  );

  it('the groups are those by which a list selects the mandates in force', () => {
    fc.assert(
      fc.property(ledger, day, (mandates, asOf) => {
        for (const each of mandates) {
          const { status, makeUp } = facetsOn(each, asOf);
          if (status !== 'in-force') continue;
          const keys = (by: (typeof GROUPINGS)[number]) =>
            totalsOf([each], by, asOf, facts).items.map(({ key }) => key);
          expect(keys('mission')).toEqual(expect.arrayContaining([...makeUp.missions]));
          expect(keys('category')).toEqual(
            makeUp.contributions.length === 0
              ? ['unstated']
              : [...new Set(makeUp.contributions.flatMap(({ categories }) => categories))].sort(),
          );
        }
      }),
      { numRuns: 200 },
    );
  });
});
