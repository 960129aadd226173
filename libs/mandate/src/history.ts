/**
 * The fold over a mandate's decisions in decision order, and the one check that everything recorded has passed
 * (docs/domain.md).
 */
import type { Decision } from './decision.js';
import { effectOf } from './effects/index.js';
import { decisionDay } from './effects/authority.js';
import type { Mandate } from './mandate.js';
import { nameOf, unopened } from './mandate.js';
import { Refusal } from './refusal.js';
import type { Recorded, Repair } from './repair.js';
import { Repairs, countingDecisions, isAnnulment, isCorrection, isRepair, targetOf } from './repair.js';
import type { Day } from './term-date.js';
import { BEGINNING } from './term-date.js';

/** Everything recorded on one mandate, and what it leaves. */
export interface History {
  readonly mandateId: string;
  /** Decisions as they were recorded, and their repairs, in recorded order. */
  readonly recorded: readonly Recorded[];
  /** The decisions that count, as they were corrected, in decision order: decidedOn, then recorded order. */
  readonly decisions: readonly Decision[];
  readonly mandate: Mandate;
}

/** The decision is about a mandate of which the ledger has no decision yet, and does not open one. */
export class UnknownMandate {
  constructor(readonly sentence: string) {}
}

export const emptyHistory = (mandateId: string): History => ({
  mandateId,
  recorded: [],
  decisions: [],
  mandate: unopened(mandateId),
});

/** Folds what was recorded in at its place; total, since what is recorded is a fact. To be given in recorded order. */
export function fold(history: History, next: Recorded): History {
  const { mandateId } = history;
  const recorded = [...history.recorded, next];
  if (!isRepair(next)) {
    const place = placeOf(history, next);
    if (place === history.decisions.length)
      return {
        mandateId,
        recorded,
        decisions: [...history.decisions, next],
        mandate: applyDecision(history.mandate, next),
      };
  }
  return foldAll(mandateId, recorded);
}

/** The history of all that was recorded, in recorded order; one fold, however much it is. */
export function foldAll(mandateId: string, recorded: readonly Recorded[]): History {
  const decisions = inDecisionOrder(countingDecisions(recorded));
  return { mandateId, recorded, decisions, mandate: stateAfter(mandateId, decisions) };
}

/**
 * The state after one more recorded decision; null where a later one is in it already or it is a repair, so that all
 * have to be folded again.
 */
export function foldNext(mandate: Mandate, next: Recorded): Mandate | null {
  if (isRepair(next)) return null;
  const latest = mandate.lastDecision?.decidedOn ?? BEGINNING;
  return decisionDay(next) < latest ? null : applyDecision(mandate, next);
}

/**
 * The decisions alone that were taken up to a day, and what they leave. An opening entry without a date was taken
 * before every day.
 */
export function takenBy(history: History, day: Day): History {
  const decisions = history.decisions.filter((decision) => decisionDay(decision) <= day);
  return { ...history, decisions, mandate: stateAfter(history.mandateId, decisions) };
}

/** The state that they leave; null before the first. */
export function decidedBy(history: History, day: Day): Mandate | null {
  const { decisions, mandate } = takenBy(history, day);
  return decisions.length === 0 ? null : mandate;
}

/** The state after each decision, in decision order. */
export function* statesOf({ mandateId, decisions }: History): Generator<Mandate> {
  let mandate = unopened(mandateId);
  for (const decision of decisions) yield (mandate = applyDecision(mandate, decision));
}

/**
 * Judges a decision on its own date, and everything decided later with it.
 * Answers the history with the decision in it, or why it cannot be recorded.
 */
export function decide(history: History, decision: Decision): History | Refusal | UnknownMandate {
  if (history.decisions.length === 0 && effectOf(decision.effects[0]!.type).opens !== true)
    return new UnknownMandate(
      `The ledger has no mandate ${decision.mandateId}. Check the id (GET /v1/mandates lists them), or open it with ` +
        'carry-forward, establish, study, intend or decline.',
    );
  const place = placeOf(history, decision);
  const decisions = [...history.decisions.slice(0, place), decision, ...history.decisions.slice(place)];
  const earlier =
    place === history.decisions.length ? history.mandate : stateAfter(history.mandateId, decisions.slice(0, place));
  const judged = { decisionId: decision.decisionId, what: `this decision of ${dayOf(decision)}`, field: '' };
  const mandate = checkFrom(decisions, place, earlier, judged);
  if (mandate instanceof Refusal) return mandate;
  return { mandateId: history.mandateId, recorded: [...history.recorded, decision], decisions, mandate };
}

/**
 * Judges a repair: what it repairs as it then is, on its own date, and everything decided later with it.
 * Answers the history with the repair in it, or why it cannot be recorded; undefined where the mandate has nothing
 * under the id that it repairs.
 */
