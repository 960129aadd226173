/**
 * Between a decision and its stored events: one effect is one event, and the events of one decision share its id
 * (docs/domain.md).
 */
import type { Decision } from './decision.js';
import type { Effect } from './effects/index.js';
import { MANDATE_EVENT_TYPES, effectOf, effectOfEvent } from './effects/index.js';
import type { RegistrationKind } from './registry.js';
import { REGISTRATIONS, registrationStream } from './registry.js';
import type { Annulment, Correction, Recorded } from './repair.js';
import { isCorrection, isRepair } from './repair.js';

/**
 * The stored part of an event that the domain reads. `metadata` holds decisionId, effectIndex, effectCount and what the
 * recorder adds.
 */
export interface DecisionEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export const SCHEMA_VERSION = 1;

/** A repair is one event in the stream of its mandate. */
export const REPAIR_EVENTS = { correction: 'DecisionCorrected', annulment: 'DecisionAnnulled' } as const;

/** How the name of a mandate's stream begins. */
export const MANDATE_PREFIX = 'mandate-';
export const mandateStream = (mandateId: string): string => `${MANDATE_PREFIX}${mandateId}`;
/** The mandate that a stream is about, or null for a stream of another kind. */
export const mandateOfStream = (stream: string): string | null =>
  stream.startsWith(MANDATE_PREFIX) ? stream.slice(MANDATE_PREFIX.length) : null;

/**
 * How the names of all streams of the ledger begin, and the types of all its events: whatever else a store holds is not
 * the ledger's.
 */
export const STREAM_PREFIXES: readonly string[] = [
  MANDATE_PREFIX,
  ...(Object.keys(REGISTRATIONS) as RegistrationKind[]).map((kind) => registrationStream(kind, '')),
];
export const EVENT_TYPES: ReadonlySet<string> = new Set([
  ...MANDATE_EVENT_TYPES,
  ...Object.values(REPAIR_EVENTS),
  ...Object.values(REGISTRATIONS).flatMap(({ registered, amended }) => [registered, amended]),
]);

/** The names of the events of a decision, one an effect, in order; of a repair, of its one event. */
export const eventTypesOf = (recorded: Recorded): string[] =>
  isRepair(recorded)
    ? [isCorrection(recorded) ? REPAIR_EVENTS.correction : REPAIR_EVENTS.annulment]
    : recorded.effects.map(({ type }) => effectOf(type).event);

/**
 * One event an effect, in order; every event repeats the decision's date and source, so that it can be read alone. A
 * repair is one event.
 */
export function eventsOf(recorded: Recorded): DecisionEvent[] {
  if (isRepair(recorded)) {
    const { decisionId, ...data } = recorded;
    const [type] = eventTypesOf(recorded) as [string];
    return [{ type, data, metadata: { decisionId, effectIndex: 0, effectCount: 1, schemaVersion: SCHEMA_VERSION } }];
  }
  const { decisionId, effects, ...head } = recorded;
  return effects.map(({ type, ...fields }, effectIndex) => ({
    type: effectOf(type).event,
    data: { ...head, ...fields },
    metadata: { decisionId, effectIndex, effectCount: effects.length, schemaVersion: SCHEMA_VERSION },
  }));
}

/**
 * The decision or repair that a group of events recorded; the inverse of eventsOf. A group cut short gives the effects
 * that are in it.
 */
export function recordedOf(events: readonly DecisionEvent[]): Recorded {
  const first = events[0];
  if (first === undefined) throw new RangeError('a decision has at least one event');
  const decisionId = first.metadata['decisionId'] as string;
  if (first.type === REPAIR_EVENTS.correction)
    return { decisionId, ...(first.data as unknown as Omit<Correction, 'decisionId'>) };
  if (first.type === REPAIR_EVENTS.annulment)
    return { decisionId, ...(first.data as unknown as Omit<Annulment, 'decisionId'>) };
  const { mandateId, decidedOn, source, rationale, financing } = first.data as unknown as Decision;
  return {
    decisionId,
    mandateId,
    ...(decidedOn === undefined ? {} : { decidedOn }),
    source,
    ...(rationale === undefined ? {} : { rationale }),
    ...(financing === undefined ? {} : { financing }),
    effects: events.map(effectOfRecorded),
  };
}

/** Members that every event of a decision repeats; what is left of its data is the effect. */
const HEAD: ReadonlySet<string> = new Set(['mandateId', 'decidedOn', 'source', 'rationale', 'financing']);

function effectOfRecorded({ type, data }: DecisionEvent): Effect {
  const definition = effectOfEvent(type);
  if (definition === undefined) throw new Error(`${type} is not an event of a mandate`);
  const effect: Record<string, unknown> = { type: definition.type };
  for (const key of Object.keys(data)) if (!HEAD.has(key)) effect[key] = data[key];
  return effect as unknown as Effect;
}

/** Whether these events end a decision: its last effect's event has come. */
export const endsDecision = ({ metadata }: DecisionEvent): boolean =>
  metadata['effectIndex'] === (metadata['effectCount'] as number) - 1;
