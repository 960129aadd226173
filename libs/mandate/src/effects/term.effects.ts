/** What prolongs or ends a term (docs/domain.md). */
import type { DecisionHead } from '../decision-head.js';
import type { Authority, Ending, HeldContribution, Mandate } from '../mandate.js';
import { authorityAfter, authorityOn, nameOf, withAuthority, withContribution } from '../mandate.js';
import { Refusal } from '../refusal.js';
import type { Day, TermDate, Until } from '../term-date.js';
import { FOREVER, firstDay, isOpenEnd, lastDay } from '../term-date.js';
import { alreadyEnded, decisionDay, findContribution, heldContribution, notInForce, reversed } from './authority.js';
import { defineEffect } from './effect.js';
import { partWords, untilWords } from './phrases.js';

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

/**
 * The term that the effect is about: the mandate's, or one contribution's with the mandate's where it has none of its
 * own.
 */
interface HeldTerm {
  readonly name: string;
  readonly from: TermDate | null;
  readonly until: Until;
  readonly firstDay: Day;
  readonly lastDay: Day;
  /** Where the mandate's term is over before the contribution's own, that of the mandate. */
  readonly lastDayInForce: Day;
  readonly ending: Ending | null;
}

/** The authority whose term a decision changes: the one that runs on its day, else the next, else the last. */
const changedAuthority = (mandate: Mandate, decision: DecisionHead): Authority | undefined =>
  authorityOn(mandate, decisionDay(decision));

const lacksEndDate = ({ until, ending }: Pick<Authority, 'until' | 'ending'>): boolean =>
  ending === null ? until === 'to-be-determined' || until === 'not-stated' : ending.on === 'to-be-determined';

/** The same, but where another one's end is still to be set, that one, however long ago its term ran out. */
function authorityToSet(
  mandate: Mandate,
  contributionId: string | undefined,
  decision: DecisionHead,
): Authority | undefined {
  const changed = changedAuthority(mandate, decision);
  if (changed === undefined || contributionId !== undefined || lacksEndDate(changed)) return changed;
  return mandate.authorities.find(({ ending }) => ending?.on === 'to-be-determined') ?? changed;
}

function heldTerm(
  mandate: Mandate,
  authority: Authority | undefined,
  contributionId: string | undefined,
  decision: DecisionHead,
): HeldTerm | Refusal {
  if (authority === undefined) return notInForce(mandate);
  if (authority.ending !== null && authority.ending.on !== 'to-be-determined') return alreadyEnded(mandate, authority);
  if (contributionId === undefined) return { name: nameOf(mandate), ...authority, lastDayInForce: authority.lastDay };
  const contribution = findContribution(mandate, contributionId, decisionDay(decision));
  if (contribution instanceof Refusal) return contribution;
  const from = contribution.term?.from ?? authority.from;
  const until = contribution.term?.until ?? authority.until;
  const last = lastDay(until);
  return {
    name: `contribution ${contributionId} of ${nameOf(mandate)}`,
    from,
    until,
    firstDay: firstDay(from),
    lastDay: last,
    lastDayInForce: last < authority.lastDay ? last : authority.lastDay,
    ending: contribution.ending ?? null,
  };
}

/**
 * Changes the contribution's own term wherever it occurs with the same one; under the same id there may be another,
 * before or after.
 */
function changeContribution(
  mandate: Mandate,
  contributionId: string,
  decision: DecisionHead,
  change: (contribution: HeldContribution) => HeldContribution,
): Mandate {
  const meant = heldContribution(mandate, contributionId, decisionDay(decision));
  if (meant === undefined) return mandate;
  const changeSame = (held: HeldContribution): HeldContribution =>
    held.term === meant.term && held.ending === meant.ending ? change(held) : held;
  return {
    ...mandate,
    makeUp: mandate.makeUp.map(({ from, value }) => ({
      from,
      value: withContribution(value, contributionId, changeSame),
    })),
  };
}

