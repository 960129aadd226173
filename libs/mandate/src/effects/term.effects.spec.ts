import type { Effect } from './index.js';
import { contribution, decided, given, twelve } from '../testing/given.js';

const extend = (until: string, more: object = {}): Effect => ({ type: 'extend', until, ...more });
const end = (on: string, more: object = {}): Effect => ({ type: 'end', on, endedBy: 'cabinet', ...more });
const setEndDate = (on: string, more: object = {}): Effect => ({ type: 'set-end-date', on, ...more });
const opened = (until: string, contributions = [contribution('observers', { exactly: 12 })]) =>
  decided(null, { type: 'carry-forward', title: 'UNTSO', missions: ['untso'], until, contributions });

describe('extend', () => {
  it('prolongs the term', () => {
    given(twelve)
      .when(decided('2022-06-17', extend('2025-07-31')))
      .thenHolds('2025-07-31', { status: 'in-force', term: { from: null, until: '2025-07-31' }, provisional: false })
      .holds('2025-08-01', { status: 'expired' });
  });
  it('is right on the last day and lapsed on the day after', () => {
    given(twelve)
      .when(decided('2022-07-31', extend('2025-07-31')))
      .thenHolds('2022-08-01', { status: 'in-force' });
    given(twelve)
      .when(decided('2022-08-01', extend('2025-07-31')))
      .thenRefused(
        'term-lapsed',
        /ran out on 2022-07-31, before this decision of 2022-08-01\. Add retroactive: true .* or record an establish/,
        'effects[0].retroactive',
      );
  });
  it('leaves no gap when it is retroactive', () => {
    given(twelve)
      .when(decided('2022-09-01', extend('2025-07-31', { retroactive: true })))
      .thenHolds('2022-08-15', { status: 'in-force' });
  });
  it('is provisional until it is extended for good', () => {
    given(twelve, decided('2022-06-17', extend('2022-12', { provisional: true })))
      .holds('2022-12-31', { status: 'in-force', provisional: true })
      .when(decided('2022-12-01', extend('2023-12')))
      .thenHolds('2023-12-31', { status: 'in-force', provisional: false });
  });
  it.each([['2022-07-31'], ['2022-07'], ['2022-06-30'], ['2022-21']])(
    'to %s does not extend a term until 2022-07-31',
    (until) => {
      given(twelve)
        .when(decided('2022-06-17', extend(until)))
        .thenRefused(
          'term-not-extended',
          /holds a term until 2022-07-31 for UNTSO, so .* does not extend it/,
          'effects[0].until',
        );
    },
  );
  it('to the season or the year that reaches further does', () => {
    given(twelve)
      .when(decided('2022-06-17', extend('2022-22')))
      .thenHolds('2022-08-31', { status: 'in-force' });
    given(twelve)
      .when(decided('2022-06-17', extend('2022')))
      .thenHolds('2022-12-31', { status: 'in-force' });
    given(twelve)
      .when(decided('2022-06-17', extend('open')))
      .thenHolds('2999-01-01', { status: 'in-force' });
  });
  it.each([
    ['open', /record an end effect to give it one/],
    ['not-stated', /set-end-date/],
    ['to-be-determined', /set-end-date/],
  ])('does not extend a term until %s', (until, remedy) => {
    given(opened(until))
      .when(decided('2022-06-17', extend('2025')))
      .thenRefused('term-not-extended', remedy);
  });
  it('is refused before the beginning', () => {
    given(
      decided('2022-01-01', {
        type: 'establish',
        title: 'UNTSO',
        missions: [],
        contributions: [],
        from: '2023',
        until: '2024',
      }),
    )
      .when(decided('2022-02-01', extend('2022-12')))
      .thenRefused('until-before-from', /before it begins on 2023/);
  });
  it('is refused once the mandate was ended, on a date or one to be determined', () => {
    given(twelve, decided('2022-06-17', end('2022-07-01')))
      .when(decided('2022-06-20', extend('2023')))
      .thenRefused('mandate-ended', /was ended by cabinet on 2022-07-01 \(decided on 2022-06-17\)/);
    given(twelve, decided('2022-06-17', end('to-be-determined')))
      .when(decided('2022-06-20', extend('2023')))
      .thenRefused('mandate-ended', /ended by cabinet/);
  });
  it('is refused where nothing was ever authorised', () => {
    given(decided('2022-06-17', { type: 'study', studyId: 's', subject: 'Althea' }))
      .when(decided('2022-06-20', extend('2023')))
      .thenRefused('term-lapsed', /Althea is not in force: the ledger holds no term/);
  });
  it('prolongs one contribution and leaves the mandate', () => {
    const two = opened('2025', [
      contribution('a', { exactly: 1 }, { term: { until: '2022-12' } }),
      contribution('b', { exactly: 2 }),
    ]);
    given(two)
      .when(decided('2022-06-17', extend('2023', { contributionId: 'a', provisional: true })))
      .thenHolds('2023-12-31', {
        strength: { minimum: 3, maximum: 3, approximate: false, stated: null },
        provisional: true,
      })
      .holds('2024-01-01', {
        strength: { minimum: 2, maximum: 2, approximate: false, stated: { exactly: 2 } },
        provisional: false,
      });
    given(two)
      .when(decided('2022-06-17', extend('2023', { contributionId: 'c' })))
      .thenRefused('contribution-unknown', /no contribution c .*it has a, b/, 'effects[0].contributionId');
  });
});

