import type { ChangeKind } from './change-kinds.js';
import type { KnownMandate } from './changes.js';
import { changesBetween, changesLearnt, eventfulDays } from './changes.js';
import type { Decision } from './decision.js';
import { emptyHistory, fold } from './history.js';
import { standingOn } from './standing.js';
import { contribution, decided, given, twelve } from './testing/given.js';

const facts = () => ({ organisation: 'UN', region: 'middle-east' });
const mandateOf = (...decisions: Decision[]) => given(...decisions).history.mandate;

/** The kinds between two days, each decision known. */
const kinds = (from: string, to: string, ...decisions: Decision[]): readonly ChangeKind[] =>
  changesBetween(mandateOf(...decisions), from, to, facts)?.kinds ?? [];

const toFifteen = decided('2022-06-17', { type: 'increase', to: { exactly: 15 } });
const toTen = decided('2022-06-17', { type: 'reduce', to: { exactly: 10 } });
const endedByUn = decided('2022-06-17', { type: 'end', on: '2022-07-15', endedBy: 'UN' });
const study = decided('2022-06-17', { type: 'study', studyId: 's', subject: 'more observers' });
const intention = decided('2022-06-17', { type: 'intend', intentionId: 'i', subject: 'to go on' });

describe('between two days', () => {
  it('nothing is told where nothing differs and nothing happened', () => {
    expect(changesBetween(mandateOf(twelve, toFifteen), '2022-06-17', '2022-07-31', facts)).toBeNull();
    expect(changesBetween(mandateOf(twelve, toFifteen), '2022-06-17', '2022-06-17', facts)).toBeNull();
    expect(changesBetween(emptyHistory('untso').mandate, '2022-06-17', '2022-07-31', facts)).toBeNull();
  });
  it('gives the standings of both days', () => {
    const mandate = mandateOf(twelve, toFifteen);
    expect(changesBetween(mandate, '2022-06-16', '2022-06-17', facts)).toEqual({
      kinds: ['increased'],
      before: standingOn(mandate, '2022-06-16', facts),
      after: standingOn(mandate, '2022-06-17', facts),
    });
  });
  it('refuses days in the wrong order', () => {
    expect(() => changesBetween(mandateOf(twelve), '2022-06-17', '2022-06-16', facts)).toThrow(
      '2022-06-16 lies before 2022-06-17',
    );
  });

  it('a term ran out on the day after its last one, and not before', () => {
    expect(kinds('2022-06-01', '2022-07-31', twelve)).toEqual([]);
    expect(kinds('2022-07-31', '2022-08-01', twelve)).toEqual(['expired']);
    expect(kinds('2022-08-01', '2023-08-01', twelve)).toEqual([]);
  });
  it('a term ran out although a study of what comes then is open', () => {
    expect(kinds('2022-07-31', '2022-08-01', twelve, study)).toEqual(['expired']);
  });
  it('an end is told when it was decided, and when it came', () => {
    expect(kinds('2022-06-16', '2022-06-17', twelve, endedByUn)).toEqual(['ended']);
    expect(kinds('2022-06-17', '2022-07-15', twelve, endedByUn)).toEqual([]);
    expect(kinds('2022-07-15', '2022-07-16', twelve, endedByUn)).toEqual(['ended']);
  });
  const established = decided('2022-09-01', {
    type: 'establish',
    title: 'UNTSO',
    missions: ['untso'],
    from: '2022-10-01',
    until: '2022-10-31',
    contributions: [contribution('observers', { exactly: 12 })],
  });
  it('a term that began and ran out in between is told by both', () => {
    expect(kinds('2022-09-30', '2022-10-01', twelve, established)).toEqual(['began']);
    expect(kinds('2022-09-01', '2022-11-01', twelve, established)).toEqual(['began', 'expired']);
  });
  it('a term that follows another without a gap is told by both', () => {
    const next = decided('2022-07-01', {
      type: 'establish',
      title: 'UNTSO',
      missions: ['untso'],
      from: '2022-08-01',
      until: '2023',
      contributions: [contribution('observers', { exactly: 14 })],
    });
    expect(kinds('2022-07-31', '2022-08-01', twelve, next)).toEqual(['began', 'expired', 'increased']);
  });
  it('a term is never extended: it is known on both days', () => {
    expect(kinds('2022-06-16', '2022-06-18', twelve, decided('2022-06-17', { type: 'extend', until: '2025' }))).toEqual(
      [],
    );
  });

  it('a strength grew or shrank', () => {
    expect(kinds('2022-06-16', '2022-06-17', twelve, toFifteen)).toEqual(['increased']);
    expect(kinds('2022-06-16', '2022-06-17', twelve, toTen)).toEqual(['reduced']);
  });
  it.each<[string, Decision]>([
    ['of which one side is not known', decided('2022-06-17', { type: 'reduce', to: { undisclosed: true } })],
    [
      'that is worded otherwise',
      decided('2022-06-17', { type: 'reshape', contributions: [contribution('observers', { about: 12 })] }),
    ],
    [
      'that is spread otherwise',
      decided('2022-06-17', {
        type: 'reshape',
        contributions: [contribution('observers', { exactly: 10 }), contribution('staff', { exactly: 2 })],
      }),
    ],
  ])('a strength %s is told as reshaped', (_, decision) => {
    expect(kinds('2022-06-16', '2022-06-17', twelve, decision)).toEqual(['reshaped']);
  });
  it('a contribution that lapses under a strength of the mandate is told as reshaped', () => {
    const reshaped = decided('2022-06-17', {
      type: 'reshape',
      strength: { exactly: 12 },
      contributions: [contribution('observers', { exactly: 12 }, { term: { until: '2022-06-30' } })],
    });
    expect(kinds('2022-06-30', '2022-07-01', twelve, reshaped)).toEqual(['reshaped']);
    const meanwhile = decided('2022-07-01', { type: 'study', studyId: 'other', subject: 'x' });
    expect(kinds('2022-06-30', '2022-07-01', twelve, reshaped, meanwhile)).toEqual(['reshaped', 'study-opened']);
  });
  it('a temporary addition is reshaped and increased, and reduced when it lapses', () => {
    const added = decided('2022-06-17', {
      type: 'add-contribution',
      contribution: contribution('staff', { exactly: 2 }, { term: { until: '2022-06-30' } }),
    });
    expect(kinds('2022-06-16', '2022-06-17', twelve, added)).toEqual(['increased', 'reshaped']);
    expect(kinds('2022-06-30', '2022-07-01', twelve, added)).toEqual(['reduced']);
  });
  it("a contribution's own last day moved with a new list", () => {
    const listed = (until: string) => [contribution('observers', { exactly: 12 }, { term: { until } })];
    const first = decided('2022-06-17', { type: 'reshape', contributions: listed('2022-07-30') });
    const later = decided('2022-06-20', { type: 'reshape', contributions: listed('2022-07-31') });
    const earlier = decided('2022-06-20', { type: 'reshape', contributions: listed('2022-07-15') });
    expect(kinds('2022-06-19', '2022-06-20', twelve, first, later)).toEqual(['extended']);
    expect(kinds('2022-06-19', '2022-06-20', twelve, first, earlier)).toEqual(['shortened']);
  });

  it('a study is told on the days on which it was opened and concluded, although it is listed on every day', () => {
    const dropped = decided('2022-06-20', { type: 'conclude-study', studyId: 's', outcome: 'dropped' });
    expect(kinds('2022-06-16', '2022-06-17', twelve, study, dropped)).toEqual(['study-opened']);
    expect(kinds('2022-06-17', '2022-06-19', twelve, study, dropped)).toEqual([]);
    expect(kinds('2022-06-19', '2022-06-20', twelve, study, dropped)).toEqual(['study-concluded']);
    expect(kinds('2022-06-16', '2022-06-20', twelve, study, dropped)).toEqual(['study-opened', 'study-concluded']);
  });
  it('a study that is dropped leaves the mandate as it was before it: declined, or run out', () => {
    const dropped = decided('2022-09-01', { type: 'conclude-study', studyId: 's', outcome: 'dropped' });
    expect(kinds('2022-08-31', '2022-09-01', study, dropped)).toEqual(['study-concluded', 'declined']);
    expect(kinds('2022-08-31', '2022-09-01', twelve, study, dropped)).toEqual(['expired', 'study-concluded']);
  });
  it('an intention is told when it is declared, and as declined when it is dropped', () => {
    const concluded = (outcome: 'dropped' | 'carried-out') =>
      decided('2022-06-20', { type: 'conclude-intention', intentionId: 'i', outcome });
    expect(kinds('2022-06-16', '2022-06-17', twelve, intention)).toEqual(['intended']);
    expect(kinds('2022-06-19', '2022-06-20', twelve, intention, concluded('dropped'))).toEqual(['declined']);
    expect(kinds('2022-06-19', '2022-06-20', twelve, intention, concluded('carried-out'))).toEqual([]);
    expect(kinds('2022-06-19', '2022-06-20', intention, concluded('carried-out'))).toEqual(['declined']);
  });
  it('a request is declined on its day', () => {
    const declined = decided('2022-06-17', { type: 'decline', subject: 'helicopters' });
    expect(kinds('2022-06-16', '2022-06-17', twelve, declined)).toEqual(['declined']);
    expect(kinds('2022-06-17', '2022-06-18', twelve, declined)).toEqual([]);
  });
});

