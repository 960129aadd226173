/** By which words differences between two standings of a mandate are told (design, section 5, GET /v1/changes). */
import { same } from './same.js';
import type { Standing, StandingContribution, Status } from './standing.js';
import type { StrengthRange } from './strength.js';
import type { Day } from './term-date.js';
import { lastDay } from './term-date.js';

/**
 * - began: a term began, or the ledger learnt of the mandate, of a term, or that it is in force
 * - ended: an end was decided, or a term came to an end that was decided; expired: a term ran out; both also where the
 * status came to be that
 * - extended, shortened: a last day was moved, that of a term or of one contribution's own term; or a term was taken
 * back altogether
 * - increased, reduced: the strength, see strengthChange
 * - reshaped: title, missions, organisations, region or make-up, and whatever of strength and term no other word tells,
 * such as a strength of
 *   which nobody can say which way it went
 * - study-opened, study-concluded, intended: on the day of the decision
 * - declined: a request was declined or an intention dropped, or the status came to be that
 */
export const CHANGE_KINDS = [
  'began',
  'ended',
  'expired',
  'extended',
  'shortened',
  'increased',
  'reduced',
  'reshaped',
  'study-opened',
  'study-concluded',
  'intended',
  'declined',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

const ARRIVED: Partial<Readonly<Record<Status, ChangeKind>>> = {
  'in-force': 'began',
  ended: 'ended',
  expired: 'expired',
  declined: 'declined',
};

/**
 * The kind that a status is told by once the mandate has come to it; undefined where it is told by what was opened or
 * declared.
 */
export const arrivalOf = (before: Standing | null, after: Standing): ChangeKind | undefined =>
  before?.status === after.status ? undefined : ARRIVED[after.status];

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

/** What of a standing can differ, and the kinds of which one tells it already. What none tells is reshaped. */
const ASPECTS: readonly { readonly of: (standing: Standing) => unknown; readonly toldBy: readonly ChangeKind[] }[] = [
  { of: ({ title, missions, organisations, region }) => [title, missions, organisations, region], toldBy: [] },
  {
    of: ({ contributions }) =>
      contributions.map(({ strength: _strength, term: _term, inTerm: _inTerm, ...madeUp }) => madeUp),
    toldBy: [],
  },
  {
    of: ({ strength, contributions }) => [strength, contributions.map((each) => each.strength)],
    toldBy: ['increased', 'reduced'],
  },
  {
    of: ({ contributions }) => contributions.map(({ inTerm }) => inTerm),
    toldBy: ['increased', 'reduced', 'extended', 'shortened'],
  },
  {
    of: ({ term, ending, provisional, contributions }) => [
      term,
      ending,
      provisional,
      contributions.map((each) => each.term),
    ],
    toldBy: ['began', 'ended', 'expired', 'extended', 'shortened'],
  },
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
    ({ of, toldBy }) => !same(of(before), of(after)) && !toldBy.some((kind) => kinds.has(kind)),
  );
  if (isUntold) kinds.add('reshaped');
  return kinds;
}
