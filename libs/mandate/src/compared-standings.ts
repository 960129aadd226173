/** By which kinds of change the differences between two standings of a mandate are told. */
import type { ChangeKind } from './change-kinds.js';
import { same } from './same.js';
import type { Standing, StandingContribution } from './standing.js';
import { statusFacts } from './standing.js';
import type { StrengthRange } from './strength.js';
import type { Day } from './term-date.js';
import { lastDay } from './term-date.js';

/**
 * The kind that a status is told by once the mandate has come to it; undefined where it is told by what was opened or
 * declared.
 */
export const arrivalOf = (before: Standing | null, after: Standing): ChangeKind | undefined =>
  before?.status === after.status ? undefined : (statusFacts(after.status).arrivesAs ?? undefined);

/**
 * Which way a strength went: by the maximum, and where that is the same by the minimum.
 * Null where it went neither way, or where a side is known on one day only, so that nobody can say.
 */
export function strengthChange(before: StrengthRange, after: StrengthRange): 'increased' | 'reduced' | null {
  const side = before.maximum === after.maximum ? 'minimum' : 'maximum';
  const [was, is] = [before[side], after[side]];
  if (was === null || is === null || was === is) return null;
  return is > was ? 'increased' : 'reduced';
}

/** The last day of a contribution's own term, or of the mandate's where it has none. */
const lastDayOf = ({ term }: StandingContribution, standing: Standing): Day =>
  lastDay(term?.until ?? standing.term?.until);

/** Contributions of one and the same term of the mandate whose own last day is another. */
function* movedContributions(before: Standing, after: Standing): Generator<ChangeKind> {
  if (before.term?.from !== after.term?.from) return;
  for (const contribution of after.contributions) {
    const known = before.contributions.find(({ contributionId }) => contributionId === contribution.contributionId);
    if (known === undefined) continue;
    const [was, is] = [lastDayOf(known, before), lastDayOf(contribution, after)];
    if (was !== is) yield is > was ? 'extended' : 'shortened';
  }
}

const OF_STRENGTH: readonly ChangeKind[] = ['increased', 'reduced'];
const OF_TERM: readonly ChangeKind[] = ['began', 'ended', 'expired', 'extended', 'shortened'];
const ALWAYS_RESHAPED: readonly ChangeKind[] = [];

/**
 * Each member of a standing, with the kinds of which one tells that it differs. A difference that none of them tells is
 * `reshaped`. Null for a member that is told by what happened, or not at all.
 */
const TOLD_BY: Readonly<Record<Exclude<keyof Standing, 'contributions'>, readonly ChangeKind[] | null>> = {
  mandateId: null,
  title: ALWAYS_RESHAPED,
  missions: ALWAYS_RESHAPED,
  organisations: ALWAYS_RESHAPED,
  region: ALWAYS_RESHAPED,
  status: null,
  ending: OF_TERM,
  term: OF_TERM,
  strength: OF_STRENGTH,
  provisional: OF_TERM,
  reviews: null,
  studies: null,
  intentions: null,
  declined: null,
  reservations: null,
  financing: null,
  lastDecision: null,
};
const TOLD_BY_OF_CONTRIBUTION: Readonly<Record<keyof StandingContribution, readonly ChangeKind[]>> = {
  contributionId: ALWAYS_RESHAPED,
  description: ALWAYS_RESHAPED,
  missionId: ALWAYS_RESHAPED,
  categories: ALWAYS_RESHAPED,
  strength: OF_STRENGTH,
  term: OF_TERM,
  assets: ALWAYS_RESHAPED,
  inTerm: [...OF_STRENGTH, 'extended', 'shortened'],
};

type Aspect = readonly [of: (standing: Standing) => unknown, toldBy: readonly ChangeKind[]];
const ASPECTS: readonly Aspect[] = [
  ...Object.entries(TOLD_BY).flatMap(([member, toldBy]): Aspect[] =>
    toldBy === null ? [] : [[(standing) => standing[member as keyof Standing], toldBy]],
  ),
  ...Object.entries(TOLD_BY_OF_CONTRIBUTION).map(([member, toldBy]): Aspect => [
    ({ contributions }) => contributions.map((each) => each[member as keyof StandingContribution]),
    toldBy,
  ]),
];

/**
 * The kinds by which two standings of a mandate differ.
 * @param happened what is known besides to have happened between them
 */
export function kindsOf(before: Standing, after: Standing, happened: Iterable<ChangeKind>): Set<ChangeKind> {
  const kinds = new Set([...happened, ...movedContributions(before, after)]);
  const arrival = arrivalOf(before, after);
  if (arrival !== undefined) kinds.add(arrival);
  const strength = strengthChange(before.strength, after.strength);
  if (strength !== null) kinds.add(strength);
  const isUntold = ASPECTS.some(
    ([of, toldBy]) => !same(of(before), of(after)) && !toldBy.some((kind) => kinds.has(kind)),
  );
  if (isUntold) kinds.add('reshaped');
  return kinds;
}
