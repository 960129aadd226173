import fc from 'fast-check';
import type { Decision } from './decision.js';
import { eventsOf, recordedOf } from './events.js';
import type { History } from './history.js';
import { decide, decideRepair, decidedBy, emptyHistory, fold } from './history.js';
import { Refusal } from './refusal.js';
import type { Recorded, Repair, Replacement } from './repair.js';
import { isRepair } from './repair.js';
import { standingOn } from './standing.js';
import { decided, twelve } from './testing/given.js';
import { acceptedOf, recordedBy, repairOf, steps } from './testing/histories.js';

const facts = () => ({ organisation: 'UN', region: 'middle-east' });
let n = 0;
const head = () => ({ decisionId: `r-${++n}`, mandateId: 'untso', reason: 'misread' });
const correction = (target: { decisionId: string }, replacement: Replacement): Repair => ({
  ...head(),
  corrects: target.decisionId,
  replacement,
});
const annulment = (target: { decisionId: string }): Repair => ({ ...head(), annuls: target.decisionId });

const judged = (history: History, next: Recorded) =>
  isRepair(next) ? decideRepair(history, next) : decide(history, next);

function given(...all: readonly Recorded[]): History {
  let history = emptyHistory('untso');
  for (const next of all) {
    const outcome = judged(history, next);
    if (outcome === undefined || !('decisions' in outcome)) throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
    history = outcome;
  }
  return history;
}
function refused(history: History, next: Recorded): Refusal {
  const outcome = judged(history, next);
  if (!(outcome instanceof Refusal)) throw new Error('accepted');
  return outcome;
}
const strengthOn = ({ mandate }: History, day: string) => standingOn(mandate, day, facts).strength.stated;

const toFifteen = decided('2022-06-17', { type: 'increase', from: { exactly: 12 }, to: { exactly: 15 } });
const toTwenty = decided('2022-07-01', { type: 'increase', from: { exactly: 15 }, to: { exactly: 20 } });
const atMost = (heads: number): Replacement => ({ effects: [{ type: 'increase', to: { exactly: heads } }] });

describe('a correction', () => {
  it('replaces what it names and leaves the rest as it was', () => {
    const history = given(twelve, toFifteen, correction(toFifteen, { decidedOn: '2022-06-10' }));
    expect(history.decisions[1]).toEqual({ ...toFifteen, decidedOn: '2022-06-10' });
    expect(strengthOn(history, '2022-06-10')).toEqual({ exactly: 15 });
    expect(history.recorded).toHaveLength(3);
  });
  it("counts at the decision's own place in decision order", () => {
    const history = given(
      twelve,
      toFifteen,
      decided('2022-07-01', { type: 'increase', to: { exactly: 20 } }),
      correction(toFifteen, atMost(16)),
    );
    expect(strengthOn(history, '2022-06-30')).toEqual({ exactly: 16 });
    expect(strengthOn(history, '2022-07-01')).toEqual({ exactly: 20 });
  });
  it('that breaks a later decision is refused, naming it', () => {
    const refusal = refused(given(twelve, toFifteen, toTwenty), correction(toFifteen, atMost(14)));
    expect([refusal.rule, refusal.breaks]).toEqual(['breaks-later-decision', toTwenty.decisionId]);
    expect(refusal.sentence).toMatch(/With decision d-\d+ corrected .* holds 14 .* not 15/);
  });
  it('that would not hold itself is refused as the decision would have been, naming the field of the replacement', () => {
    const refusal = refused(given(twelve, toFifteen), correction(toFifteen, atMost(11)));
    expect([refusal.rule, refusal.field]).toEqual(['not-an-increase', 'replacement.effects[0].to']);
  });
  it('may move a decision past another, which is then judged before it', () => {
    const other = decided('2022-07-01', { type: 'extend', until: '2023-07-31' });
    expect(
      given(twelve, toFifteen, other, correction(toFifteen, { decidedOn: '2022-07-15' })).decisions.map(
        ({ decisionId }) => decisionId,
      ),
    ).toEqual([twelve.decisionId, other.decisionId, toFifteen.decisionId]);
    expect(refused(given(twelve, toFifteen, toTwenty), correction(toFifteen, { decidedOn: '2022-07-15' })).breaks).toBe(
      toTwenty.decisionId,
    );
  });
  it('of the same decision again goes on from the first one', () => {
    const history = given(
      twelve,
      toFifteen,
      correction(toFifteen, atMost(16)),
      correction(toFifteen, { decidedOn: '2022-06-10' }),
    );
    expect(history.decisions[1]).toMatchObject({ decidedOn: '2022-06-10', effects: [{ to: { exactly: 16 } }] });
  });
  it('can itself be corrected, and annulled', () => {
    const first = correction(toFifteen, atMost(16));
    expect(strengthOn(given(twelve, toFifteen, first, correction(first, atMost(17))), '2022-07-01')).toEqual({
      exactly: 17,
    });
    expect(strengthOn(given(twelve, toFifteen, first, annulment(first)), '2022-07-01')).toEqual({ exactly: 15 });
  });
  it('of what the mandate does not have is unknown', () => {
    expect(judged(given(twelve), correction({ decisionId: 'nothing' }, atMost(16)))).toBeUndefined();
  });
});

