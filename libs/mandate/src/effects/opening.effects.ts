/**
 * How a mandate enters the ledger: carried forward from before, or established (docs/domain.md).
 */
import type { DecisionHead } from '../decision-head.js';
import type { Authority, Contribution, Mandate } from '../mandate.js';
import { nameOf } from '../mandate.js';
import { Refusal } from '../refusal.js';
import { replaceFrom } from '../steps.js';
import type { Strength } from '../strength.js';
import type { TermDate, Until } from '../term-date.js';
import { firstDay, lastDay } from '../term-date.js';
import { latestAuthority, refuseReversedTerms } from './authority.js';
import { defineEffect } from './effect.js';
import { fromWords, untilWords } from './phrases.js';

interface Opening {
  readonly title: string;
  readonly missions: readonly string[];
  readonly contributions: readonly Contribution[];
  readonly strength?: Strength;
  readonly from?: TermDate;
  readonly until: Until;
}
export type CarryForward = Opening & { readonly type: 'carry-forward' };
export type Establish = Opening & { readonly type: 'establish' };

/**
 * A missing `from`: a day that the source does not give, for an opening entry; the day of the decision, for a new
 * mandate.
 */
const beginning = (effect: CarryForward | Establish, decision: DecisionHead): TermDate | null =>
  effect.from ?? (effect.type === 'establish' ? (decision.decidedOn ?? null) : null);

function open(mandate: Mandate, effect: CarryForward | Establish, decision: DecisionHead): Mandate {
  const from = beginning(effect, decision);
  const authority: Authority = {
    from,
    until: effect.until,
    firstDay: firstDay(from),
    lastDay: lastDay(effect.until),
    provisional: false,
    ending: null,
  };
  const { title, missions, contributions, strength = null } = effect;
  return {
    ...mandate,
    authorities: [...mandate.authorities, authority],
    makeUp: replaceFrom(mandate.makeUp, authority.firstDay, { title, missions, strength, contributions }),
  };
}

function exists(mandate: Mandate, held: Authority): Refusal {
  const term = `${held.from ?? 'a day that the source does not give'} to ${held.until}`;
  const remedy =
    held.ending === null
      ? 'Record an extend effect to prolong it; establish is for a term that begins after this one is over.'
      : `Its end is decided: a new term may begin on any day after ${held.lastDay}. Give such a from, or correct it.`;
  return new Refusal(
    'mandate-exists',
    `${nameOf(mandate)} is already in the ledger with a term from ${term}. ${remedy}`,
  );
}

export const openingEffects = [
  defineEffect<CarryForward>()({
    type: 'carry-forward',
    event: 'MandateCarriedForward',
    words: ({ title, from, until }) => `carried forward "${title}"${fromWords(from)}, ${untilWords(until)}`,
    opens: true,
    check(mandate, effect, decision) {
      const held = latestAuthority(mandate);
      if (held !== undefined) return exists(mandate, held);
      return refuseReversedTerms(beginning(effect, decision), effect.until, effect.contributions);
    },
    apply: open,
  }),
  defineEffect<Establish>()({
    type: 'establish',
    event: 'MandateEstablished',
    words: ({ title, from, until }) => `established "${title}"${fromWords(from)}, ${untilWords(until)}`,
    opens: true,
    check(mandate, effect, decision) {
      const from = beginning(effect, decision);
      const held = latestAuthority(mandate);
      if (held !== undefined && firstDay(from) <= held.lastDay) return exists(mandate, held);
      return refuseReversedTerms(from, effect.until, effect.contributions);
    },
    apply: open,
  }),
] as const;