describe('end', () => {
  it('has its day as the last in force, ending from the decision on', () => {
    given(twelve, decided('2022-06-17', end('2022-07-10')))
      .holds('2022-06-16', { status: 'in-force', ending: false })
      .holds('2022-06-17', { status: 'in-force', ending: true, term: { from: null, until: '2022-07-10' } })
      .holds('2022-07-10', { status: 'in-force', ending: true })
      .holds('2022-07-11', { status: 'ended', ending: false });
  });
  it('to be determined keeps it in force until the old term runs out', () => {
    given(twelve, decided('2022-06-17', end('to-be-determined')))
      .holds('2022-07-31', { status: 'in-force', ending: true })
      .holds('2022-08-01', { status: 'ended', ending: false });
  });
  it('may lie after the term that runs', () => {
    given(twelve)
      .when(decided('2022-06-17', end('2022-09')))
      .thenHolds('2022-09-30', { status: 'in-force', ending: true });
  });
  it('by an organisation is a fact about a term that is over', () => {
    given(opened('2022-03-31'))
      .when(decided('2022-06-17', end('2022-03-31', { endedBy: 'OSCE' })))
      .thenHolds('2022-04-01', { status: 'ended' });
    given(opened('2022-03-31'))
      .when(decided('2022-06-17', end('2022-04-30', { endedBy: 'OSCE' })))
      .thenRefused('term-lapsed', /ran out on 2022-03-31/, 'effects[0].on');
  });
  it('is refused twice', () => {
    given(twelve, decided('2022-06-17', end('2022-07-10')))
      .when(decided('2022-06-18', end('2022-07-11')))
      .thenRefused('mandate-ended', /Record an establish effect/);
    given(twelve, decided('2022-06-17', end('to-be-determined')))
      .when(decided('2022-06-18', end('2022-07-11')))
      .thenRefused('mandate-ended', /set-end-date/);
  });
  it('is refused before the beginning', () => {
    given(decided('2022-06-17', { type: 'establish', title: 'UNTSO', missions: [], contributions: [], until: 'open' }))
      .when(decided('2022-06-18', end('2022-05')))
      .thenRefused('until-before-from', /before it begins on 2022-06-17/, 'effects[0].on');
  });
  it('of one contribution leaves the others', () => {
    given(opened('2025', [contribution('a', { exactly: 1 }), contribution('b', { exactly: 2 })]))
      .when(decided('2022-06-17', end('2022-12', { contributionId: 'a' })))
      .thenHolds('2023-01-01', {
        status: 'in-force',
        ending: false,
        strength: { minimum: 2, maximum: 2, approximate: false, stated: { exactly: 2 } },
      })
      .when(decided('2022-06-18', end('2022-11', { contributionId: 'a' })))
      .thenRefused('mandate-ended', /contribution a of UNTSO was ended by cabinet/);
  });
});

describe('set-end-date', () => {
  const ending = decided('2022-06-17', end('to-be-determined'));
  it('sets the day that was still to be determined, also after the old term', () => {
    given(twelve, ending)
      .when(decided('2022-07-01', setEndDate('2022-10-15')))
      .thenHolds('2022-10-15', { status: 'in-force', ending: true, term: { from: null, until: '2022-10-15' } })
      .holds('2022-10-16', { status: 'ended' });
  });
  it('gives a term its end that the source had left open', () => {
    given(opened('not-stated'))
      .when(decided('2022-07-01', setEndDate('2022-10')))
      .thenHolds('2022-11-01', { status: 'expired' });
    given(opened('to-be-determined'))
      .when(decided('2022-07-01', setEndDate('2022-10')))
      .thenHolds('2022-10-31', { status: 'in-force', ending: false });
  });
  it('is refused where the end is set already', () => {
    given(twelve)
      .when(decided('2022-06-17', setEndDate('2022-10')))
      .thenRefused('end-date-set', /the ledger holds 2022-07-31/, 'effects[0].on');
    given(opened('open'))
      .when(decided('2022-06-17', setEndDate('2022-10')))
      .thenRefused('end-date-set', /holds open/);
    given(twelve, ending, decided('2022-07-01', setEndDate('2022-10')))
      .when(decided('2022-07-02', setEndDate('2022-11')))
      .thenRefused('end-date-set', /holds 2022-10/);
  });
  it('is refused before the beginning, and where there is no term', () => {
    given(
      decided('2022-06-17', {
        type: 'establish',
        title: 'UNTSO',
        missions: [],
        contributions: [],
        until: 'not-stated',
      }),
    )
      .when(decided('2022-06-18', setEndDate('2022-05')))
      .thenRefused('until-before-from', /before it begins/);
    given(decided('2022-06-17', { type: 'decline', subject: 'helicopters' }))
      .when(decided('2022-06-18', setEndDate('2022-12')))
      .thenRefused('term-lapsed', /holds no term/);
  });
  it('of one contribution', () => {
    given(
      opened('2025', [
        contribution('a', { exactly: 1 }, { term: { until: 'to-be-determined' } }),
        contribution('b', { exactly: 2 }),
      ]),
    )
      .when(decided('2022-06-17', setEndDate('2022-12', { contributionId: 'a' })))
      .thenHolds('2023-01-01', { strength: { minimum: 2, maximum: 2, approximate: false, stated: { exactly: 2 } } });
  });
});
