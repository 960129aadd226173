/** What changes the make-up of a mandate (docs/domain.md). */
import type { DecisionHead } from '../decision-head.js';
import type { Contribution, MakeUp, Mandate } from '../mandate.js';
import { authorityOn, nameOf } from '../mandate.js';
import { Refusal } from '../refusal.js';
import { changeFrom, stepOn } from '../steps.js';
import type { Strength } from '../strength.js';
import { describeStrength } from '../strength.js';
import { firstDay } from '../term-date.js';
import type { Reach } from './authority.js';
import { decisionDay, reachOf, refuseReversedTerm, refuseReversedTerms, refuseUnlessRunning } from './authority.js';
import { defineEffect } from './effect.js';

export interface AddContribution {
  readonly type: 'add-contribution';
  readonly contribution: Contribution;
}
export interface Reshape {
  readonly type: 'reshape';
  readonly contributions: readonly Contribution[];
  readonly strength?: Strength;
}

/**
 * From the day of the decision, or from its own first day where that is earlier, but only within the term that it is
 * added to.
 */
function reachOfAdded(mandate: Mandate, { term }: Contribution, decision: DecisionHead): Reach {
  const day = decisionDay(decision);
  const { before } = reachOf(mandate, day);
  const begins = authorityOn(mandate, day)?.firstDay ?? day;
  const own = term?.from === undefined ? day : firstDay(term.from);
  const from = own < day ? own : day;
  return { from: from < begins ? begins : from, before };
}

const has = ({ contributions }: MakeUp, contributionId: string): boolean =>
  contributions.some((held) => held.contributionId === contributionId);

export const contributionEffects = [
  defineEffect<AddContribution>()({
    type: 'add-contribution',
    event: 'ContributionAdded',
    words: ({ contribution: { contributionId, strength } }) => `added ${contributionId}, ${describeStrength(strength)}`,
    check(mandate, { contribution }, decision) {
      const notRunning = refuseUnlessRunning(mandate, decision);
      if (notRunning !== undefined) return notRunning;
      const { contributionId } = contribution;
      const { from, before } = reachOfAdded(mandate, contribution, decision);
      const held = stepOn(mandate.makeUp, from);
      const later = mandate.makeUp.filter((step) => step.from > from && (before === null || step.from < before));
      const inUse = [...(held === undefined ? [] : [held]), ...later].find(({ value }) => has(value, contributionId));
      if (inUse === undefined) return refuseReversedTerm(contribution, 'contribution');
      return new Refusal(
        'id-in-use',
        `${nameOf(mandate)} already has a contribution ${contributionId}. Choose another contributionId, or record ` +
          'increase or reshape to change that one.',
        'contribution.contributionId',
      );
    },
    apply(mandate, { contribution }, decision) {
      const { from, before } = reachOfAdded(mandate, contribution, decision);
      const add = (makeUp: MakeUp): MakeUp =>
        has(makeUp, contribution.contributionId)
          ? makeUp
          : { ...makeUp, contributions: [...makeUp.contributions, contribution] };
      return { ...mandate, makeUp: changeFrom(mandate.makeUp, from, before, add) };
    },
  }),
  defineEffect<Reshape>()({
    type: 'reshape',
    event: 'ContributionsReshaped',
    words: ({ contributions }) => {
      const parts = contributions.map((each) => `${each.contributionId} ${describeStrength(each.strength)}`);
      return `reshaped into ${parts.length === 0 ? 'no contributions' : parts.join(', ')}`;
    },
    check: (mandate, { contributions }, decision) =>
      refuseUnlessRunning(mandate, decision) ?? refuseReversedTerms(null, null, contributions),
    apply(mandate, { contributions, strength }, decision) {
      const { from, before } = reachOf(mandate, decisionDay(decision));
      const reshape = (makeUp: MakeUp): MakeUp => ({ ...makeUp, contributions, strength: strength ?? makeUp.strength });
      return { ...mandate, makeUp: changeFrom(mandate.makeUp, from, before, reshape) };
    },
  }),
] as const;