describe('an annulment', () => {
  it('takes the decision away as if it had never been taken', () => {
    const history = given(twelve, toFifteen, annulment(toFifteen));
    expect(history.decisions).toEqual([twelve]);
    expect(history.mandate).toEqual(given(twelve).mandate);
  });
  it('that breaks a later decision is refused, naming it', () => {
    expect(refused(given(twelve, toFifteen, toTwenty), annulment(toFifteen)).breaks).toBe(toTwenty.decisionId);
    expect(refused(given(twelve, toFifteen), annulment(twelve)).breaks).toBe(toFifteen.decisionId);
  });
  it('of the only decision leaves nothing, and the mandate can be opened again', () => {
    const history = given(twelve, annulment(twelve));
    expect(history.mandate.lastDecision).toBeNull();
    expect(strengthOn(given(twelve, annulment(twelve), { ...twelve, decisionId: 'anew' }), '2022-07-01')).toEqual({
      exactly: 12,
    });
  });
  it('leaves nothing to repair', () => {
    const away = annulment(toFifteen);
    const history = given(twelve, toFifteen, away);
    for (const repair of [annulment(toFifteen), correction(toFifteen, atMost(16)), correction(away, atMost(16))])
      expect(refused(history, repair).rule).toBe('already-annulled');
    expect(refused(history, correction(away, atMost(16))).sentence).toMatch(
      /has nothing to be replaced. Annul r-\d+ itself/,
    );
  });
  it('can be annulled, and the decision counts again if everything still holds', () => {
    const away = annulment(toFifteen);
    expect(given(twelve, toFifteen, away, annulment(away)).mandate).toEqual(given(twelve, toFifteen).mandate);
    const meanwhile = decided('2022-07-01', { type: 'increase', from: { exactly: 12 }, to: { exactly: 13 } });
    expect(refused(given(twelve, toFifteen, away, meanwhile), annulment(away)).breaks).toBe(meanwhile.decisionId);
  });
});

describe('any decisions and repairs', () => {
  const RUNS = { numRuns: 1500 };
  const all = steps(['untso']);
  const after = (taken: Parameters<typeof recordedBy>[0]): History =>
    recordedBy(taken).histories.get('untso') ?? emptyHistory('untso');

  it('fold to the same state live and replayed, and come back from their events as they were', () => {
    let repairs = 0;
    fc.assert(
      fc.property(all, (taken) => {
        const history = after(taken);
        const replayed = history.recorded.map((each) =>
          recordedOf(JSON.parse(JSON.stringify(eventsOf(each))) as ReturnType<typeof eventsOf>),
        );
        expect(replayed).toEqual(history.recorded);
        expect(replayed.reduce(fold, emptyHistory('untso'))).toEqual(history);
        repairs += history.recorded.filter(isRepair).length;
      }),
      RUNS,
    );
    expect(repairs).toBeGreaterThan(500); // else the property would say nothing
  });

  it('leave decisions that would all be accepted in their order', () => {
    fc.assert(
      fc.property(all, (taken) => {
        const history = after(taken);
        expect(acceptedOf(history.decisions, 'untso').history.mandate).toEqual(history.mandate);
      }),
      RUNS,
    );
  });

  it('are as they were when a repair is annulled again', () => {
    fc.assert(
      fc.property(all, fc.nat({ max: 20 }), fc.boolean(), (taken, place, annuls) => {
        const before = after(taken);
        fc.pre(before.recorded.length > 0);
        const replacement = annuls ? null : { effects: before.decisions[0]?.effects ?? twelve.effects };
        const repair = repairOf(before, { decisionId: 'repair', mandateId: 'untso', place, replacement });
        const repaired = decideRepair(before, repair);
        fc.pre(repaired !== undefined && 'decisions' in repaired);
        const undone = decideRepair(repaired, annulment(repair));
        expect(undone).toMatchObject({ decisions: before.decisions, mandate: before.mandate });
      }),
      RUNS,
    );
  });

  it('count like the replacement recorded in the first place', () => {
    fc.assert(
      fc.property(
        fc.array(
          all.filter((taken) => taken.length > 0),
          { minLength: 1, maxLength: 1 },
        ),
        fc.nat({ max: 20 }),
        ([taken], place) => {
          const decisions = after(taken!).recorded.filter((each): each is Decision => !isRepair(each));
          fc.pre(decisions.length > 1);
          const wrong = decisions[place % decisions.length]!;
          const { effects, source } = decisions[(place + 1) % decisions.length]!;
          const replacement = { decidedOn: '2022-07-31', source, effects };
          const swapped = decisions.map((each) => (each === wrong ? { ...each, ...replacement } : each));
          const repaired = [...decisions, correction(wrong, replacement)].reduce(fold, emptyHistory('untso'));
          expect(repaired.decisions).toEqual(swapped.reduce(fold, emptyHistory('untso')).decisions);
        },
      ),
      RUNS,
    );
  });

  it('by a day are those decided up to it alone', () => {
    fc.assert(
      fc.property(all, fc.constantFrom('2022-06-01', '2022-06-17', '2022-08-01', '2023-03-01'), (taken, day) => {
        const history = after(taken);
        const own = history.decisions.filter(({ decidedOn }) => decidedOn === undefined || decidedOn <= day);
        expect(decidedBy(history, day)).toEqual(
          own.length === 0 ? null : own.reduce<History>(fold, emptyHistory('untso')).mandate,
        );
      }),
      RUNS,
    );
  });
});
