/** On whose decision a mandate differs between two days. */
import { changesBetween, happeningsBetween } from './changes.js';
import type { History } from './history.js';
import { statesOf } from './history.js';
import type { DecisionReference, Mandate } from './mandate.js';
import { same } from './same.js';
import type { MissionFacts, Standing } from './standing.js';
import type { Day } from './term-date.js';

/**
 * The decisions, in decision order, that caused what changesBetween tells: those with which the difference is another
 * than with the earlier
 * decisions alone. A decision on what is the same on both days, or on other days, is none.
 */
export function causesOf(history: History, from: Day, to: Day, missionFacts: MissionFacts): DecisionReference[] {
  const causes: DecisionReference[] = [];
  let difference: unknown = null;
  for (const mandate of statesOf(history)) {
    const next = differenceOf(mandate, from, to, missionFacts);
    if (!same(next, difference)) causes.push(mandate.lastDecision!);
    difference = next;
  }
  return causes;
}

/** What differs, with the values on both days, and what happened; null where that is nothing. */
function differenceOf(mandate: Mandate, from: Day, to: Day, missionFacts: MissionFacts): unknown {
  const changes = changesBetween(mandate, from, to, missionFacts);
  if (changes === null) return null;
  const [before, after] = [changes.before!, changes.after!];
  const fields = (Object.keys(after) as (keyof Standing)[]).filter((field) => !same(before[field], after[field]));
  return {
    kinds: changes.kinds,
    happenings: happeningsBetween(mandate, from, to),
    fields: fields.map((field) => [field, before[field], after[field]]),
  };
}
