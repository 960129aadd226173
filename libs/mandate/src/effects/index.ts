/**
 * All effects (docs/domain.md). Unions, event names and lookups are derived from the definitions, never written
 * twice.
 */
import type { EffectDefinition } from './effect.js';
import { contributionEffects } from './contribution.effects.js';
import { openingEffects } from './opening.effects.js';
import { reviewEffects } from './review.effects.js';
import { strengthEffects } from './strength.effects.js';
import { studyEffects } from './study.effects.js';
import { termEffects } from './term.effects.js';

const definitions = [
  ...openingEffects,
  ...termEffects,
  ...strengthEffects,
  ...contributionEffects,
  ...studyEffects,
  ...reviewEffects,
] as const;

type Definition = (typeof definitions)[number];
export type Effect = Definition extends infer D
  ? D extends EffectDefinition<infer Fields, string>
    ? Fields
    : never
  : never;
export type EffectType = Effect['type'];
export type MandateEventType = Definition['event'];

/** A definition seen from outside, where it is only known that the effect given to it is of its own type. */
export type AnyEffectDefinition = EffectDefinition<Effect, MandateEventType>;

const byType = new Map<string, AnyEffectDefinition>();
const byEvent = new Map<string, AnyEffectDefinition>();
for (const definition of definitions as unknown as readonly AnyEffectDefinition[]) {
  byType.set(definition.type, definition);
  byEvent.set(definition.event, definition);
}

export const EFFECT_TYPES = definitions.map((definition) => definition.type) as readonly EffectType[];
export const MANDATE_EVENT_TYPES = definitions.map((definition) => definition.event) as readonly MandateEventType[];

/** @throws {RangeError} there is no such effect; the API refuses it before it comes here */
export function effectOf(type: string): AnyEffectDefinition {
  const definition = byType.get(type);
  if (definition === undefined) throw new RangeError(`no effect is called ${type}`);
  return definition;
}

/** The definition whose event has this name, or undefined for an event of another kind. */
export const effectOfEvent = (event: string): AnyEffectDefinition | undefined => byEvent.get(event);

/** What an effect did, as a phrase: `extended until 2025-07-31`. */
export const wordsOfEffect = (effect: Effect): string => effectOf(effect.type).words(effect);

/** The fields of one effect. */
export type EffectOf<Type extends EffectType> = Extract<Effect, { readonly type: Type }>;
