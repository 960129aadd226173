/** What tests outside of this library need of it, beside its face. */
export { openViewsFile } from '../database.js';
export { DECISIONS_DDL } from '../decisions.view.js';
export { EVENTS_DDL, openEvents, projectEvents } from '../events.view.js';
export type { MandateCriteria } from '../mandate-spans.js';
export { MANDATES_DDL, projectMandates } from '../mandates.projection.js';
export { CHECKPOINT_DDL, Projector } from '../projector.js';
export { REGISTRY_DDL, projectRegistry } from '../registry.view.js';
export { REPAIRS_DDL, openRepairs, projectRepairs } from '../repairs.view.js';
export { LIMITS, type SearchLimits } from '../search/limits.js';
export { textsOfDecision } from '../search/texts.js';
export { mark } from '../search/words.js';
export { TREE_DDL, projectTree } from '../tree.view.js';
export { PROJECTION_VERSION } from '../read-models.js';