function ended(contributionId: string | undefined, { name }: HeldTerm, ending: Ending): Refusal {
  const set = ending.on === 'to-be-determined' ? ' set-end-date if only the last day is to be set,' : '';
  const anew =
    contributionId === undefined ? 'an establish effect for a new term' : 'an add-contribution effect for a new one';
  return new Refusal(
    'mandate-ended',
    `${name} was ended by ${ending.endedBy} (decided on ${ending.decidedOn}, last day ${ending.on}). Record ` +
      `${anew},${set} or have that decision corrected or annulled.`,
  );
}

/** Until which day the term may go: the next one must not begin before it is over. */
function refuseOverlap(
  mandate: Mandate,
  authority: Authority,
  contributionId: string | undefined,
  last: Day,
  field: string,
): Refusal | undefined {
  const next = authorityAfter(mandate, authority);
  if (contributionId !== undefined || next === undefined || last < next.firstDay) return undefined;
  return new Refusal(
    'mandate-exists',
    `${nameOf(mandate)} has a new term from ${next.from ?? next.firstDay} to ${next.until} already, and this one ` +
      `would run into it. Give a day before ${next.firstDay}, or have the decision on the new term corrected.`,
    field,
  );
}

/** Ends the mandate's term, or the contribution's, on a day or on one still to be set. */
function close(
  mandate: Mandate,
  authority: Authority | undefined,
  contributionId: string | undefined,
  decision: DecisionHead,
  ending: Ending | null,
  on: TermDate | null,
): Mandate {
  if (authority === undefined) return mandate;
  if (contributionId !== undefined)
    return changeContribution(mandate, contributionId, decision, (held) => ({
      ...held,
      // Until its day is set it ends with the term that it has now, even if the mandate's is prolonged.
      term: { ...held.term, until: on ?? held.term?.until ?? authority.until },
      ...(ending === null ? {} : { ending }),
    }));
  return withAuthority(mandate, authority, (held) => ({
    ...held,
    ...(on === null ? {} : { until: on, lastDay: lastDay(on) }),
    ending,
  }));
}

