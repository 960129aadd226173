/** What raises or lowers a head count (design, "What leaves no doubt" 3). */
import type { DecisionHead } from '../decision.js';
import type { MakeUp, Mandate } from '../mandate.js';
import { nameOf, withContribution } from '../mandate.js';
import { Refusal } from '../refusal.js';
import { changeFrom, stepOn } from '../steps.js';
import type { Strength } from '../strength.js';
import { describeStrength, isIncrease, isReduction, sameStrength } from '../strength.js';
import type { Day, TermDate } from '../term-date.js';
import { BEGINNING } from '../term-date.js';
import { effectiveDay, findContribution, refuseUnlessRunning, unknownContribution } from './authority.js';
import { defineEffect } from './effect.js';

interface Change {
  readonly to: Strength;
  readonly from?: Strength;
  readonly contributionId?: string;
  readonly effectiveFrom?: TermDate;
}
export type Increase = Change & { readonly type: 'increase' };
export type Reduce = Change & { readonly type: 'reduce' };

/** Whose strength is meant: the named contribution's, else the mandate's own, else that of its only contribution; undefined where that says nothing. */
function target(makeUp: MakeUp, contributionId: string | undefined): 'mandate' | { contributionId: string } | undefined {
  if (contributionId !== undefined) return { contributionId };
  if (makeUp.strength !== null) return 'mandate';
  return makeUp.contributions.length === 1 ? { contributionId: makeUp.contributions[0]!.contributionId } : undefined;
}

function strengthOf(makeUp: MakeUp, whose: 'mandate' | { contributionId: string }): Strength | null {
  if (whose === 'mandate') return makeUp.strength;
  return makeUp.contributions.find((held) => held.contributionId === whose.contributionId)?.strength ?? null;
}

/** The day since which the strength has been what it is. */
function heldSince(mandate: Mandate, day: Day, whose: 'mandate' | { contributionId: string }, held: Strength | null): Day {
  let since = BEGINNING;
  for (const step of mandate.makeUp) {
    if (step.from > day) break;
    if (!sameStrength(strengthOf(step.value, whose), held)) since = BEGINNING;
    else if (since === BEGINNING) since = step.from;
  }
  return since;
}

function check(mandate: Mandate, effect: Increase | Reduce, decision: DecisionHead): Refusal | undefined {
  const notRunning = refuseUnlessRunning(mandate, decision);
  if (notRunning !== undefined) return notRunning;
  const day = effectiveDay(decision, effect.effectiveFrom);
  const makeUp = stepOn(mandate.makeUp, day)?.value;
  const whose = makeUp && target(makeUp, effect.contributionId);
  if (makeUp === undefined || whose === undefined) return unknownContribution(mandate, day, effect.contributionId);
  if (whose !== 'mandate') {
    const contribution = findContribution(mandate, whose.contributionId, day);
    if (contribution instanceof Refusal) return contribution;
  }
  const held = strengthOf(makeUp, whose);
  const name = whose === 'mandate' ? nameOf(mandate) : `contribution ${whose.contributionId} of ${nameOf(mandate)}`;
  const since = heldSince(mandate, day, whose, held);
  const holds = `The ledger holds ${describeStrength(held)} for ${name}${since === BEGINNING ? '' : ` since ${since}`}`;
  if (effect.from !== undefined && !sameStrength(effect.from, held))
    return new Refusal(
      'strength-mismatch',
      `${holds}, not ${describeStrength(effect.from)}; check the source, or record the decision that is missing in between first.`,
      'from',
    );
  if (effect.type === 'increase' && !isIncrease(held, effect.to))
    return new Refusal(
      'not-an-increase',
      `${holds}, so ${describeStrength(effect.to)} is not an increase. Check the number, or record a reduce effect.`,
      'to',
    );
  if (effect.type === 'reduce' && !isReduction(held, effect.to))
    return new Refusal(
      'not-a-reduction',
      `${holds}, so ${describeStrength(effect.to)} is not a reduction. Check the number, or record an increase effect.`,
      'to',
    );
  return undefined;
}

function apply(mandate: Mandate, effect: Increase | Reduce, decision: DecisionHead): Mandate {
  const day = effectiveDay(decision, effect.effectiveFrom);
  const whose = target(stepOn(mandate.makeUp, day)?.value ?? NOTHING, effect.contributionId);
  if (whose === undefined) return mandate;
  const change = (makeUp: MakeUp): MakeUp =>
    whose === 'mandate'
      ? { ...makeUp, strength: effect.to }
      : withContribution(makeUp, whose.contributionId, (held) => ({ ...held, strength: effect.to }));
  return { ...mandate, makeUp: changeFrom(mandate.makeUp, day, change) };
}
const NOTHING: MakeUp = { title: '', missions: [], strength: null, contributions: [] };

export const strengthEffects = [
  defineEffect<Increase>()({ type: 'increase', event: 'StrengthIncreased', check, apply }),
  defineEffect<Reduce>()({ type: 'reduce', event: 'StrengthReduced', check, apply }),
] as const;
