/** What prolongs or ends a term (design, "What leaves no doubt" 4 and 5). */
import type { DecisionHead } from '../decision.js';
import type { Authority, Ending, HeldContribution, Mandate } from '../mandate.js';
import { nameOf, withAuthority, withContribution } from '../mandate.js';
import { Refusal } from '../refusal.js';
import type { Day, TermDate, Until } from '../term-date.js';
import { firstDay, lastDay } from '../term-date.js';
import { alreadyEnded, decisionDay, findContribution, latestAuthority, notInForce, reversed } from './authority.js';
import { defineEffect } from './effect.js';

export interface Extend {
  readonly type: 'extend';
  readonly until: Until;
  readonly contributionId?: string;
  readonly provisional?: boolean;
  readonly retroactive?: boolean;
}
export interface End {
  readonly type: 'end';
  readonly on: TermDate | 'to-be-determined';
  readonly endedBy: string;
  readonly contributionId?: string;
}
export interface SetEndDate {
  readonly type: 'set-end-date';
  readonly on: TermDate;
  readonly contributionId?: string;
}

/** The term that the effect is about: the mandate's, or one contribution's with the mandate's where it has none of its own. */
interface HeldTerm {
  readonly name: string;
  readonly from: TermDate | null;
  readonly until: Until;
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly ending: Ending | null;
  readonly authority: Authority;
}

function heldTerm(mandate: Mandate, contributionId: string | undefined, decision: DecisionHead): HeldTerm | Refusal {
  const authority = latestAuthority(mandate);
  if (authority === undefined) return notInForce(mandate);
  if (authority.ending !== null && authority.ending.on !== 'to-be-determined') return alreadyEnded(mandate, authority);
  if (contributionId === undefined) return { name: nameOf(mandate), ...authority, authority };
  const contribution = findContribution(mandate, contributionId, decisionDay(decision));
  if (contribution instanceof Refusal) return contribution;
  const from = contribution.term?.from ?? authority.from;
  const until = contribution.term?.until ?? authority.until;
  return {
    name: `contribution ${contributionId} of ${nameOf(mandate)}`,
    from,
    until,
    firstDay: firstDay(from),
    lastDay: lastDay(until),
    ending: contribution.ending ?? null,
    authority,
  };
}

/** Changes the contribution's own term wherever it occurs; a term is not a matter of the day on which one looks. */
function changeContribution(
  mandate: Mandate,
  contributionId: string,
  change: (contribution: HeldContribution) => HeldContribution,
): Mandate {
  return {
    ...mandate,
    makeUp: mandate.makeUp.map(({ from, value }) => ({ from, value: withContribution(value, contributionId, change) })),
  };
}

function ended(name: string, ending: Ending): Refusal {
  return new Refusal(
    'mandate-ended',
    `${name} was ended by ${ending.endedBy} (decided on ${ending.decidedOn}, last day ${ending.on}). Record an establish effect for a new term, set-end-date if only the last day is to be set, or have that decision corrected or annulled.`,
  );
}

/** Ends the mandate's term, or the contribution's, on a day or on one still to be set. */
function close(mandate: Mandate, contributionId: string | undefined, ending: Ending | null, on: TermDate | null): Mandate {
  if (contributionId !== undefined)
    return changeContribution(mandate, contributionId, (held) => ({
      ...held,
      ...(on === null ? {} : { term: { ...held.term, until: on } }),
      ...(ending === null ? {} : { ending }),
    }));
  return withAuthority(mandate, (authority) => ({
    ...authority,
    ...(on === null ? {} : { until: on, lastDay: lastDay(on) }),
    ending,
  }));
}