export const termEffects = [
  defineEffect<Extend>()({
    type: 'extend',
    event: 'MandateExtended',
    words: ({ contributionId, until, provisional, retroactive }) =>
      `extended${partWords(contributionId)} ${untilWords(until)}${provisional === true ? ', provisionally' : ''}` +
      (retroactive === true ? ', retroactively' : ''),
    check(mandate, effect, decision) {
      const authority = changedAuthority(mandate, decision);
      const held = heldTerm(mandate, authority, effect.contributionId, decision);
      if (held instanceof Refusal) return held;
      if (held.ending !== null) return ended(effect.contributionId, held, held.ending);
      const until = lastDay(effect.until);
      if (until < held.firstDay) return reversed(`The term of ${held.name}`, held.from, effect.until, 'until');
      if (held.lastDayInForce < decisionDay(decision) && effect.retroactive !== true)
        return new Refusal(
          'term-lapsed',
          `The term of ${held.name} ran out on ${held.lastDayInForce}, before this decision of ` +
            `${decision.decidedOn}. Add retroactive: true if the cabinet extended it without a gap, or record an ` +
            'establish effect for a new term.',
          'retroactive',
        );
      if (until <= held.lastDay) return notExtended(held, effect.until);
      return refuseOverlap(mandate, authority!, effect.contributionId, until, 'until');
    },
    apply(mandate, { until, contributionId, provisional = false }, decision) {
      const authority = changedAuthority(mandate, decision);
      if (authority === undefined) return mandate;
      if (contributionId === undefined)
        return withAuthority(mandate, authority, (held) => ({ ...held, until, lastDay: lastDay(until), provisional }));
      return changeContribution(mandate, contributionId, decision, (held) => ({
        ...held,
        term: { ...held.term, until },
        provisional,
      }));
    },
  }),
  defineEffect<End>()({
    type: 'end',
    event: 'MandateEnded',
    words: ({ contributionId, endedBy, on }) =>
      `ended${partWords(contributionId)} by ${endedBy}, ` +
      (on === 'to-be-determined' ? 'on a day to be determined' : `last day ${on}`),
    check(mandate, effect, decision) {
      const authority = changedAuthority(mandate, decision);
      const held = heldTerm(mandate, authority, effect.contributionId, decision);
      if (held instanceof Refusal) return held;
      if (held.ending !== null) return ended(effect.contributionId, held, held.ending);
      const on = effect.on === 'to-be-determined' ? FOREVER : lastDay(effect.on);
      if (on < held.firstDay) return reversed(`The term of ${held.name}`, held.from, effect.on, 'on');
      if (held.lastDayInForce < decisionDay(decision) && on > held.lastDayInForce)
        return new Refusal(
          'term-lapsed',
          `The term of ${held.name} ran out on ${held.lastDayInForce}, before this decision of ` +
            `${decision.decidedOn}, and ${effect.on} lies after it. Record the extension first, or an end on or ` +
            `before ${held.lastDayInForce}.`,
          'on',
        );
      return effect.on === 'to-be-determined'
        ? undefined
        : refuseOverlap(mandate, authority!, effect.contributionId, on, 'on');
    },
    apply: (mandate, { on, endedBy, contributionId }, decision) =>
      close(
        mandate,
        changedAuthority(mandate, decision),
        contributionId,
        decision,
        { on, endedBy, decidedOn: decisionDay(decision) },
        on === 'to-be-determined' ? null : on,
      ),
  }),
  defineEffect<SetEndDate>()({
    type: 'set-end-date',
    event: 'EndDateSet',
    words: ({ contributionId, on }) =>
      `set the last day${contributionId === undefined ? '' : ` of ${contributionId}`} to ${on}`,
    check(mandate, effect, decision) {
      const authority = authorityToSet(mandate, effect.contributionId, decision);
      if (authority?.ending != null && authority.ending.on !== 'to-be-determined')
        return endDateSet(nameOf(mandate), authority.ending.on, true);
      const held = heldTerm(mandate, authority, effect.contributionId, decision);
      if (held instanceof Refusal) return held;
      if (!lacksEndDate(held)) return endDateSet(held.name, held.until, held.ending !== null);
      if (lastDay(effect.on) < held.firstDay) return reversed(`The term of ${held.name}`, held.from, effect.on, 'on');
      return refuseOverlap(mandate, authority!, effect.contributionId, lastDay(effect.on), 'on');
    },
    apply(mandate, { on, contributionId }, decision) {
      const authority = authorityToSet(mandate, contributionId, decision);
      const ending =
        contributionId === undefined
          ? authority?.ending
          : heldContribution(mandate, contributionId, decisionDay(decision))?.ending;
      return close(mandate, authority, contributionId, decision, ending == null ? null : { ...ending, on }, on);
    },
  }),
] as const;

function notExtended({ name, until }: HeldTerm, to: Until): Refusal {
  const remedy = !isOpenEnd(until)
    ? 'Check the date; to end it earlier record an end effect.'
    : until === 'open'
      ? 'It has no end that could be prolonged; record an end effect to give it one.'
      : 'Record a set-end-date effect once there is the end date that it lacks.';
  return new Refusal(
    'term-not-extended',
    `The ledger holds a term until ${until} for ${name}, so ${to} does not extend it. ${remedy}`,
    'until',
  );
}

function endDateSet(name: string, until: string, isEnded: boolean): Refusal {
  const remedy = isEnded
    ? 'Have the earlier decision corrected if it was recorded wrongly.'
    : 'Record extend or end to change it.';
  return new Refusal(
    'end-date-set',
    `${name} has no end date that is still to be set: the ledger holds ${until}. ${remedy}`,
    'on',
  );
}
