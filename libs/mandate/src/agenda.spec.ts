import fc from 'fast-check';
import { agendaOf, inAgendaOrder } from './agenda.js';
import type { Decision } from './decision.js';
import { changeDays, standingOn } from './standing.js';
import { dayBefore, lastDay } from './term-date.js';
import { contribution, decided, given, twelve } from './testing/given.js';
import { acceptedOf, decisionsOn } from './testing/histories.js';

const facts = () => ({ organisation: 'UN', region: 'middle-east' });
const agenda = (...decisions: Decision[]) => agendaOf(given(...decisions).history.mandate);
const days = (...decisions: Decision[]) => agenda(...decisions).map(({ on, kind }) => [on, kind]);

const expiry = {
  kind: 'expiry',
  itemId: 'expiry-untso.0000-01-01',
  on: '2022-07-31',
  mandateId: 'untso',
  title: 'UNTSO',
  until: '2022-07-31',
  provisional: false,
  endedBy: null,
  contributionId: null,
};

describe('a term', () => {
  it('is on the agenda with its last day, as its source words it', () => {
    expect(agenda(twelve)).toEqual([expiry]);
    const summer = decided('2022-06-17', { type: 'extend', until: '2023-22', provisional: true });
    expect(agenda(twelve, summer)).toEqual([{ ...expiry, on: '2023-08-31', until: '2023-22', provisional: true }]);
  });
  it.each(['open', 'not-stated'] as const)('that is %s is not', (until) => {
    expect(agenda(twelve, decided('2022-06-17', { type: 'extend', until }))).toEqual([]);
  });
  it('that is to be determined is, without a day', () => {
    const [item, ...more] = agenda(twelve, decided('2022-06-17', { type: 'extend', until: 'to-be-determined' }));
    expect(item).toEqual({
      kind: 'end-to-be-determined',
      itemId: 'end-to-be-determined-untso.0000-01-01',
      on: null,
      mandateId: 'untso',
      title: 'UNTSO',
      endedBy: null,
      contributionId: null,
    });
    expect(more).toEqual([]);
  });
  it('that is ended is with the day of its end, and who ended it', () => {
    expect(agenda(twelve, decided('2022-06-17', { type: 'end', on: '2022-07-15', endedBy: 'UN' }))).toEqual([
      { ...expiry, on: '2022-07-15', until: '2022-07-15', endedBy: 'UN' },
    ]);
  });
  it('of which the end is still to be determined runs out on its old last day, on which that is due', () => {
    const undetermined = decided('2022-06-17', { type: 'end', on: 'to-be-determined', endedBy: 'UN' });
    expect(days(twelve, undetermined)).toEqual([
      ['2022-07-31', 'expiry'],
      ['2022-07-31', 'end-to-be-determined'],
    ]);
    expect(days(twelve, undetermined, decided('2022-06-20', { type: 'set-end-date', on: '2022-09-30' }))).toEqual([
      ['2022-09-30', 'expiry'],
    ]);
  });
  it('that comes later has its own item and title', () => {
    const next = decided('2022-07-01', {
      type: 'establish',
      title: 'UNTSO anew',
      missions: ['untso'],
      from: '2022-10-01',
      until: '2023',
      contributions: [],
    });
    expect(agenda(twelve, next).map(({ itemId, on, title }) => [itemId, on, title])).toEqual([
      ['expiry-untso.0000-01-01', '2022-07-31', 'UNTSO'],
      ['expiry-untso.2022-10-01', '2023-12-31', 'UNTSO anew'],
    ]);
  });
});

describe('a contribution', () => {
  const listed = (until: string, day = '2022-06-17') =>
    decided(day, { type: 'reshape', contributions: [contribution('observers', { exactly: 12 }, { term: { until } })] });
  it('that ends before the mandate is on the agenda with its id', () => {
    expect(agenda(twelve, listed('2022-06-30'))).toEqual([
      {
        ...expiry,
        itemId: 'expiry-untso.0000-01-01.observers',
        on: '2022-06-30',
        until: '2022-06-30',
        contributionId: 'observers',
      },
      expiry,
    ]);
  });
  it.each(['2022-07-31', '2023'])('that ends with the mandate, or would end later (%s), is not', (until) => {
    expect(agenda(twelve, listed(until))).toEqual([expiry]);
  });
  it('that is gone, or has another term, before its day is not on that day', () => {
    expect(days(twelve, listed('2022-06-30'), listed('2022-07-15', '2022-06-20'))).toEqual([
      ['2022-07-15', 'expiry'],
      ['2022-07-31', 'expiry'],
    ]);
    expect(agenda(twelve, listed('2022-06-30'), decided('2022-06-20', { type: 'reshape', contributions: [] }))).toEqual(
      [expiry],
    );
  });
  it('that comes back has an item for each time', () => {
    const ids = agenda(twelve, listed('2022-06-30'), listed('2022-07-15', '2022-07-10')).map(({ itemId }) => itemId);
    expect(ids).toEqual([
      'expiry-untso.0000-01-01.observers',
      'expiry-untso.0000-01-01.observers.2',
      'expiry-untso.0000-01-01',
    ]);
  });
  it('of which the end is still to be determined is due on the last day that it had, and told once it is set', () => {
    const extended = decided('2022-06-20', { type: 'extend', until: '2025' });
    const undetermined = decided('2022-06-17', {
      type: 'end',
      on: 'to-be-determined',
      endedBy: 'UN',
      contributionId: 'observers',
    });
    const due = { kind: 'end-to-be-determined', on: '2022-07-31', contributionId: 'observers', endedBy: 'UN' };
    expect(agenda(twelve, undetermined)).toMatchObject([expiry, due]);
    expect(agenda(twelve, undetermined, extended)).toMatchObject([
      { kind: 'expiry', on: '2022-07-31', contributionId: 'observers' },
      due,
      { kind: 'expiry', on: '2025-12-31', contributionId: null },
    ]);
    const set = decided('2022-06-21', { type: 'set-end-date', on: '2022-09-30', contributionId: 'observers' });
    expect(days(twelve, undetermined, extended, set)).toEqual([
      ['2022-09-30', 'expiry'],
      ['2025-12-31', 'expiry'],
    ]);
  });
  it('of which the term is to be determined is on the agenda without a day, as long as it is in the list', () => {
    expect(agenda(twelve, listed('to-be-determined'))).toMatchObject([
      expiry,
      { kind: 'end-to-be-determined', on: null, contributionId: 'observers', endedBy: null },
    ]);
    expect(agenda(twelve, listed('to-be-determined'), listed('open', '2022-06-20'))).toEqual([expiry]);
  });
});

