/** Differences over random histories, against what the decisions themselves and the days in between say. */
import fc from 'fast-check';
import { causesOf } from './causes.js';
import type { ChangeKind } from './change-kinds.js';
import { CHANGE_KINDS } from './change-kinds.js';
import { changesBetween, changesLearnt, eventfulDays } from './changes.js';
import { strengthChange } from './compared-standings.js';
import type { Decision } from './decision.js';
import { decisionDay } from './effects/authority.js';
import type { Effect } from './effects/index.js';
import { emptyHistory, fold } from './history.js';
import type { Mandate } from './mandate.js';
import { changeDays, standingOn } from './standing.js';
import { isIncrease, isReduction } from './strength.js';
import { dayBefore } from './term-date.js';
import { acceptedOf, decisionsOn } from './testing/histories.js';

const decisions = fc.array(decisionsOn(['untso']), { maxLength: 25 });
const day = fc
  .date({ min: new Date('2022-05-15'), max: new Date('2025-09-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const daysInOrder = fc.tuple(day, day).map((days) => days.sort());
const facts = (missionId: string) =>
  missionId === 'untso' ? { organisation: 'UN', region: 'middle-east' } : { organisation: 'EU', region: 'sahel' };
const RUNS = { numRuns: 1000 };

const has = (all: readonly Decision[], is: (effect: Effect) => boolean): boolean =>
  all.some(({ effects }) => effects.some(is));

/** What decisions of these days say, whatever the fold makes of them. */
function decidedKinds(all: readonly Decision[]): Set<ChangeKind> {
  const kinds = new Set<ChangeKind>();
  if (has(all, ({ type }) => type === 'study')) kinds.add('study-opened');
  if (has(all, ({ type }) => type === 'conclude-study')) kinds.add('study-concluded');
  if (has(all, ({ type }) => type === 'intend')) kinds.add('intended');
  if (has(all, ({ type }) => type === 'decline')) kinds.add('declined');
  if (has(all, (effect) => effect.type === 'conclude-intention' && effect.outcome === 'dropped')) kinds.add('declined');
  if (has(all, (effect) => effect.type === 'end' && effect.contributionId === undefined)) kinds.add('ended');
  return kinds;
}

/** Whether a term runs on the day, whatever the status is called. */
const runs = ({ authorities }: Mandate, day: string): boolean =>
  authorities.some(({ firstDay, lastDay }) => firstDay <= day && day <= lastDay);

/** How terms began and came to an end, day by day. */
function steppedKinds(mandate: Mandate, from: string, to: string): Set<ChangeKind> {
  const kinds = new Set<ChangeKind>();
  for (const next of changeDays(mandate).filter((each) => from < each && each <= to)) {
    const [was, is] = [standingOn(mandate, dayBefore(next), facts), standingOn(mandate, next, facts)];
    const [ran, runsNow] = [runs(mandate, dayBefore(next)), runs(mandate, next)];
    const isSameTerm = was.term?.from === is.term?.from && was.term?.until === is.term?.until;
    if (runsNow && !(ran && isSameTerm)) kinds.add('began');
    if (!ran || (runsNow && isSameTerm)) continue;
    const authority = mandate.authorities.find(({ lastDay }) => lastDay === dayBefore(next))!;
    kinds.add(authority.ending === null ? 'expired' : 'ended');
  }
  return kinds;
}

describe('differences between two days', () => {
  it('are told exactly where the standings differ or something happened, with the standings of both days', () => {
    let told = 0;
    fc.assert(
      fc.property(decisions, daysInOrder, (all, [from, to]) => {
        const { history, accepted } = acceptedOf(all, 'untso');
        const { mandate } = history;
        fc.pre(mandate.lastDecision !== null);
        const [before, after] = [standingOn(mandate, from, facts), standingOn(mandate, to, facts)];
        const inBetween = accepted.filter((each) => from < decisionDay(each) && decisionDay(each) <= to);
        const expected = new Set([...decidedKinds(inBetween), ...steppedKinds(mandate, from, to)]);
        const changes = changesBetween(mandate, from, to, facts);
        if (JSON.stringify(before) === JSON.stringify(after) && expected.size === 0) {
          expect(changes).toBeNull();
          return;
        }
        told++;
        expect(changes).toMatchObject({ before, after });
        const { kinds } = changes!;
        expect(kinds).not.toEqual([]);
        expect(CHANGE_KINDS.filter((kind) => kinds.includes(kind))).toEqual(kinds);
        for (const kind of ['ended', 'expired', 'declined'] as const)
          if (after.status === kind && before.status !== kind) expected.add(kind);
        const byStanding = ['extended', 'shortened', 'increased', 'reduced', 'reshaped'];
        expect(kinds.filter((kind) => !byStanding.includes(kind))).toEqual(
          CHANGE_KINDS.filter((kind) => expected.has(kind)),
        );
        const strength = strengthChange(before.strength, after.strength);
        expect(kinds.filter((kind) => kind === 'increased' || kind === 'reduced')).toEqual(
          strength === null ? [] : [strength],
        );
        if (before.title !== after.title || before.missions.join() !== after.missions.join())
          expect(kinds).toContain('reshaped');
      }),
      RUNS,
    );
    expect(told).toBeGreaterThan(200); // else the property would say little
  });

  it('come on eventful days alone', () => {
    fc.assert(
      fc.property(decisions, daysInOrder, (all, [from, to]) => {
        const { mandate } = acceptedOf(all, 'untso').history;
        if (eventfulDays(mandate).some((each) => from < each && each <= to)) return;
        expect(changesBetween(mandate, from, to, facts)).toBeNull();
      }),
      RUNS,
    );
  });

  it('have a cause each, and none where there are none and never were', () => {
    fc.assert(
      fc.property(decisions, daysInOrder, (all, [from, to]) => {
        const { history } = acceptedOf(all, 'untso');
        const causes = causesOf(history, from, to, facts);
        if (changesBetween(history.mandate, from, to, facts) !== null) expect(causes).not.toEqual([]);
        const ids = history.decisions.map(({ decisionId }) => decisionId);
        expect(causes.map(({ decisionId }) => decisionId)).toEqual(
          ids.filter((id) => causes.some(({ decisionId }) => decisionId === id)),
        );
        // Up to the last cause everything is told already: what was decided later changes nothing of it.
        const last = ids.indexOf(causes.at(-1)?.decisionId ?? '');
        const { mandate } = history.decisions.slice(0, last + 1).reduce(fold, emptyHistory('untso'));
        expect(changesBetween(mandate, from, to, facts)?.kinds).toEqual(
          changesBetween(history.mandate, from, to, facts)?.kinds,
        );
      }),
      RUNS,
    );
  });
});

describe('what was learnt', () => {
  it('is what the decisions say that were recorded since, and how the days in force and the strength differ', () => {
    fc.assert(
      fc.property(decisions, fc.nat({ max: 10 }), day, (all, count, on) => {
        const { accepted } = acceptedOf(all, 'untso');
        fc.pre(accepted.length > 0);
        const [was, is] = [accepted.slice(0, count), accepted].map(
          (known) => known.reduce(fold, emptyHistory('untso')).mandate,
        );
        const changes = changesLearnt(
          { mandate: was!, missionFacts: facts },
          { mandate: is!, missionFacts: facts },
          on,
        );
        if (count >= accepted.length) {
          expect(changes).toBeNull();
          return;
        }
        const { kinds, before, after } = changes!;
        expect(after).toEqual(standingOn(is!, on, facts));
        expect(before).toEqual(count === 0 ? null : standingOn(was!, on, facts));
        const said = decidedKinds(accepted.slice(count));
        for (const kind of said) expect(kinds).toContain(kind);
        for (const kind of ['study-opened', 'study-concluded', 'intended'] as const)
          expect(kinds.includes(kind)).toBe(said.has(kind));
        if (before === null) {
          expect(kinds).toContain('began');
          return;
        }
        const days = [...changeDays(was!), ...changeDays(is!)];
        if (days.some((each) => runs(is!, each) && !runs(was!, each)))
          expect(kinds.includes('began') || kinds.includes('extended')).toBe(true);
        if (days.some((each) => runs(was!, each) && !runs(is!, each))) expect(kinds).toContain('shortened');
        const strength = strengthChange(before.strength, after!.strength);
        expect(kinds.filter((kind) => kind === 'increased' || kind === 'reduced')).toEqual(
          strength === null ? [] : [strength],
        );
        if (JSON.stringify(before.contributions) !== JSON.stringify(after!.contributions))
          expect(kinds).not.toEqual([]);
      }),
      RUNS,
    );
  });
});

describe('the change of a strength', () => {
  const range = fc
    .tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 }))
    .map(([a, b]): [number, number] => (a < b ? [a, b] : [b, a]));
  it('goes the way that an increase or a reduction may go, where all sides are known', () => {
    fc.assert(
      fc.property(range, range, (was, is) => {
        const [from, to] = [was, is].map(([minimum, maximum]) => ({ minimum, maximum, approximate: false }));
        expect(strengthChange(from!, to!) === 'increased').toBe(isIncrease({ between: was }, { between: is }));
        expect(strengthChange(from!, to!) === 'reduced').toBe(isReduction({ between: was }, { between: is }));
      }),
    );
  });
  it('is not told where a side is known on one day only', () => {
    const of = (minimum: number | null, maximum: number | null) => ({ minimum, maximum, approximate: false });
    expect(strengthChange(of(1, 1), of(null, null))).toBeNull();
    expect(strengthChange(of(1, null), of(2, 2))).toBeNull();
    expect(strengthChange(of(1, null), of(2, null))).toBe('increased');
    expect(strengthChange(of(null, null), of(2, null))).toBeNull();
  });
});
