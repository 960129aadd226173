import { contribution, decided, given, twelve } from '../testing/given.js';

describe('add-contribution', () => {
  const medics = contribution('medics', { atMost: 3 });
  it('adds to the sum from the day of the decision', () => {
    given(twelve, decided('2022-06-17', { type: 'add-contribution', contribution: medics }))
      .holds('2022-06-16', { strength: { minimum: 12, maximum: 12, approximate: false, stated: { exactly: 12 } } })
      .holds('2022-06-17', { strength: { minimum: 12, maximum: 15, approximate: false, stated: null } });
  });
  it('counts a temporary one within its own term alone, and lists it always', () => {
    const temporary = { ...medics, term: { from: '2022-07-10', until: '2022-07-20' } };
    given(twelve, decided('2022-06-17', { type: 'add-contribution', contribution: temporary }))
      .holds('2022-07-09', {
        contributions: [{ inTerm: true }, { inTerm: false }] as never,
        strength: { minimum: 12, maximum: 12, approximate: false, stated: { exactly: 12 } },
      })
      .holds('2022-07-10', { strength: { minimum: 12, maximum: 15, approximate: false, stated: null } })
      .holds('2022-07-21', { strength: { minimum: 12, maximum: 12, approximate: false, stated: { exactly: 12 } } });
  });
  it('counts from its own beginning where that lies before the decision', () => {
    given(
      twelve,
      decided('2022-06-17', { type: 'add-contribution', contribution: { ...medics, term: { from: '2022-05' } } }),
    ).holds('2022-05-01', {
      strength: { minimum: 12, maximum: 15, approximate: false, stated: null },
    });
  });
  it('is refused under an id that is in use, with a reversed term, and after the term', () => {
    given(twelve)
      .when(
        decided('2022-06-17', { type: 'add-contribution', contribution: contribution('observers', { exactly: 1 }) }),
      )
      .thenRefused(
        'id-in-use',
        /already has a contribution observers\. Choose another/,
        'effects[0].contribution.contributionId',
      );
    given(twelve)
      .when(
        decided('2022-06-17', {
          type: 'add-contribution',
          contribution: { ...medics, term: { from: '2023', until: '2022' } },
        }),
      )
      .thenRefused('until-before-from', /medics would end on 2022/);
    given(twelve)
      .when(decided('2022-08-01', { type: 'add-contribution', contribution: medics }))
      .thenRefused('term-lapsed', /ran out/);
  });
});

describe('reshape', () => {
  it('replaces the whole list, and keeps the strength of the mandate unless it gives one', () => {
    const umbrella = decided(null, {
      type: 'carry-forward',
      title: 'UNTSO',
      missions: ['untso'],
      until: '2025',
      strength: { atMost: 15 },
      contributions: [contribution('a', { exactly: 1 }), contribution('b', { exactly: 2 })],
    });
    const contributions = [contribution('b', { exactly: 3 }), contribution('c', { exactly: 4 })];
    given(umbrella, decided('2022-06-17', { type: 'reshape', contributions }))
      .holds('2022-06-16', { contributions: [{ contributionId: 'a' }, { contributionId: 'b' }] as never })
      .holds('2022-06-17', {
        contributions: [{ contributionId: 'b' }, { contributionId: 'c' }] as never,
        strength: expect.objectContaining({ maximum: 15 }) as never,
      });
    given(umbrella, decided('2022-06-17', { type: 'reshape', contributions, strength: { atMost: 20 } })).holds(
      '2022-06-17',
      {
        strength: { minimum: 0, maximum: 20, approximate: false, stated: { atMost: 20 } },
      },
    );
  });
  it('is refused after the term, and with a reversed term', () => {
    given(twelve)
      .when(decided('2022-08-01', { type: 'reshape', contributions: [] }))
      .thenRefused('term-lapsed', /ran out/);
    given(twelve)
      .when(
        decided('2022-06-17', {
          type: 'reshape',
          contributions: [contribution('a', { exactly: 1 }, { term: { from: '2023', until: '2022' } })],
        }),
      )
      .thenRefused('until-before-from', /contribution a/, 'effects[0].contributions[0].term.until');
  });
});
