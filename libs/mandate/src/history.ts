/** The fold over a mandate's decisions in decision order, and the one check that everything recorded has passed (design, section 3). */
import type { Decision } from './decision.js';
import { effectOf } from './effects/index.js';
import { decisionDay } from './effects/authority.js';
import type { Mandate } from './mandate.js';
import { nameOf, unopened } from './mandate.js';
import { Refusal } from './refusal.js';
import { BEGINNING } from './term-date.js';

/** All decisions on one mandate in decision order (decidedOn, then recorded order), and the state that they leave. */
export interface History {
  readonly mandateId: string;
  readonly decisions: readonly Decision[];
  readonly mandate: Mandate;
}

/** The decision is about a mandate of which the ledger has no decision yet, and does not open one. */
export class UnknownMandate {
  constructor(readonly sentence: string) {}
}

export const emptyHistory = (mandateId: string): History => ({ mandateId, decisions: [], mandate: unopened(mandateId) });

/** Folds a recorded decision in at its place; total, since what is recorded is a fact. Decisions are given in recorded order. */
export function fold(history: History, decision: Decision): History {
  const place = placeOf(history, decision);
  if (place === history.decisions.length)
    return {
      mandateId: history.mandateId,
      decisions: [...history.decisions, decision],
      mandate: applyDecision(history.mandate, decision),
    };
  const decisions = [...history.decisions.slice(0, place), decision, ...history.decisions.slice(place)];
  return { mandateId: history.mandateId, decisions, mandate: decisions.reduce(applyDecision, unopened(history.mandateId)) };
}

/** The state after one more recorded decision; null where a later one is in it already, so that all have to be folded again. */
export function foldNext(mandate: Mandate, decision: Decision): Mandate | null {
  const latest = mandate.lastDecision?.decidedOn ?? BEGINNING;
  return decisionDay(decision) < latest ? null : applyDecision(mandate, decision);
}

/**
 * Judges a decision on its own date, and everything decided later with it.
 * Answers the history with the decision in it, or why it cannot be recorded.
 */
export function decide(history: History, decision: Decision): History | Refusal | UnknownMandate {
  if (history.decisions.length === 0 && effectOf(decision.effects[0]!.type).opens !== true)
    return new UnknownMandate(
      `The ledger has no mandate ${decision.mandateId}. Check the id (GET /v1/mandates lists them), or open it with carry-forward, establish, study, intend or decline.`,
    );
  const place = placeOf(history, decision);
  const earlier =
    place === history.decisions.length
      ? history.mandate
      : history.decisions.slice(0, place).reduce(applyDecision, unopened(history.mandateId));
  let mandate = checkDecision(earlier, decision);
  if (mandate instanceof Refusal) return mandate;
  for (const later of history.decisions.slice(place)) {
    const next = checkDecision(mandate, later);
    if (next instanceof Refusal)
      return new Refusal(
        'breaks-later-decision',
        `With this decision of ${decision.decidedOn ?? 'an unknown earlier day'} the ledger could no longer hold decision ${later.decisionId} of ${later.decidedOn ?? 'an unknown earlier day'}, which would then be refused: ${next.sentence} Correct this decision, or have that one corrected first.`,
        null,
        later.decisionId,
      );
    mandate = next;
  }
  return {
    mandateId: history.mandateId,
    decisions: [...history.decisions.slice(0, place), decision, ...history.decisions.slice(place)],
    mandate,
  };
}

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
  return { ...mandate, financing: financing ?? mandate.financing, lastDecision: { decisionId, decidedOn: decidedOn ?? null, source } };
}

function notYetThere(mandate: Mandate, { decidedOn, mandateId }: Decision): Refusal {
  return new Refusal(
    'term-lapsed',
    `On ${decidedOn} the ledger holds nothing yet for ${nameOf(mandate)}: its first decision is later. Check decidedOn, or record what existed before with a carry-forward effect for ${mandateId}.`,
  );
}
