/** Checks that several effects share: is there a term that this decision can change? */
import type { DecisionHead } from '../decision-head.js';
import type { Authority, Contribution, HeldContribution, Mandate } from '../mandate.js';
import { authorityAfter, authorityOn, nameOf } from '../mandate.js';
import { Refusal } from '../refusal.js';
import { stepOn } from '../steps.js';
import type { Day } from '../term-date.js';
import { BEGINNING, firstDay, lastDay } from '../term-date.js';

/** The day on which a decision is judged; an opening entry lies before every date. */
export const decisionDay = (decision: DecisionHead): Day => decision.decidedOn ?? BEGINNING;

/** The day from which a change counts. */
export const effectiveDay = (decision: DecisionHead, effectiveFrom: string | undefined): Day =>
  effectiveFrom === undefined ? decisionDay(decision) : firstDay(effectiveFrom);

export const latestAuthority = (mandate: Mandate): Authority | undefined => mandate.authorities.at(-1);

/**
 * The days for which a change of strength or make-up counts: within the term that runs on its day, else the next one.
 */
export interface Reach {
  readonly from: Day;
  /** The first day of the term after it, which the change does not touch; null where none is planned. */
  readonly before: Day | null;
}

export function reachOf(mandate: Mandate, day: Day): Reach {
  const authority = authorityOn(mandate, day);
  if (authority === undefined) return { from: day, before: null };
  const from = authority.firstDay > day ? authority.firstDay : day;
  return { from, before: authorityAfter(mandate, authority)?.firstDay ?? null };
}

export function notInForce(mandate: Mandate): Refusal {
  return new Refusal(
    'term-lapsed',
    `${nameOf(mandate)} is not in force: the ledger holds no term for it. Record an establish effect first, or a ` +
      'carry-forward if it is older than the ledger.',
  );
}

export function alreadyEnded(mandate: Mandate, authority: Authority): Refusal {
  const { on, endedBy, decidedOn } = authority.ending!;
  const when = on === 'to-be-determined' ? 'on a date still to be determined' : `on ${on}`;
  return new Refusal(
    'mandate-ended',
    `${nameOf(mandate)} was ended by ${endedBy} ${when} (decided on ${decidedOn}). Record an establish effect for a ` +
      'new term, or have that decision corrected or annulled if it was recorded wrongly.',
  );
}

/** The term must not be over on the day of the decision: what changes strength or make-up needs something to change. */
export function refuseUnlessRunning(mandate: Mandate, decision: DecisionHead): Refusal | undefined {
  const authority = latestAuthority(mandate);
  if (authority === undefined) return notInForce(mandate);
  if (authority.lastDay >= decisionDay(decision)) return undefined;
  if (authority.ending !== null) return alreadyEnded(mandate, authority);
  return new Refusal(
    'term-lapsed',
    `The term of ${nameOf(mandate)} ran out on ${authority.lastDay}, before this decision of ${decision.decidedOn}. ` +
      'Record the extension first (with retroactive: true if it leaves no gap), or an establish effect for a new ' +
      'term.',
  );
}

/** The contribution as held on a day, or the refusal that names the ones that there are. */
export function findContribution(mandate: Mandate, contributionId: string, day: Day): HeldContribution | Refusal {
  return heldContribution(mandate, contributionId, day) ?? unknownContribution(mandate, day, contributionId);
}

export const heldContribution = (mandate: Mandate, contributionId: string, day: Day): HeldContribution | undefined =>
  stepOn(mandate.makeUp, day)?.value.contributions.find((held) => held.contributionId === contributionId);

export function unknownContribution(mandate: Mandate, day: Day, named: string | undefined): Refusal {
  const ids = (stepOn(mandate.makeUp, day)?.value.contributions ?? []).map((held) => held.contributionId);
  const name = nameOf(mandate);
  const sentence =
    ids.length === 0
      ? `${name} has no contribution on ${day}${named === undefined ? ' and no strength of its own' : ''}. Record ` +
        'an add-contribution effect, or a reshape that gives it a strength.'
      : named === undefined
        ? `${name} has no strength of its own and several contributions (${ids.join(', ')}): say with ` +
          'contributionId which one is meant.'
        : `${name} has no contribution ${named} on ${day} (it has ${ids.join(', ')}). Use one of these ids, or ` +
          'record an add-contribution effect.';
  return new Refusal('contribution-unknown', sentence, 'contributionId');
}

/** Terms must not end before they begin, that of the mandate and those of its contributions. */
export function refuseReversedTerms(
  from: string | null,
  until: string | null,
  contributions: readonly Contribution[],
): Refusal | undefined {
  if (until !== null && lastDay(until) < firstDay(from)) return reversed('The term', from, until, 'until');
  for (const [index, contribution] of contributions.entries()) {
    const refusal = refuseReversedTerm(contribution, `contributions[${index}]`);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** @param field where the contribution stands in the effect */
export function refuseReversedTerm({ contributionId, term }: Contribution, field: string): Refusal | undefined {
  if (term?.until === undefined || lastDay(term.until) >= firstDay(term.from)) return undefined;
  return reversed(`The term of contribution ${contributionId}`, term.from ?? null, term.until, `${field}.term.until`);
}

export function reversed(what: string, from: string | null, until: string, field: string): Refusal {
  return new Refusal(
    'until-before-from',
    `${what} would end on ${until}, before it begins on ${from}. Correct one of the two dates.`,
    field,
  );
}
