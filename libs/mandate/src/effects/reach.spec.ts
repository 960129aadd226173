/** How far a change reaches: to the term and the contribution that it is about, and no further. */
import type { Effect } from './index.js';
import type { Contribution } from '../mandate.js';
import { contribution, decided, given, twelve } from '../testing/given.js';

const carried = (until: string, contributions: readonly Contribution[], from?: string): Effect => ({
  type: 'carry-forward',
  title: 'UNTSO',
  missions: ['untso'],
  ...(from === undefined ? {} : { from }),
  until,
  contributions,
});
const established = (from: string, until: string, contributions: readonly Contribution[]): Effect => ({
  type: 'establish',
  title: 'UNTSO anew',
  missions: ['untso'],
  from,
  until,
  contributions,
});
const heads = (maximum: number) => ({ strength: expect.objectContaining({ maximum }) as never });
const [a1, a3, b2] = [
  contribution('a', { exactly: 1 }),
  contribution('a', { exactly: 3 }),
  contribution('b', { exactly: 2 }),
];

describe("a change of one contribution's term", () => {
  it('leaves another one alone that had the same id before', () => {
    given(
      decided(null, carried('2025-07-31', [a1, b2])),
      decided('2022-06-17', { type: 'end', on: '2022-06-30', endedBy: 'cabinet', contributionId: 'a' }),
      decided('2022-09-01', { type: 'reshape', contributions: [b2, a3] }),
    )
      .holds('2022-08-01', heads(2))
      .when(decided('2022-10-01', { type: 'end', on: '2022-12-31', endedBy: 'cabinet', contributionId: 'a' }))
      .thenHolds('2022-08-01', heads(2))
      .holds('2022-12-31', heads(5))
      .holds('2023-01-01', heads(2));
  });
  it('leaves an earlier term of the mandate alone', () => {
    const old = contribution('a', { exactly: 1 }, { term: { until: '2020-06-30' } });
    given(
      decided(null, carried('2021', [old, b2], '2020')),
      decided('2022-03-01', established('2022-04-01', '2022-12-31', [a1, b2])),
    )
      .when(decided('2022-05-01', { type: 'extend', until: '2025-07-31', contributionId: 'a' }))
      .thenHolds('2020-09-01', heads(2));
  });
  it('that is to end on a day to be determined ends with the term that it had, also when the mandate is extended', () => {
    const ending: Effect = { type: 'end', on: 'to-be-determined', endedBy: 'cabinet', contributionId: 'a' };
    given(decided(null, carried('2022-07-31', [a1, b2])))
      .when(decided('2022-06-17', ending, { type: 'extend', until: '2025-07-31' }))
      .thenHolds('2022-07-31', heads(3))
      .holds('2022-08-01', heads(2));
  });
  it('is refused once the term of the mandate has run out', () => {
    const longer = contribution('a', { exactly: 1 }, { term: { until: '2025' } });
    given(decided(null, carried('2022-07-31', [longer, b2])))
      .when(decided('2022-09-01', { type: 'extend', until: '2026', contributionId: 'a' }))
      .thenRefused('term-lapsed', /ran out on 2022-07-31/);
  });
});

describe('an end that is to be determined', () => {
  it('cannot be decided once the term has run out', () => {
    given(twelve)
      .when(decided('2023-03-01', { type: 'end', on: 'to-be-determined', endedBy: 'cabinet' }))
      .thenRefused('term-lapsed', /ran out on 2022-07-31/, 'effects[0].on');
  });
});

describe('while a new term is planned', () => {
  const planned = decided('2022-06-17', established('2022-10-01', '2025-07-31', [a1]));
  const ending = decided('2022-06-16', { type: 'end', on: 'to-be-determined', endedBy: 'cabinet' });

  it('the one that runs can be ended', () => {
    given(twelve, planned)
      .when(decided('2022-07-01', { type: 'end', on: '2022-07-15', endedBy: 'UN' }))
      .thenHolds('2022-07-15', { status: 'in-force', ending: true })
      .holds('2022-07-16', { status: 'planned', ...heads(1) })
      .holds('2022-10-01', { status: 'in-force', ...heads(1) });
  });
  it('the one that runs can be extended up to the day before, and not into the new one', () => {
    given(twelve, planned)
      .when(decided('2022-07-01', { type: 'extend', until: '2022-09' }))
      .thenHolds('2022-09-30', { status: 'in-force', ...heads(12) });
    given(twelve, planned)
      .when(decided('2022-07-01', { type: 'extend', until: '2022-10-01' }))
      .thenRefused('mandate-exists', /Give a day before 2022-10-01/, 'effects[0].until');
  });
  it('the day that was still to be determined for the old one can be set, also late', () => {
    given(twelve, ending, planned)
      .when(decided('2022-09-18', { type: 'set-end-date', on: '2022-08-31' }))
      .thenHolds('2022-08-31', { status: 'in-force', ending: true })
      .holds('2022-09-01', { status: 'planned' });
    given(twelve, ending, planned)
      .when(decided('2022-09-18', { type: 'set-end-date', on: '2022-11' }))
      .thenRefused('mandate-exists', /run into it/, 'effects[0].on');
  });
  it('an end date is set for the contribution that there is on the day of the decision', () => {
    const pending: Effect = { type: 'end', on: 'to-be-determined', endedBy: 'cabinet', contributionId: 'a' };
    given(
      decided(null, carried('2022-07-31', [a1, b2])),
      decided('2022-06-17', pending),
      decided('2022-07-01', established('2022-08-01', '2025-07-31', [a1, b2])),
    )
      .when(decided('2022-07-02', { type: 'set-end-date', on: '2022-07-20', contributionId: 'a' }))
      .thenHolds('2022-07-21', heads(2))
      .holds('2022-08-20', heads(3));
  });
  it('the days between show what is going to begin', () => {
    given(twelve, planned).holds('2022-09-01', { status: 'planned', title: 'UNTSO anew', ...heads(1) });
  });
  it('strength and make-up of the one that runs are changed, and the new one is not', () => {
    given(twelve, planned)
      .when(
        decided(
          '2022-06-20',
          { type: 'increase', to: { exactly: 15 } },
          { type: 'add-contribution', contribution: contribution('b', { exactly: 2 }) },
        ),
      )
      .thenHolds('2022-07-01', heads(17))
      .holds('2022-10-01', heads(1));
    given(twelve, planned, decided('2022-06-20', { type: 'reshape', contributions: [a3, b2] }))
      .holds('2022-07-01', heads(5))
      .holds('2022-10-01', heads(1));
  });
  it('changes between the two terms are about the new one', () => {
    given(twelve, planned)
      .when(decided('2022-08-15', { type: 'increase', from: { exactly: 1 }, to: { exactly: 4 } }))
      .thenHolds('2022-07-01', heads(12))
      .holds('2022-10-01', heads(4));
  });
});