export function decideRepair(history: History, repair: Repair): History | Refusal | undefined {
  const repairs = new Repairs(history.recorded);
  const target = repairs.find(targetOf(repair));
  const root = target && repairs.rootOf(target);
  if (target === undefined || root === undefined) return undefined;
  const refusal = refuseRepair(repairs, target, repair);
  if (refusal !== undefined) return refusal;
  const recorded = [...history.recorded, repair];
  const decisions = inDecisionOrder(countingDecisions(recorded));
  const places = [history.decisions, decisions].map((list) =>
    list.findIndex(({ decisionId }) => decisionId === root.decisionId),
  );
  const place = Math.min(...places.filter((each) => each >= 0)); // what comes before both is as it was
  const what = isCorrection(repair) ? `decision ${root.decisionId} corrected` : `decision ${root.decisionId} annulled`;
  const mandate = checkFrom(decisions, place, stateAfter(history.mandateId, decisions.slice(0, place)), {
    decisionId: root.decisionId,
    what: isAnnulment(repair) && isAnnulment(target) ? `decision ${root.decisionId} in force again` : what,
    field: 'replacement.',
  });
  if (mandate instanceof Refusal) return mandate;
  return { mandateId: history.mandateId, recorded, decisions, mandate };
}

/**
 * What was annulled has nothing left to repair, nor have corrections of it; and an annulment has no body that could be
 * corrected.
 */
function refuseRepair(repairs: Repairs, target: Recorded, repair: Repair): Refusal | undefined {
  for (
    let each: Recorded | undefined = target;
    each !== undefined;
    each = isCorrection(each) ? repairs.find(each.corrects) : undefined
  ) {
    const annulment = repairs.annulmentOf(each.decisionId);
    if (annulment !== undefined)
      return new Refusal(
        'already-annulled',
        `${each.decisionId} was annulled already, by ${annulment.decisionId} (${annulment.reason}). Annul ` +
          `${annulment.decisionId} if that was the mistake, or record the decision anew.`,
      );
  }
  if (!isCorrection(repair) || !isAnnulment(target)) return undefined;
  return new Refusal(
    'already-annulled',
    `${target.decisionId} is an annulment, of ${target.annuls}, and has nothing to be replaced. Annul ` +
      `${target.decisionId} itself, so that ${target.annuls} counts again, and then correct that one.`,
  );
}

/** The decision that is being judged, as refusals speak of it. */
interface Judged {
  readonly decisionId: string;
  readonly what: string;
  /** What comes before the field in the body that was sent. */
  readonly field: string;
}

/** Checks the decisions from a place on, one after the other. */
function checkFrom(
  decisions: readonly Decision[],
  place: number,
  before: Mandate,
  { decisionId, what, field }: Judged,
): Mandate | Refusal {
  let mandate = before;
  for (const decision of decisions.slice(place)) {
    const next = checkDecision(mandate, decision);
    if (next instanceof Refusal)
      return decision.decisionId === decisionId
        ? new Refusal(next.rule, next.sentence, next.field === null ? null : `${field}${next.field}`, next.breaks)
        : new Refusal(
            'breaks-later-decision',
            `With ${what} the ledger could no longer hold decision ${decision.decisionId} of ${dayOf(decision)}, ` +
              `which would then be refused: ${next.sentence} Correct what is posted here, or have that one corrected ` +
              'first.',
            null,
            decision.decisionId,
          );
    mandate = next;
  }
  return mandate;
}

const dayOf = ({ decidedOn }: Decision): string => decidedOn ?? 'an unknown earlier day';

const stateAfter = (mandateId: string, decisions: readonly Decision[]): Mandate =>
  decisions.reduce(applyDecision, unopened(mandateId));

/** Equal days keep the order in which they are given. */
const inDecisionOrder = (decisions: readonly Decision[]): Decision[] =>
  [...decisions].sort((a, b) => (decisionDay(a) < decisionDay(b) ? -1 : decisionDay(a) > decisionDay(b) ? 1 : 0));

/** After everything decided on the same day or earlier: equal days keep recorded order. */
function placeOf({ decisions }: History, decision: Decision): number {
  const day = decisionDay(decision);
  let place = decisions.length;
  while (place > 0 && decisionDay(decisions[place - 1]!) > day) place--;
  return place;
}

function checkDecision(before: Mandate, decision: Decision): Mandate | Refusal {
  let mandate = before;
  for (const [index, effect] of decision.effects.entries()) {
    const definition = effectOf(effect.type);
    const refusal =
      before.lastDecision === null && index === 0 && definition.opens !== true
        ? notYetThere(before, decision)
        : definition.check(mandate, effect, decision);
    if (refusal !== undefined) {
      const field = refusal.field === null ? `effects[${index}]` : `effects[${index}].${refusal.field}`;
      return new Refusal(refusal.rule, refusal.sentence, field, refusal.breaks);
    }
    mandate = definition.apply(mandate, effect, decision);
  }
  return withHead(mandate, decision);
}

function applyDecision(before: Mandate, decision: Decision): Mandate {
  let mandate = before;
  for (const effect of decision.effects) mandate = effectOf(effect.type).apply(mandate, effect, decision);
  return withHead(mandate, decision);
}

function withHead(mandate: Mandate, { decisionId, decidedOn, source, financing }: Decision): Mandate {
  return {
    ...mandate,
    financing: financing ?? mandate.financing,
    lastDecision: { decisionId, decidedOn: decidedOn ?? null, source },
  };
}

function notYetThere(mandate: Mandate, { decidedOn, mandateId }: Decision): Refusal {
  return new Refusal(
    'term-lapsed',
    `On ${decidedOn} the ledger holds nothing yet for ${nameOf(mandate)}: its first decision is later. Check ` +
      `decidedOn, or record what existed before with a carry-forward effect for ${mandateId}.`,
  );
}
