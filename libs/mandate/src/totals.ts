/**
 * Head counts of the mandates in force on a day, in all and by group (docs/domain.md).
 *
 * - A sum is of the mandates for which both sides are known, so that minimum and maximum are of the same ones. The
 * others are `uncounted`:
 * named, and added to neither side. What is undisclosed is never 0. `mandates` is the number of all of them, uncounted
 * ones included.
 * - In `total` a mandate counts once, with its own strength, whatever the grouping. By region it is in the group of its
 * one region, so the
 *   groups add up to the total.
 * - By organisation and mission it is in the group of each that its missions name, and its contributions are split by
 * the mission that they
 *   name; by category it is in the group of each category that a contribution has, and is split by contribution.
 * - What belongs to one of several groups and nobody can say to which is never guessed, nor counted in more than one: a
 * contribution without a
 * mission in a mandate with several, a contribution of several categories, a strength of the whole mandate. The mandate
 * is then uncounted in
 *   each of the groups that it may belong to, also with the part of it that is known to be there.
 * - So a mandate may be counted in one group and not in another, or in no group and yet in the total, or the other way
 * round; by organisation,
 *   category and mission the groups need not add up to the total.
 */
import type { Mandate } from './mandate.js';
import type { MissionFacts, Standing } from './standing.js';
import { facetsOn, standingOn, statusFacts } from './standing.js';
import type { StrengthRange } from './strength.js';
import { addStrengths, strengthRange } from './strength.js';
import type { Day } from './term-date.js';

export const GROUPINGS = ['region', 'organisation', 'category', 'mission'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface Total {
  readonly minimum: number;
  readonly maximum: number;
  /** In force on the day, those of `uncounted` included. */
  readonly mandates: number;
  /** Ids of those that are in neither sum, in the order in which they were added. */
  readonly uncounted: readonly string[];
}

export interface GroupTotal extends Total {
  /** Null for what belongs to no registered mission; by mission, to none at all. */
  readonly key: string | null;
}

export interface Totals {
  /** In order of their keys, null at the end. */
  readonly items: readonly GroupTotal[];
  readonly total: Total;
}

/** Totals that grow with one mandate after the other. */
export interface RunningTotals {
  /** Adds a mandate once; one that is not in force on the day adds nothing. */
  add(mandate: Mandate): void;
  soFar(): Totals;
}

export function startTotals(by: Grouping, asOf: Day, missionFacts: MissionFacts): RunningTotals {
  const total = nothing();
  const groups = new Map<Key, Sum>();
  return {
    add(mandate) {
      const { status, makeUp } = facetsOn(mandate, asOf);
      if (!statusFacts(status).counts) return;
      const standing = standingOn(mandate, asOf, missionFacts);
      addTo(total, standing.mandateId, standing.strength);
      for (const [key, range] of shares(standing, makeUp.strength !== null, by, missionFacts)) {
        let group = groups.get(key);
        if (group === undefined) groups.set(key, (group = nothing()));
        addTo(group, standing.mandateId, range);
      }
    },
    soFar: () => ({
      items: [...groups]
        .sort(([a], [b]) => inKeyOrder(a, b))
        .map(([key, sum]) => ({ key, ...sum, uncounted: [...sum.uncounted] })),
      total: { ...total, uncounted: [...total.uncounted] },
    }),
  };
}

export function totalsOf(mandates: Iterable<Mandate>, by: Grouping, asOf: Day, missionFacts: MissionFacts): Totals {
  const totals = startTotals(by, asOf, missionFacts);
  for (const mandate of mandates) totals.add(mandate);
  return totals.soFar();
}

type Key = string | null;

interface Sum {
  minimum: number;
  maximum: number;
  mandates: number;
  readonly uncounted: string[];
}
const nothing = (): Sum => ({ minimum: 0, maximum: 0, mandates: 0, uncounted: [] });

/** @param range what of the mandate belongs there; null where nobody can say */
function addTo(sum: Sum, mandateId: string, range: Pick<StrengthRange, 'minimum' | 'maximum'> | null): void {
  sum.mandates++;
  if (range === null || range.minimum === null || range.maximum === null) {
    sum.uncounted.push(mandateId);
    return;
  }
  sum.minimum += range.minimum;
  sum.maximum += range.maximum;
}

/** A part of a mandate's strength, and the groups to one of which it belongs. */
interface Part {
  readonly keys: ReadonlySet<Key>;
  readonly range: StrengthRange;
}

/** What of a mandate belongs to each of its groups; null where that cannot be told. */
function shares(
  standing: Standing,
  isWhole: boolean,
  by: Grouping,
  missionFacts: MissionFacts,
): Map<Key, StrengthRange | null> {
  const parts = partsOf(standing, isWhole, by, missionFacts);
  const keys = new Set([...keysOf(standing, by, missionFacts), ...parts.flatMap((part) => [...part.keys])]);
  return new Map(
    [...keys].map((key) => {
      const here = parts.filter((part) => part.keys.has(key));
      return [key, here.some((part) => part.keys.size > 1) ? null : addStrengths(here.map(({ range }) => range))];
    }),
  );
}

/** @param isWhole the strength is the mandate's own, which its contributions do not divide */
function partsOf(standing: Standing, isWhole: boolean, by: Grouping, missionFacts: MissionFacts): Part[] {
  const keys = keysOf(standing, by, missionFacts);
  if (isWhole || by === 'region' || standing.contributions.length === 0) return [{ keys, range: standing.strength }];
  return standing.contributions
    .filter(({ inTerm }) => inTerm)
    .map(({ missionId, categories, strength }) => {
      const range = strengthRange(strength);
      if (by === 'category') return { keys: new Set<Key>(categories), range };
      return {
        keys:
          missionId === null ? keys : new Set([by === 'mission' ? missionId : organisationOf(missionId, missionFacts)]),
        range,
      };
    });
}

/** The groups that a mandate is in. */
function keysOf(
  { missions, region, contributions }: Standing,
  by: Grouping,
  missionFacts: MissionFacts,
): ReadonlySet<Key> {
  if (by === 'region') return new Set([region]);
  const keys =
    by === 'category'
      ? contributions.flatMap(({ categories }) => categories)
      : by === 'mission'
        ? missions
        : missions.map((missionId) => organisationOf(missionId, missionFacts));
  return new Set<Key>(keys.length > 0 ? keys : [by === 'category' ? 'unstated' : null]);
}

const organisationOf = (missionId: string, missionFacts: MissionFacts): Key =>
  missionFacts(missionId)?.organisation ?? null;

const inKeyOrder = (a: Key, b: Key): number => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1);
