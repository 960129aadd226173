import { decided, given, twelve } from './testing/given.js';
import { decide, emptyHistory, fold } from './history.js';

const toFifteen = decided('2022-06-17', { type: 'increase', from: { exactly: 12 }, to: { exactly: 15 } });
const extended = decided('2022-07-01', { type: 'extend', until: '2025-07-31' });

describe('a decision recorded late', () => {
  it('is judged on its own date, not on that of its recording', () => {
    given(twelve, extended)
      .when(decided('2022-06-20', { type: 'increase', from: { exactly: 12 }, to: { exactly: 14 } }))
      .thenHolds('2022-06-20', { strength: { minimum: 14, maximum: 14, approximate: false, stated: { exactly: 14 } } });
    given(twelve, toFifteen)
      .when(decided('2022-06-01', { type: 'increase', from: { exactly: 15 }, to: { exactly: 16 } }))
      .thenRefused('strength-mismatch', /holds 12 /);
  });
  it('is refused where a later decision would no longer hold, and names that one', () => {
    const refusal = given(twelve, toFifteen)
      .when(decided('2022-06-01', { type: 'increase', to: { exactly: 14 } }))
      .thenRefused(
        'breaks-later-decision',
        new RegExp(
          `could no longer hold decision ${toFifteen.decisionId} of 2022-06-17, which would then be refused: The ` +
            'ledger holds 14 .* not 12.* Correct what is posted',
        ),
      );
    expect(refusal.breaks).toBe(toFifteen.decisionId);
  });
  it('of the same day comes after those recorded before it', () => {
    given(twelve, toFifteen)
      .when(decided('2022-06-17', { type: 'increase', from: { exactly: 15 }, to: { exactly: 16 } }))
      .thenHolds('2022-06-17', { lastDecision: { decidedOn: '2022-06-17' } as never });
  });
  it('without a date comes before every dated one', () => {
    given(decided('2022-07-01', { type: 'study', studyId: 's', subject: 'x' }))
      .when(twelve)
      .thenHolds('2022-07-02', { status: 'in-force', lastDecision: { decidedOn: '2022-07-01' } as never });
  });
  it('may not end what a later one extends', () => {
    given(twelve, extended)
      .when(decided('2022-06-20', { type: 'end', on: '2022-07-15', endedBy: 'cabinet' }))
      .thenRefused('breaks-later-decision', /was ended by cabinet/);
  });
});

describe('the effects of one decision', () => {
  it('are judged one after the other, and all refused with one', () => {
    const both = decided(
      '2022-06-17',
      { type: 'increase', to: { exactly: 15 } },
      { type: 'increase', to: { exactly: 15 } },
    );
    given(twelve)
      .when(both)
      .thenRefused('not-an-increase', /holds 15 .* since 2022-06-17/, 'effects[1].to');
    given(twelve).holds('2022-06-17', {
      strength: { minimum: 12, maximum: 12, approximate: false, stated: { exactly: 12 } },
    });
  });
});

describe('fold', () => {
  it('gives what deciding gave, whatever the order of recording', () => {
    const decisions = [twelve, extended, toFifteen];
    const live = decisions.reduce((history, decision) => {
      const next = decide(history, decision);
      if (!('decisions' in next)) throw new Error('refused');
      return next;
    }, emptyHistory('untso'));
    expect(decisions.reduce(fold, emptyHistory('untso'))).toEqual(live);
    const { decisions: sorted, mandate } = [twelve, toFifteen, extended].reduce(fold, emptyHistory('untso'));
    expect([sorted, mandate]).toEqual([live.decisions, live.mandate]);
  });
  it('takes as a fact what a rule of today would refuse', () => {
    const impossible = decided(
      '2022-06-17',
      { type: 'extend', until: '2020' },
      { type: 'reduce', to: { exactly: 99 }, contributionId: 'nobody' },
    );
    expect(fold(given(twelve).history, impossible).mandate.lastDecision?.decisionId).toBe(impossible.decisionId);
    expect(fold(emptyHistory('untso'), impossible).mandate.authorities).toEqual([]);
  });
});