describe('a review', () => {
  const scheduled = decided('2022-06-17', {
    type: 'schedule-review',
    reviewId: 'autumn',
    trigger: 'strategic review',
    dueBy: '2022-23',
  });
  it('is due on the last day of dueBy until it is held', () => {
    expect(agenda(twelve, scheduled)).toEqual([
      expiry,
      {
        kind: 'review',
        itemId: 'review-untso.autumn',
        on: '2022-11-30',
        mandateId: 'untso',
        title: 'UNTSO',
        reviewId: 'autumn',
        trigger: 'strategic review',
        dueBy: '2022-23',
      },
    ]);
    expect(
      agenda(twelve, scheduled, decided('2022-09-01', { type: 'hold-review', reviewId: 'autumn', outcome: 'kept' })),
    ).toEqual([expiry]);
  });
  it('without dueBy has no day', () => {
    const unscheduled = decided('2022-06-17', {
      type: 'schedule-review',
      reviewId: 'r',
      trigger: 'a request for more',
    });
    expect(agenda(twelve, unscheduled)).toMatchObject([expiry, { kind: 'review', on: null, dueBy: null }]);
  });
});

describe('a study', () => {
  const opened = decided('2022-06-17', { type: 'study', studyId: 's', subject: 'whether to go on' });
  it('is on the agenda without a day until it is concluded', () => {
    const item = {
      kind: 'study',
      itemId: 'study-untso.s',
      on: null,
      mandateId: 'untso',
      studyId: 's',
      openedOn: '2022-06-17',
    };
    expect(agenda(twelve, opened)).toEqual([expiry, { ...item, title: 'UNTSO', subject: 'whether to go on' }]);
    expect(agenda(opened)).toEqual([{ ...item, title: 'whether to go on', subject: 'whether to go on' }]);
    expect(
      agenda(twelve, opened, decided('2022-07-01', { type: 'conclude-study', studyId: 's', outcome: 'dropped' })),
    ).toEqual([expiry]);
  });
});

describe('over any decisions', () => {
  const decisions = fc.array(decisionsOn(['untso']), { maxLength: 25 });
  it('the agenda has every day on which a term is over, the mandate\u2019s or an own one, and no other', () => {
    fc.assert(
      fc.property(decisions, (all) => {
        const { mandate } = acceptedOf(all, 'untso').history;
        const expected: string[] = [];
        for (const next of changeDays(mandate)) {
          const [day, was] = [dayBefore(next), standingOn(mandate, dayBefore(next), facts)];
          const runs = mandate.authorities.some((each) => each.firstDay <= day && day <= each.lastDay);
          if (!runs || day === next) continue;
          if (lastDay(was.term!.until) === day) expected.push(`${day} mandate`);
          else
            for (const { contributionId, inTerm, term } of was.contributions)
              if (inTerm && lastDay(term?.until) === day) expected.push(`${day} ${contributionId}`);
        }
        const expiries = agendaOf(mandate).filter((item) => item.kind === 'expiry');
        const inTime = expiries.filter(({ on, contributionId }) => {
          const of = standingOn(mandate, on, facts).contributions.find(
            (each) => each.contributionId === contributionId,
          );
          return of === undefined || of.inTerm; // one that ends before it begins is never in term
        });
        expect(inTime.map(({ on, contributionId }) => `${on} ${contributionId ?? 'mandate'}`).sort()).toEqual(
          expected.sort(),
        );
      }),
      { numRuns: 800 },
    );
  });
  it('is in order, and names nothing twice by one id', () => {
    fc.assert(
      fc.property(decisions, (all) => {
        const items = agendaOf(acceptedOf(all, 'untso').history.mandate);
        expect(new Set(items.map(({ itemId }) => itemId)).size).toBe(items.length);
        expect([...items].reverse().sort(inAgendaOrder)).toEqual(items);
      }),
      { numRuns: 800 },
    );
  });
});
