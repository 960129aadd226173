import type { Strength } from '../strength.js';
import { contribution, decided, given, twelve } from '../testing/given.js';
import type { Effect } from './index.js';

const increase = (to: Strength, more: object = {}): Effect => ({ type: 'increase', to, ...more });
const reduce = (to: Strength, more: object = {}): Effect => ({ type: 'reduce', to, ...more });
const opened = (strength: Strength | undefined, ...contributions: ReturnType<typeof contribution>[]) =>
  decided(null, {
    type: 'carry-forward',
    title: 'UNTSO',
    missions: ['untso'],
    until: '2025',
    contributions,
    ...(strength === undefined ? {} : { strength }),
  });
const exactly = (n: number) => ({ minimum: n, maximum: n, approximate: false, stated: { exactly: n } });

describe('increase', () => {
  it('counts from the day of the decision', () => {
    given(twelve, decided('2022-06-17', increase({ exactly: 15 }, { from: { exactly: 12 } })))
      .holds('2022-06-16', { strength: exactly(12) })
      .holds('2022-06-17', { strength: exactly(15) });
  });
  it('counts from another day where the decision says so', () => {
    given(twelve, decided('2022-06-17', increase({ exactly: 15 }, { effectiveFrom: '2022-07' })))
      .holds('2022-06-30', { strength: exactly(12) })
      .holds('2022-07-01', { strength: exactly(15) });
  });
  it('is refused where the source says that it was otherwise, naming what is held and since when', () => {
    given(twelve, decided('2022-06-17', increase({ exactly: 15 })))
      .when(decided('2022-07-01', increase({ exactly: 20 }, { from: { exactly: 12 } })))
      .thenRefused(
        'strength-mismatch',
        /^The ledger holds 15 for contribution observers of UNTSO since 2022-06-17, not 12; /,
        'effects[0].from',
      );
    given(twelve)
      .when(decided('2022-06-17', increase({ exactly: 15 }, { from: { about: 12 } })))
      .thenRefused('strength-mismatch', /^The ledger holds 12 for contribution observers of UNTSO, not about 12/);
  });
  it.each<[Strength, Strength]>([
    [{ exactly: 6 }, { atMost: 7 }],
    [{ atMost: 6 }, { exactly: 6 }],
    [{ atMost: 7 }, { between: [3, 7] }],
    [{ exactly: 6 }, { atLeast: 1 }],
    [{ undisclosed: true }, { exactly: 1 }],
    [{ about: 120 }, { about: 121 }],
  ])('raises %j to %j', (held, to) => {
    given(opened(held))
      .when(decided('2022-06-17', increase(to)))
      .thenHolds('2022-06-17', { strength: expect.objectContaining({ stated: to }) as never });
  });
  it.each<[Strength, Strength]>([
    [{ exactly: 12 }, { exactly: 12 }],
    [{ exactly: 12 }, { exactly: 11 }],
    [{ exactly: 7 }, { atMost: 7 }],
    [{ between: [3, 7] }, { atMost: 7 }],
  ])('is refused from %j to %j', (held, to) => {
    given(opened(held))
      .when(decided('2022-06-17', increase(to)))
      .thenRefused('not-an-increase', /is not an increase\. Check the number, or record a reduce/, 'effects[0].to');
  });
  it("changes the mandate's own strength, else that of the single contribution, else asks which", () => {
    const [a, b] = [contribution('a', { exactly: 1 }), contribution('b', { exactly: 2 })];
    given(opened({ atMost: 5 }, a, b))
      .when(decided('2022-06-17', increase({ atMost: 6 })))
      .thenHolds('2022-06-17', { strength: { minimum: 0, maximum: 6, approximate: false, stated: { atMost: 6 } } });
    given(opened(undefined, a, b))
      .when(decided('2022-06-17', increase({ exactly: 6 })))
      .thenRefused(
        'contribution-unknown',
        /several contributions \(a, b\): say with contributionId which/,
        'effects[0].contributionId',
      );
    given(opened(undefined))
      .when(decided('2022-06-17', increase({ exactly: 6 })))
      .thenRefused('contribution-unknown', /has no contribution on 2022-06-17 and no strength of its own/);
    given(opened(undefined, a, b))
      .when(decided('2022-06-17', increase({ exactly: 6 }, { contributionId: 'b' })))
      .thenHolds('2022-06-17', { strength: { minimum: 7, maximum: 7, approximate: false, stated: null } });
    given(opened({ atMost: 5 }, a))
      .when(decided('2022-06-17', increase({ exactly: 2 }, { contributionId: 'z' })))
      .thenRefused('contribution-unknown', /no contribution z/);
  });
  it('is right on the last day, lapsed after it, and refused once ended', () => {
    given(twelve)
      .when(decided('2022-07-31', increase({ exactly: 13 })))
      .thenHolds('2022-07-31', { strength: exactly(13) });
    given(twelve)
      .when(decided('2022-08-01', increase({ exactly: 13 })))
      .thenRefused('term-lapsed', /ran out on 2022-07-31/);
    const ended = decided('2022-06-17', { type: 'end', on: '2022-07-01', endedBy: 'cabinet' });
    given(twelve, ended)
      .when(decided('2022-07-01', increase({ exactly: 13 })))
      .thenHolds('2022-07-01', { strength: exactly(13) });
    given(twelve, ended)
      .when(decided('2022-07-02', increase({ exactly: 13 })))
      .thenRefused('mandate-ended', /was ended by cabinet on 2022-07-01/);
  });
});

describe('reduce', () => {
  it('lowers the maximum, or keeps it and lowers the minimum', () => {
    given(twelve)
      .when(decided('2022-06-17', reduce({ exactly: 10 }, { from: { exactly: 12 } })))
      .thenHolds('2022-06-17', { strength: exactly(10) });
    given(twelve)
      .when(decided('2022-06-17', reduce({ atMost: 12 })))
      .thenHolds('2022-06-17', { strength: { minimum: 0, maximum: 12, approximate: false, stated: { atMost: 12 } } });
  });
  it.each<Strength>([{ exactly: 12 }, { exactly: 13 }, { between: [12, 13] }])('is refused to %j', (to) => {
    given(twelve)
      .when(decided('2022-06-17', reduce(to)))
      .thenRefused('not-a-reduction', /holds 12 .* is not a reduction/, 'effects[0].to');
  });
  it('is refused where the source says that it was otherwise', () => {
    given(twelve)
      .when(decided('2022-06-17', reduce({ exactly: 5 }, { from: { exactly: 10 } })))
      .thenRefused('strength-mismatch', /holds 12 .*, not 10; check the source/);
  });
});
