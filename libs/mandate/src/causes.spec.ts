import { causesOf } from './causes.js';
import type { Decision } from './decision.js';
import { contribution, decided, given, twelve } from './testing/given.js';

const facts = () => ({ organisation: 'UN', region: 'middle-east' });
const causes = (from: string, to: string, ...decisions: Decision[]) =>
  causesOf(given(...decisions).history, from, to, facts);
const idsOf = (...decisions: Decision[]) => decisions.map(({ decisionId }) => decisionId);

const extended = decided('2022-06-17', { type: 'extend', until: '2025-07-31' });
const toFifteen = decided('2022-06-17', { type: 'increase', to: { exactly: 15 } });

describe('the causes of a difference', () => {
  it('are the decisions with which it is another, with their sources', () => {
    expect(causes('2022-06-16', '2022-06-17', twelve, extended, toFifteen)).toEqual([
      { decisionId: toFifteen.decisionId, decidedOn: '2022-06-17', source: toFifteen.source },
    ]);
  });
  it('are none where nothing differs', () => {
    expect(causes('2022-06-17', '2022-06-18', twelve, extended, toFifteen)).toEqual([]);
  });
  it('are the last extension, for the day after the last one', () => {
    const ids = causes('2025-07-31', '2025-08-01', twelve, extended, toFifteen).map(({ decisionId }) => decisionId);
    expect(ids).toEqual(idsOf(extended));
  });
  it('are in decision order, whatever the order of recording', () => {
    const ended = decided('2022-06-20', { type: 'end', on: '2022-07-31', endedBy: 'UN' });
    const found = causes('2022-06-16', '2022-06-20', twelve, ended, toFifteen);
    expect(found.map(({ decisionId }) => decisionId)).toEqual(idsOf(toFifteen, ended));
  });
  it('may be an opening entry, which has no day', () => {
    expect(causes('2022-07-31', '2022-08-01', twelve, toFifteen)).toEqual([
      { decisionId: twelve.decisionId, decidedOn: null, source: twelve.source },
    ]);
  });
  it('are all of them where the same kind of thing happened more than once', () => {
    const first = decided('2022-06-17', { type: 'study', studyId: 'a', subject: 'x' });
    const second = decided('2022-06-18', { type: 'study', studyId: 'b', subject: 'y' });
    expect(causes('2022-06-16', '2022-06-18', twelve, first, second).map(({ decisionId }) => decisionId)).toEqual(
      idsOf(first, second),
    );
  });
  it('are each step of a strength, of which the last one alone is seen', () => {
    const toSixteen = decided('2022-06-18', { type: 'increase', to: { exactly: 16 } });
    const added = decided('2022-06-20', {
      type: 'add-contribution',
      contribution: contribution('staff', { exactly: 2 }),
    });
    const found = causes('2022-06-16', '2022-06-19', twelve, toFifteen, toSixteen, added);
    expect(found.map(({ decisionId }) => decisionId)).toEqual(idsOf(toFifteen, toSixteen));
  });
});
