/** What must always hold, over random decisions. */
import fc from 'fast-check';
import { decisionOf, eventsOf } from './events.js';
import { decide, emptyHistory, fold } from './history.js';
import { changeDays, spansOf, standingOn } from './standing.js';
import { BEGINNING, FOREVER, dayAfter, dayBefore } from './term-date.js';
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
        expect(decisionOf(events)).toEqual(decision);
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
        expect(ab).toEqual(ba);
      }),
      { numRuns: 6000 },
    );
    expect(both).toBeGreaterThan(20); // else the property would say nothing
  });

  it('are all still accepted when they are taken again in decision order', () => {
    fc.assert(
      fc.property(decisions, (all) => {
        const { history } = acceptedOf(all, 'untso');
        expect(acceptedOf(history.decisions, 'untso').history).toEqual(history);
      }),
      RUNS,
    );
  });

  it('leave authorities in order of time and without overlap, as long as each is judged', () => {
    fc.assert(
      fc.property(decisions, (all) => {
        const { authorities } = acceptedOf(all, 'untso').history.mandate;
        for (const { firstDay, lastDay } of authorities) expect(firstDay <= lastDay).toBe(true);
        for (const [i, next] of authorities.slice(1).entries()) expect(authorities[i]!.firstDay <= next.firstDay).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('the spans of a mandate', () => {
  it('cover all of time without gap or overlap, and each day stands as its span says', () => {
    const days = fc.constantFrom(
      '0000-01-01',
      '2022-06-16',
      '2022-06-17',
      '2022-06-30',
      '2022-07-01',
      '2022-08-31',
      '2022-12-31',
      '2023-06-15',
      '2025-07-31',
      '2025-08-01',
      '9999-12-31',
    );
    fc.assert(
      fc.property(decisions, days, (all, day) => {
        const { mandate } = acceptedOf(all, 'untso').history;
        const spans = spansOf(mandate, facts);
        expect([spans[0]!.from, spans.at(-1)!.until]).toEqual([BEGINNING, FOREVER]);
        for (const [i, next] of spans.slice(1).entries()) expect(next.from).toBe(dayAfter(spans[i]!.until));
        const span = spans.find(({ from, until }) => from <= day && day <= until)!;
        expect(span.standing).toEqual(standingOn(mandate, day, facts));
      }),
      RUNS,
    );
  });

  it('stand the same on every day between two changes', () => {
    fc.assert(
      fc.property(decisions, (all) => {
        const { mandate } = acceptedOf(all, 'untso').history;
        const days = changeDays(mandate);
        for (const [i, day] of days.entries()) {
          const last = i + 1 < days.length ? dayBefore(days[i + 1]!) : FOREVER;
          expect(standingOn(mandate, last, facts)).toEqual(standingOn(mandate, day, facts));
        }
      }),
      RUNS,
    );
  });
});
