/** What changes the make-up of a mandate (design, section 4: add-contribution and reshape). */
import type { Contribution } from '../mandate.js';
import { nameOf } from '../mandate.js';
import { Refusal } from '../refusal.js';
import { changeFrom, stepOn } from '../steps.js';
import type { Strength } from '../strength.js';
import { firstDay } from '../term-date.js';
import { decisionDay, refuseReversedTerms, refuseUnlessRunning } from './authority.js';
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

export const contributionEffects = [
  defineEffect<AddContribution>()({
    type: 'add-contribution',
    event: 'ContributionAdded',
    check(mandate, { contribution }, decision) {
      const notRunning = refuseUnlessRunning(mandate, decision);
      if (notRunning !== undefined) return notRunning;
      const { contributionId } = contribution;
      const held = stepOn(mandate.makeUp, decisionDay(decision))?.value.contributions ?? [];
      if (held.some((each) => each.contributionId === contributionId))
        return new Refusal(
          'id-in-use',
          `${nameOf(mandate)} already has a contribution ${contributionId}. Choose another contributionId, or record increase or reshape to change that one.`,
          'contribution.contributionId',
        );
      return refuseReversedTerms(null, null, [contribution]);
    },
    apply(mandate, { contribution }, decision) {
      // A term of its own that began before the decision says since when the contribution has been there.
      const own = contribution.term?.from === undefined ? decisionDay(decision) : firstDay(contribution.term.from);
      const day = own < decisionDay(decision) ? own : decisionDay(decision);
      return {
        ...mandate,
        makeUp: changeFrom(mandate.makeUp, day, (makeUp) => ({ ...makeUp, contributions: [...makeUp.contributions, contribution] })),
      };
    },
  }),
  defineEffect<Reshape>()({
    type: 'reshape',
    event: 'ContributionsReshaped',
    check: (mandate, { contributions }, decision) =>
      refuseUnlessRunning(mandate, decision) ?? refuseReversedTerms(null, null, contributions),
    apply: (mandate, { contributions, strength }, decision) => ({
      ...mandate,
      makeUp: changeFrom(mandate.makeUp, decisionDay(decision), (makeUp) => ({
        ...makeUp,
        contributions,
        strength: strength ?? makeUp.strength,
      })),
    }),
  }),
] as const;
