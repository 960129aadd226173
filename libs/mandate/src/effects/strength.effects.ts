/** What raises or lowers a head count (docs/domain.md). */
import type { DecisionHead } from '../decision-head.js';
import type { MakeUp, Mandate } from '../mandate.js';
import { nameOf, withContribution } from '../mandate.js';
import { Refusal } from '../refusal.js';
import { changeFrom, stepOn } from '../steps.js';
import type { Strength } from '../strength.js';
import { describeStrength, isIncrease, isReduction, sameStrength } from '../strength.js';
import type { Day, TermDate } from '../term-date.js';
import { BEGINNING, lastDay } from '../term-date.js';
import type { Reach } from './authority.js';
import {
  decisionDay,
  effectiveDay,
  findContribution,
  reachOf,
  refuseUnlessRunning,
  unknownContribution,
} from './authority.js';
import { defineEffect } from './effect.js';
import { fromStrength, partWords, sinceWords } from './phrases.js';

interface Change {
  readonly to: Strength;
  readonly from?: Strength;
  readonly contributionId?: string;
  readonly effectiveFrom?: TermDate;
}
export type Increase = Change & { readonly type: 'increase' };
export type Reduce = Change & { readonly type: 'reduce' };

/**
 * Whose strength is meant: the named contribution's, else the mandate's own, else that of its only contribution;
 * undefined where that says nothing.
 */
function target(
  makeUp: MakeUp,
  contributionId: string | undefined,
): 'mandate' | { contributionId: string } | undefined {
  if (contributionId !== undefined) return { contributionId };
  if (makeUp.strength !== null) return 'mandate';
  return makeUp.contributions.length === 1 ? { contributionId: makeUp.contributions[0]!.contributionId } : undefined;
}

function strengthOf(makeUp: MakeUp, whose: 'mandate' | { contributionId: string }): Strength | null {
  if (whose === 'mandate') return makeUp.strength;
  return makeUp.contributions.find((held) => held.contributionId === whose.contributionId)?.strength ?? null;
}

/** The day since which the strength has been what it is; BEGINNING where it always was. */
function heldSince(
  mandate: Mandate,
  day: Day,
  whose: 'mandate' | { contributionId: string },
  held: Strength | null,
): Day {
  let since: Day | null = null;
  for (const step of mandate.makeUp) {
    if (step.from > day) break;
    if (!sameStrength(strengthOf(step.value, whose), held)) since = null;
    else since ??= step.from;
  }
  return since ?? BEGINNING;
}

/**
 * Where the strength must grow or shrink: on the day from which the change counts, and on each later one on which it
 * has changed since, up to the decision.
 */
function judgedDays(mandate: Mandate, { from, before }: Reach, decision: DecisionHead): Day[] {
  const steps = mandate.makeUp.map((step) => step.from);
  return [
    from,
    ...steps.filter((day) => day > from && day <= decisionDay(decision) && (before === null || day < before)),
  ];
}

function check(mandate: Mandate, effect: Increase | Reduce, decision: DecisionHead): Refusal | undefined {
  const notRunning = refuseUnlessRunning(mandate, decision);
  if (notRunning !== undefined) return notRunning;
  const reach = reachOf(mandate, effectiveDay(decision, effect.effectiveFrom));
  const makeUp = stepOn(mandate.makeUp, reach.from)?.value;
  const whose = makeUp && target(makeUp, effect.contributionId);
  if (makeUp === undefined || whose === undefined)
    return unknownContribution(mandate, reach.from, effect.contributionId);
  if (whose !== 'mandate') {
    const contribution = findContribution(mandate, whose.contributionId, reach.from);
    if (contribution instanceof Refusal) return contribution;
    if (lastDay(contribution.term?.until) < reach.from)
      return new Refusal(
        'term-lapsed',
        `The term of contribution ${whose.contributionId} of ${nameOf(mandate)} is over on ` +
          `${lastDay(contribution.term?.until)}, so its strength cannot change on ${reach.from}. Record its ` +
          'extension ' +
          'first, or an add-contribution effect.',
        'contributionId',
      );
  }
  for (const day of judgedDays(mandate, reach, decision)) {
    const refusal = refuseUnlessChange(mandate, effect, whose, day, day === reach.from);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function refuseUnlessChange(
  mandate: Mandate,
  effect: Increase | Reduce,
  whose: 'mandate' | { contributionId: string },
  day: Day,
  isFirst: boolean,
): Refusal | undefined {
  const held = strengthOf(stepOn(mandate.makeUp, day)!.value, whose);
  const isAsStated = !isFirst || effect.from === undefined || sameStrength(effect.from, held);
  const isChange = effect.type === 'increase' ? isIncrease(held, effect.to) : isReduction(held, effect.to);
  if (isAsStated && isChange) return undefined;
  const name = whose === 'mandate' ? nameOf(mandate) : `contribution ${whose.contributionId} of ${nameOf(mandate)}`;
  const since = heldSince(mandate, day, whose, held);
  const holds =
    `The ledger holds ${describeStrength(held)} for ` + `${name}${since === BEGINNING ? '' : ` since ${since}`}`;
  if (!isAsStated)
    return new Refusal(
      'strength-mismatch',
      `${holds}, not ${describeStrength(effect.from)}; check the source, or record the decision that is missing in ` +
        'between first.',
      'from',
    );
  const [rule, noun, other] =
    effect.type === 'increase'
      ? (['not-an-increase', 'an increase', 'a reduce'] as const)
      : (['not-a-reduction', 'a reduction', 'an increase'] as const);
  return new Refusal(
    rule,
    `${holds}, so ${describeStrength(effect.to)} is not ${noun}. Check the number, or record ${other} effect.`,
    'to',
  );
}

function apply(mandate: Mandate, effect: Increase | Reduce, decision: DecisionHead): Mandate {
  const { from, before } = reachOf(mandate, effectiveDay(decision, effect.effectiveFrom));
  const whose = target(stepOn(mandate.makeUp, from)?.value ?? NOTHING, effect.contributionId);
  if (whose === undefined) return mandate;
  const change = (makeUp: MakeUp): MakeUp =>
    whose === 'mandate'
      ? { ...makeUp, strength: effect.to }
      : withContribution(makeUp, whose.contributionId, (held) => ({ ...held, strength: effect.to }));
  return { ...mandate, makeUp: changeFrom(mandate.makeUp, from, before, change) };
}
const NOTHING: MakeUp = { title: '', missions: [], strength: null, contributions: [] };

const changedWords = ({ contributionId, from, to, effectiveFrom }: Change): string =>
  `${partWords(contributionId)}${fromStrength(from)} to ${describeStrength(to)}${sinceWords(effectiveFrom)}`;

export const strengthEffects = [
  defineEffect<Increase>()({
    type: 'increase',
    event: 'StrengthIncreased',
    words: (effect) => `raised${changedWords(effect)}`,
    check,
    apply,
  }),
  defineEffect<Reduce>()({
    type: 'reduce',
    event: 'StrengthReduced',
    words: (effect) => `reduced${changedWords(effect)}`,
    check,
    apply,
  }),
] as const;
