/** What must always hold, over random decisions. */
import fc from 'fast-check';
import { recordedOf, eventsOf } from './events.js';
import { decide, emptyHistory, fold } from './history.js';
import { changeDays, facetsOn, standingOn } from './standing.js';
import { BEGINNING, FOREVER, dayBefore, lastDay } from './term-date.js';
import { acceptedOf, decisionsOn } from './testing/histories.js';

const decisions = fc.array(decisionsOn(['untso']), { maxLength: 25 });
const facts = () => ({ organisation: 'UN', region: 'middle-east' });
const RUNS = { numRuns: 1500 };

describe('any decisions', () => {
  it('fold to the same state live and replayed in recorded order', () => {
    fc.assert(
      fc.property(decisions, (all) => {
        const { accepted, history } = acceptedOf(all, 'untso');
        expect(accepted.reduce(fold, emptyHistory('untso'))).toEqual(history);
      }),
      RUNS,
    );
  });

  it('come back from their events as they were', () => {
    fc.assert(
      fc.property(decisionsOn(['untso']), (decision) => {
        const events = JSON.parse(JSON.stringify(eventsOf(decision))) as ReturnType<typeof eventsOf>;
        expect(recordedOf(events)).toEqual(decision);
      }),
      RUNS,
    );
  });

  it('leave what is held untouched when they are refused, and are judged the same again', () => {
    fc.assert(
      fc.property(decisions, decisionsOn(['untso']), (all, one) => {
        const { history } = acceptedOf(all, 'untso');
        const before = JSON.stringify(history);
        const first = decide(history, one);
        expect(decide(history, one)).toEqual(first);
        expect(JSON.stringify(history)).toBe(before);
      }),
      RUNS,
    );
  });

  it('give the same state in whatever order they are recorded, where both orders are accepted and their days differ', () => {
    let both = 0;
    fc.assert(
      fc.property(decisions, decisionsOn(['untso']), decisionsOn(['untso']), (all, a, b) => {
        fc.pre(a.decidedOn !== b.decidedOn);
        const { history } = acceptedOf(all, 'untso');
        const [afterA, afterB] = [decide(history, a), decide(history, b)];
        const ab = 'decisions' in afterA ? decide(afterA, b) : afterA;
        const ba = 'decisions' in afterB ? decide(afterB, a) : afterB;
        if (!('decisions' in ab && 'decisions' in ba)) return;
        both++;
        expect([ab.decisions, ab.mandate]).toEqual([ba.decisions, ba.mandate]);
      }),
      { numRuns: 6000 },
    );
    expect(both).toBeGreaterThan(20); // else the property would say nothing
  });

  it('are all still accepted when they are taken again in decision order', () => {
    fc.assert(
      fc.property(decisions, (all) => {
        const { history } = acceptedOf(all, 'untso');
        expect(acceptedOf(history.decisions, 'untso').history.mandate).toEqual(history.mandate);
      }),
      RUNS,
    );
  });

  it('leave authorities in order of time and without overlap, as long as each is judged', () => {
    fc.assert(
      fc.property(decisions, (all) => {
        const { authorities } = acceptedOf(all, 'untso').history.mandate;
        for (const { firstDay, lastDay } of authorities) expect(firstDay <= lastDay).toBe(true);
        for (const [i, next] of authorities.slice(1).entries())
          expect(authorities[i]!.firstDay <= next.firstDay).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('the days on which a mandate changes', () => {
  it('begin with the first day of time, and between two of them every day stands the same', () => {
    fc.assert(
      fc.property(decisions, (all) => {
        const { mandate } = acceptedOf(all, 'untso').history;
        const days = changeDays(mandate);
        expect(days[0]).toBe(BEGINNING);
        for (const [i, day] of days.entries()) {
          const last = i + 1 < days.length ? dayBefore(days[i + 1]!) : FOREVER;
          expect(standingOn(mandate, last, facts)).toEqual(standingOn(mandate, day, facts));
        }
      }),
      RUNS,
    );
  });

  it('have facets that say what the standing says', () => {
    fc.assert(
      fc.property(decisions, (all) => {
        const { mandate } = acceptedOf(all, 'untso').history;
        for (const day of changeDays(mandate)) {
          const { status, lastDay: last, makeUp } = facetsOn(mandate, day);
          const standing = standingOn(mandate, day, facts);
          expect([status, makeUp.title, makeUp.missions]).toEqual([standing.status, standing.title, standing.missions]);
          expect(last).toBe(status === 'in-force' ? lastDay(standing.term?.until) : null);
        }
      }),
      RUNS,
    );
  });
});
