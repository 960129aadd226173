/** What every effect is: a name, the event that it becomes, the check against what is held, and what it changes. */
import type { DecisionHead } from '../decision-head.js';
import type { Mandate } from '../mandate.js';
import type { Refusal } from '../refusal.js';

export interface EffectDefinition<Fields extends { readonly type: string }, Event extends string> {
  readonly type: Fields['type'];
  /** The stored event's name; it never changes. */
  readonly event: Event;
  /** What it did, as a phrase for a timeline: `extended until 2025-07-31`. Texts of the source are told as they are. */
  readonly words: (effect: Fields) => string;
  /** The effect may be the first thing that the ledger learns of a mandate. */
  readonly opens?: true;
  /** What contradicts, judged on the decision's own date; undefined where nothing does. Never called on replay. */
  readonly check: (mandate: Mandate, effect: Fields, decision: DecisionHead) => Refusal | undefined;
  /** What holds afterwards; total, since a recorded decision is a fact whatever today's rules say. */
  readonly apply: (mandate: Mandate, effect: Fields, decision: DecisionHead) => Mandate;
}

/**
 * Ties the two names and the two functions to the effect's fields, so that unions can be derived from the definitions.
 */
export const defineEffect =
  <Fields extends { readonly type: string }>() =>
  <const Event extends string>(definition: EffectDefinition<Fields, Event>): EffectDefinition<Fields, Event> =>
    definition;