export const termEffects = [
  defineEffect<Extend>()({
    type: 'extend',
    event: 'MandateExtended',
    check(mandate, effect, decision) {
      const held = heldTerm(mandate, effect.contributionId, decision);
      if (held instanceof Refusal) return held;
      if (held.ending !== null) return ended(held.name, held.ending);
      const until = lastDay(effect.until);
      if (until < held.firstDay) return reversed(`The term of ${held.name}`, held.from, effect.until, 'until');
      if (held.lastDay < decisionDay(decision) && effect.retroactive !== true)
        return new Refusal(
          'term-lapsed',
          `The term of ${held.name} ran out on ${held.lastDay}, before this decision of ${decision.decidedOn}. Add retroactive: true if the cabinet extended it without a gap, or record an establish effect for a new term.`,
          'retroactive',
        );
      if (until > held.lastDay) return undefined;
      return new Refusal(
        'term-not-extended',
        `The ledger holds a term until ${held.until} for ${held.name}, so ${effect.until} does not extend it. ${
          held.until === 'not-stated' || held.until === 'to-be-determined'
            ? 'Record a set-end-date effect to give it the end date that it lacks.'
            : 'Check the date; to end it earlier record an end effect.'
        }`,
        'until',
      );
    },
    apply(mandate, { until, contributionId, provisional = false }) {
      if (contributionId === undefined) return withAuthority(mandate, (held) => ({ ...held, until, lastDay: lastDay(until), provisional }));
      return changeContribution(mandate, contributionId, (held) => ({ ...held, term: { ...held.term, until }, provisional }));
    },
  }),
  defineEffect<End>()({
    type: 'end',
    event: 'MandateEnded',
    check(mandate, effect, decision) {
      const held = heldTerm(mandate, effect.contributionId, decision);
      if (held instanceof Refusal) return held;
      if (held.ending !== null) return ended(held.name, held.ending);
      if (effect.on === 'to-be-determined') return undefined;
      const on = lastDay(effect.on);
      if (on < held.firstDay) return reversed(`The term of ${held.name}`, held.from, effect.on, 'on');
      if (held.lastDay >= decisionDay(decision) || on <= held.lastDay) return undefined;
      return new Refusal(
        'term-lapsed',
        `The term of ${held.name} ran out on ${held.lastDay}, before this decision of ${decision.decidedOn}, and ${effect.on} lies after it. Record the extension first, or an end on or before ${held.lastDay}.`,
        'on',
      );
    },
    apply: (mandate, { on, endedBy, contributionId }, decision) =>
      close(mandate, contributionId, { on, endedBy, decidedOn: decisionDay(decision) }, on === 'to-be-determined' ? null : on),
  }),
  defineEffect<SetEndDate>()({
    type: 'set-end-date',
    event: 'EndDateSet',
    check(mandate, effect, decision) {
      const authority = latestAuthority(mandate);
      if (authority?.ending != null && authority.ending.on !== 'to-be-determined') return endDateSet(nameOf(mandate), authority.ending.on);
      const held = heldTerm(mandate, effect.contributionId, decision);
      if (held instanceof Refusal) return held;
      const pending =
        held.ending === null ? held.until === 'to-be-determined' || held.until === 'not-stated' : held.ending.on === 'to-be-determined';
      if (!pending) return endDateSet(held.name, held.until);
      if (lastDay(effect.on) < held.firstDay) return reversed(`The term of ${held.name}`, held.from, effect.on, 'on');
      return undefined;
    },
    apply(mandate, { on, contributionId }) {
      const held = mandate.makeUp.at(-1)?.value.contributions.find((each) => each.contributionId === contributionId);
      const ending = contributionId === undefined ? latestAuthority(mandate)?.ending : held?.ending;
      return close(mandate, contributionId, ending == null ? null : { ...ending, on }, on);
    },
  }),
] as const;

function endDateSet(name: string, until: string): Refusal {
  return new Refusal(
    'end-date-set',
    `${name} has no end date that is still to be set: the ledger holds ${until}. Record extend or end to change it, or have the earlier decision corrected if it was recorded wrongly.`,
    'on',
  );
}
