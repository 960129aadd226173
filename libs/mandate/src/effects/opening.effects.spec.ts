import { contribution, decided, given, twelve } from '../testing/given.js';
import type { CarryForward, Establish } from './opening.effects.js';

const opening = { title: 'UNTSO', missions: ['untso'], contributions: [contribution('observers', { exactly: 12 })] };
const establish = (until: string, more: Partial<Establish> = {}): Establish => ({
  type: 'establish',
  ...opening,
  until,
  ...more,
});
const carryForward = (until: string, more: Partial<CarryForward> = {}): CarryForward => ({
  type: 'carry-forward',
  ...opening,
  until,
  ...more,
});

describe('carry-forward', () => {
  it('is in force on every earlier day where the source gives no beginning', () => {
    given(twelve)
      .holds('1948-05-29', { status: 'in-force', term: { from: null, until: '2022-07-31' } })
      .holds('2022-07-31', { status: 'in-force' })
      .holds('2022-08-01', { status: 'expired' });
  });
  it('begins on the first day of an imprecise from and ends on the last of an imprecise until', () => {
    given(decided(null, carryForward('2023-22', { from: '2022-12' })))
      .holds('2022-11-30', { status: 'planned', term: { from: '2022-12', until: '2023-22' } })
      .holds('2022-12-01', { status: 'in-force' })
      .holds('2023-08-31', { status: 'in-force' })
      .holds('2023-09-01', { status: 'expired' });
  });
  it.each(['open', 'not-stated', 'to-be-determined'])('runs on without end where until is %s', (until) => {
    given(decided(null, carryForward(until))).holds('9999-12-31', { status: 'in-force', term: { from: null, until } });
  });
  it('may be dated', () => {
    given(decided('2020-01-01', carryForward('2022-07-31'))).holds('2000-01-01', { status: 'in-force' });
  });
  it('is refused for a mandate that is there', () => {
    given(twelve)
      .when(decided(null, carryForward('2025-07-31')))
      .thenRefused(
        'mandate-exists',
        /UNTSO is already in the ledger with a term from .* to 2022-07-31\. Record an extend effect/,
        'effects[0]',
      );
  });
  it('is refused where it ends before it begins, and taken where it ends on the same day', () => {
    given()
      .when(decided(null, carryForward('2022-07-31', { from: '2022-08' })))
      .thenRefused('until-before-from', /before it begins on 2022-08/, 'effects[0].until');
    given()
      .when(decided(null, carryForward('2022-08-01', { from: '2022-08' })))
      .thenHolds('2022-08-01', { status: 'in-force' });
  });
  it('is refused where a contribution ends before it begins', () => {
    const contributions = [
      contribution('a', { exactly: 1 }),
      contribution('b', { exactly: 1 }, { term: { from: '2023', until: '2022-12-31' } }),
    ];
    given()
      .when(decided(null, carryForward('open', { contributions })))
      .thenRefused(
        'until-before-from',
        /contribution b would end on 2022-12-31, before it begins on 2023/,
        'effects[0].contributions[1].term.until',
      );
  });
});

describe('establish', () => {
  it('begins on the day of the decision where no other is given', () => {
    given(decided('2022-06-17', establish('2025-07-31')))
      .holds('2022-06-16', { status: 'planned' })
      .holds('2022-06-17', { status: 'in-force', term: { from: '2022-06-17', until: '2025-07-31' } });
  });
  it('is refused against a term that runs, or begins later', () => {
    given(twelve)
      .when(decided('2022-06-17', establish('2025-07-31')))
      .thenRefused('mandate-exists', /Record an extend effect/);
    given(decided('2022-06-17', establish('2025-07-31', { from: '2023' })))
      .when(decided('2022-07-01', establish('2024')))
      .thenRefused('mandate-exists', /2023 to 2025-07-31/);
  });
  it('is right after a term that ran out, from the very next day', () => {
    given(twelve)
      .when(decided('2022-07-31', establish('2025-07-31')))
      .thenRefused('mandate-exists', /UNTSO/);
    given(twelve)
      .when(decided('2022-08-01', establish('2025-07-31')))
      .thenHolds('2022-08-01', { status: 'in-force' })
      .holds('2022-07-31', { status: 'in-force', term: { from: null, until: '2022-07-31' } });
  });
  it('is right before the old term is over where it begins after it', () => {
    given(twelve)
      .when(decided('2022-06-17', establish('2025-07-31', { from: '2022-09' })))
      .thenHolds('2022-08-15', { status: 'planned', term: { from: '2022-09', until: '2025-07-31' } });
  });
  it('is right after a mandate that was ended', () => {
    given(twelve, decided('2022-06-17', { type: 'end', on: '2022-07-01', endedBy: 'cabinet' }))
      .when(decided('2022-08-01', establish('2023')))
      .thenHolds('2022-07-15', { status: 'planned' })
      .holds('2022-06-30', { status: 'in-force', ending: true })
      .holds('2024-01-01', { status: 'expired' });
  });
  it('is right after a study, and after an intention', () => {
    given(
      decided('2022-06-17', { type: 'study', studyId: 's', subject: 'whether' }),
      decided('2022-06-17', { type: 'intend', intentionId: 'i', subject: 'to' }),
    )
      .when(decided('2022-10-01', establish('2023')))
      .thenHolds('2022-10-01', { status: 'in-force', title: 'UNTSO' });
  });
  it('is refused where it ends before it begins', () => {
    given()
      .when(decided('2022-06-17', establish('2022-05')))
      .thenRefused('until-before-from', /on 2022-05, before it begins on 2022-06-17/);
  });
});

describe('what does not open a mandate', () => {
  it('is unknown where the ledger has nothing', () => {
    given()
      .when(decided('2022-06-17', { type: 'extend', until: '2025-07-31' }))
      .thenUnknown();
    given()
      .when(decided('2022-06-17', { type: 'reserve', right: 'to leave' }))
      .thenUnknown();
  });
  it('is refused on a day before the first decision', () => {
    given(decided('2022-06-17', establish('2025-07-31')))
      .when(decided('2022-06-16', { type: 'extend', until: '2026' }))
      .thenRefused(
        'term-lapsed',
        /On 2022-06-16 the ledger holds nothing yet .* its first decision is later/,
        'effects[0]',
      );
  });
});
