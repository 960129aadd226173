/** What tests outside of this library need of it, beside its face. */
export { inAgendaOrder } from '../agenda.js';
export { lastDay } from '../term-date.js';
export { decided, twelve } from './given.js';
export { acceptedOf, decisionsOn, effects, effectsByType, recordedBy, steps } from './histories.js';
