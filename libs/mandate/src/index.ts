/**
 * The domain: decisions and their effects, the mandates that they leave behind, the changes, the agenda and the totals.
 *
 * Pure functions of events. No clock, no file, no framework: the same events always give the same answer.
 *
 * Everybody outside of this folder imports `#mandate`, and no file behind it.
 */
export { AGENDA_KINDS, type AgendaItem, agendaOf, wordsOfItem } from './agenda.js';
export { causesOf } from './causes.js';
export { CHANGE_KINDS, type ChangeKind } from './change-kinds.js';
export { changesBetween, changesLearnt, newEventfulDays } from './changes.js';
export type { Decision } from './decision.js';
export type { Financing, Source } from './decision-head.js';
export { decisionDay } from './effects/authority.js';
export { EFFECT_TYPES, type Effect, type EffectOf, type EffectType, wordsOfEffect } from './effects/index.js';
export { untilWords } from './effects/phrases.js';
export {
  type DecisionEvent,
  EVENT_TYPES,
  MANDATE_PREFIX,
  REPAIR_EVENTS,
  SCHEMA_VERSION,
  STREAM_PREFIXES,
  endsDecision,
  eventTypesOf,
  eventsOf,
  mandateOfStream,
  mandateStream,
  recordedOf,
} from './events.js';
export {
  type History,
  UnknownMandate,
  decide,
  decideRepair,
  decidedBy,
  emptyHistory,
  fold,
  foldAll,
  foldNext,
  statesOf,
  takenBy,
} from './history.js';
export {
  type Asset,
  CATEGORIES,
  type Category,
  type Contribution,
  type DecisionReference,
  type MakeUp,
  type Mandate,
  type Review,
  type Target,
  type Term,
  unopened,
} from './mandate.js';
export { RULES, Refusal, type Rule } from './refusal.js';
export {
  type Cost,
  type Document,
  MISSION_KINDS,
  type Mission,
  ORGANISATIONS,
  REGIONS,
  REGISTRATIONS,
  type RegistrationKind,
  registrationOf,
  registrationStream,
} from './registry.js';
export {
  type Annulment,
  type Correction,
  type Recorded,
  Repairs,
  type Replacement,
  isAnnulment,
  isCorrection,
  isRepair,
  targetOf,
} from './repair.js';
export {
  type MissionFacts,
  STATUSES,
  type Standing,
  type StandingContribution,
  type Status,
  changeDays,
  facetsOn,
  organisationsOf,
  regionOf,
  standingOn,
  statusFacts,
} from './standing.js';
export type { Step } from './steps.js';
export { type Strength, describeStrength } from './strength.js';
export { BEGINNING, type Day, FOREVER, OPEN_ENDS, dayBefore, isDay, isTermDate, isUntil } from './term-date.js';
export { GROUPINGS, type GroupTotal, type Grouping, type RunningTotals, startTotals } from './totals.js';
