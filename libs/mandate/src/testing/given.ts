/** Given decisions, when another is taken, then it holds or is refused: the form of every spec of the domain. */
import type { Decision } from '../decision.js';
import type { Effect } from '../effects/index.js';
import type { History } from '../history.js';
import { UnknownMandate, decide, emptyHistory } from '../history.js';
import type { Contribution } from '../mandate.js';
import type { Rule } from '../refusal.js';
import { Refusal } from '../refusal.js';
import type { Standing } from '../standing.js';
import { standingOn } from '../standing.js';
import type { Strength } from '../strength.js';

let taken = 0;

/** A decision on one mandate; without a day it is an opening entry. */
export const decided = (decidedOn: string | null, ...effects: readonly Effect[]): Decision => ({
  decisionId: `d-${++taken}`,
  mandateId: 'untso',
  ...(decidedOn === null ? {} : { decidedOn }),
  source: { documentId: 'kst-29521-446', locator: 'section 3.2' },
  effects,
});

export const contribution = (
  contributionId: string,
  strength: Strength,
  more: Partial<Contribution> = {},
): Contribution => ({
  contributionId,
  categories: ['military'],
  strength,
  ...more,
});

/** UNTSO as it was before the letter: twelve, until 31 July 2022. */
export const twelve = decided(null, {
  type: 'carry-forward',
  title: 'UNTSO',
  missions: ['untso'],
  until: '2022-07-31',
  contributions: [contribution('observers', { exactly: 12 })],
});

const facts = () => ({ organisation: 'UN', region: 'middle-east' });

export function given(...decisions: readonly Decision[]) {
  const history = decisions.reduce((before, decision) => accepted(decide(before, decision)), emptyHistory('untso'));
  return {
    history,
    when: (decision: Decision) => ({
      thenRefused(rule: Rule, sentence: RegExp, field?: string) {
        const outcome = decide(history, decision);
        if (!(outcome instanceof Refusal)) throw new Error(`accepted, although ${rule} should refuse it`);
        expect(outcome.rule).toBe(rule);
        expect(outcome.sentence).toMatch(sentence);
        if (field !== undefined) expect(outcome.field).toBe(field);
        return outcome;
      },
      thenUnknown: () => expect(decide(history, decision)).toBeInstanceOf(UnknownMandate),
      thenHolds: (day: string, holds: Partial<Standing>) => {
        const after = accepted(decide(history, decision));
        expect(standingOn(after.mandate, day, facts)).toMatchObject(holds);
        return given(...decisions, decision);
      },
    }),
    holds(day: string, holds: Partial<Standing>) {
      expect(standingOn(history.mandate, day, facts)).toMatchObject(holds);
      return this;
    },
  };
}

function accepted(outcome: History | Refusal | UnknownMandate): History {
  if (outcome instanceof Refusal) throw new Error(`refused by ${outcome.rule}: ${outcome.sentence}`);
  if (outcome instanceof UnknownMandate) throw new Error(outcome.sentence);
  return outcome;
}