describe('a contribution that is added', () => {
  it('is counted once, whatever its own term, and is refused where its id is in use on one of its days', () => {
    const earlier = contribution('observers', { exactly: 2 }, { term: { from: '2022-03-01' } });
    given(
      decided(null, carried('2025-07-31', [contribution('observers', { exactly: 12 })])),
      decided('2022-05-01', { type: 'reshape', contributions: [b2] }),
    )
      .when(decided('2022-06-01', { type: 'add-contribution', contribution: earlier }))
      .thenRefused('id-in-use', /already has a contribution observers/, 'effects[0].contribution.contributionId');
  });
  it('leaves an earlier term of the mandate alone, though its own began before', () => {
    const early = contribution('z', { exactly: 4 }, { term: { from: '2019-01-01' } });
    given(decided(null, carried('2021', [a1], '2020')), decided('2022-01-01', established('2022-01-01', '2025', [b2])))
      .when(decided('2022-02-01', { type: 'add-contribution', contribution: early }))
      .thenHolds('2020-06-01', heads(1))
      .holds('2022-01-01', heads(6));
  });
  it('names its own field when its term is reversed', () => {
    given(twelve)
      .when(
        decided('2022-06-17', {
          type: 'add-contribution',
          contribution: contribution('z', { exactly: 1 }, { term: { from: '2023', until: '2022' } }),
        }),
      )
      .thenRefused('until-before-from', /contribution z/, 'effects[0].contribution.term.until');
  });
});

describe('an increase that counts from an earlier day', () => {
  const until2025 = decided(null, carried('2025-07-31', [contribution('observers', { exactly: 12 })]));
  it('has to raise what has been held since', () => {
    given(until2025, decided('2022-06-17', { type: 'increase', to: { exactly: 20 } }))
      .when(decided('2022-07-01', { type: 'increase', to: { exactly: 14 }, effectiveFrom: '2022-06-01' }))
      .thenRefused('not-an-increase', /holds 20 .* since 2022-06-17, so 14/, 'effects[0].to');
  });
  it('changes the term that ran then, and not today\u2019s', () => {
    given(
      decided(null, carried('2021', [contribution('observers', { exactly: 12 })], '2020')),
      decided('2022-01-10', established('2022-01-10', '2025-07-31', [contribution('observers', { exactly: 30 })])),
    )
      .when(decided('2022-06-17', { type: 'increase', to: { exactly: 15 }, effectiveFrom: '2021-06' }))
      .thenHolds('2021-07-01', heads(15))
      .holds('2022-06-17', heads(30));
  });
  it('says since when the strength has been what it is, whatever else has changed', () => {
    given(twelve, decided('2022-05-01', { type: 'add-contribution', contribution: b2 }))
      .when(
        decided('2022-06-17', {
          type: 'increase',
          from: { exactly: 10 },
          to: { exactly: 15 },
          contributionId: 'observers',
        }),
      )
      .thenRefused('strength-mismatch', /^The ledger holds 12 for contribution observers of UNTSO, not 10/);
  });
  it('is refused for a contribution whose own term is over', () => {
    given(
      decided(null, carried('2025', [a1, b2])),
      decided('2022-01-01', { type: 'end', on: '2022-02-28', endedBy: 'cabinet', contributionId: 'a' }),
    )
      .when(decided('2022-03-02', { type: 'increase', to: { exactly: 9 }, contributionId: 'a' }))
      .thenRefused('term-lapsed', /is over on 2022-02-28/, 'effects[0].contributionId');
  });
});