describe('eventful days', () => {
  it('are those of changes, studies, intentions and declined requests', () => {
    const decline = decided('2022-06-20', { type: 'decline', subject: 'helicopters' });
    expect(eventfulDays(mandateOf(twelve, study, decline))).toEqual([
      '0000-01-01',
      '2022-06-17',
      '2022-06-20',
      '2022-08-01',
    ]);
  });
});

describe('what the ledger learnt', () => {
  const known = (...decisions: Decision[]): KnownMandate => ({
    mandate: decisions.reduce(fold, emptyHistory('untso')).mandate,
    missionFacts: facts,
  });
  /** The kinds learnt on a day from the last decisions, the first `count` of which were known. */
  const learnt = (count: number, ...decisions: Decision[]) =>
    changesLearnt(known(...decisions.slice(0, count)), known(...decisions), '2022-07-01')?.kinds ?? null;

  it('is nothing without a decision', () => {
    expect(learnt(1, twelve)).toBeNull();
    expect(learnt(0)).toBeNull();
    expect(changesLearnt(null, null, '2022-07-01')).toBeNull();
  });
  it('is that a mandate began, where it was not known, with what it stands for on the day', () => {
    expect(changesLearnt(null, known(twelve), '2022-07-01')).toEqual({
      kinds: ['began'],
      before: null,
      after: standingOn(mandateOf(twelve), '2022-07-01', facts),
    });
    expect(learnt(0, twelve, endedByUn)).toEqual(['began', 'ended']);
    expect(learnt(0, study)).toEqual(['began', 'study-opened']);
    expect(changesLearnt(null, known(twelve), '2022-08-01')!.kinds).toEqual(['began', 'expired']);
  });
  it('has no word for a mandate that was taken back altogether', () => {
    const before = standingOn(mandateOf(twelve), '2022-07-01', facts);
    expect(changesLearnt(known(twelve), null, '2022-07-01')).toEqual({ kinds: [], before, after: null });
    expect(changesLearnt(known(twelve), known(), '2022-07-01')).toEqual({ kinds: [], before, after: null });
  });
  it.each<[string, ChangeKind[], Decision]>([
    ['an extension', ['extended'], decided('2022-06-17', { type: 'extend', until: '2025' })],
    ['an end on an earlier day', ['ended', 'shortened'], endedByUn],
    [
      'an end still to be determined',
      ['ended'],
      decided('2022-06-17', { type: 'end', on: 'to-be-determined', endedBy: 'UN' }),
    ],
    ['an increase', ['increased'], toFifteen],
    ['a reduction', ['reduced'], toTen],
    ['a study', ['study-opened'], study],
    ['an intention', ['intended'], intention],
    ['a declined request', ['declined'], decided('2022-06-17', { type: 'decline', subject: 'helicopters' })],
    [
      'an addition',
      ['increased', 'reshaped'],
      decided('2022-06-17', { type: 'add-contribution', contribution: contribution('staff', { exactly: 2 }) }),
    ],
    [
      'the end of one contribution',
      ['shortened'],
      decided('2022-06-17', { type: 'end', on: '2022-07-15', endedBy: 'UN', contributionId: 'observers' }),
    ],
    [
      'the end of one contribution still to be determined',
      ['reshaped'],
      decided('2022-06-17', { type: 'end', on: 'to-be-determined', endedBy: 'UN', contributionId: 'observers' }),
    ],
    ['a review', [], decided('2022-06-17', { type: 'schedule-review', reviewId: 'r', trigger: 'autumn' })],
    [
      'an increase from a later day',
      [],
      decided('2022-06-17', { type: 'increase', to: { exactly: 15 }, effectiveFrom: '2022-07-15' }),
    ],
  ])('is %s: %j', (_, expected, decision) => {
    expect(learnt(1, twelve, decision)).toEqual(expected);
  });
  it('is each thing, although another is told', () => {
    const undetermined = decided(
      '2022-06-17',
      { type: 'end', on: 'to-be-determined', endedBy: 'UN', contributionId: 'observers' },
      { type: 'decline', subject: 'helicopters' },
    );
    expect(learnt(1, twelve, undetermined)).toEqual(['reshaped', 'declined']);
  });
  it('is a term of which nothing was known: that it began, also where it is still to begin', () => {
    const next = (from: string) =>
      decided('2022-06-18', {
        type: 'establish',
        title: 'UNTSO',
        missions: ['untso'],
        from,
        until: '2023',
        contributions: [],
      });
    expect(learnt(2, twelve, endedByUn, next('2022-08-01'))).toEqual(['began']);
    const onceEnded = decided(null, {
      type: 'carry-forward',
      title: 'UNTSO',
      missions: ['untso'],
      until: '2022-05-31',
      contributions: [contribution('observers', { exactly: 12 })],
    });
    expect(learnt(1, onceEnded, next('2022-06-20'))).toEqual(['began', 'reshaped']);
  });
  it('is the day of an end that was still to be determined', () => {
    const undetermined = decided('2022-06-17', { type: 'end', on: 'to-be-determined', endedBy: 'UN' });
    expect(learnt(2, twelve, undetermined, decided('2022-06-20', { type: 'set-end-date', on: '2022-09-30' }))).toEqual([
      'ended',
      'extended',
    ]);
  });
  it('is what became of a study and an intention', () => {
    expect(
      learnt(2, twelve, study, decided('2022-06-20', { type: 'conclude-study', studyId: 's', outcome: 'adopted' })),
    ).toEqual(['study-concluded']);
    const concluded = (outcome: 'dropped' | 'carried-out') =>
      decided('2022-06-20', { type: 'conclude-intention', intentionId: 'i', outcome });
    expect(learnt(2, twelve, intention, concluded('dropped'))).toEqual(['declined']);
    expect(learnt(2, twelve, intention, concluded('carried-out'))).toEqual([]);
  });
  it('is that something is not so after all, by the same words', () => {
    const undone = (...[after, ...before]: Decision[][]) =>
      changesLearnt(known(...before.flat()), known(...after!), '2022-07-01')?.kinds;
    const extended = decided('2022-06-17', { type: 'extend', until: '2025' });
    expect(undone([twelve], [twelve, extended])).toEqual(['shortened']);
    expect(undone([twelve], [twelve, endedByUn])).toEqual(['extended']);
    expect(undone([study], [study, twelve])).toEqual(['shortened', 'reshaped']);
    const moved = decided(null, { ...(twelve.effects[0] as object), from: '2022-06-01' } as never);
    expect(undone([moved], [twelve])).toEqual(['began']);
    const later = decided(null, { ...(twelve.effects[0] as object), from: '2022-07-01', until: '2023' } as never);
    expect(undone([later], [twelve])).toEqual(['began', 'extended']);
  });
  it('is that a mission belongs elsewhere', () => {
    const elsewhere: KnownMandate = {
      ...known(twelve),
      missionFacts: () => ({ organisation: 'UN', region: 'north-africa' }),
    };
    expect(changesLearnt(known(twelve), elsewhere, '2022-07-01')?.kinds).toEqual(['reshaped']);
  });
});
