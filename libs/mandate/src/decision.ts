/** One act of the cabinet on one mandate, as the ledger records it (docs/domain.md). */
import type { DecisionHead } from './decision-head.js';
import type { Effect } from './effects/index.js';

/** The body of POST /v1/decisions once it is validated and has an id. */
export interface Decision extends DecisionHead {
  readonly effects: readonly Effect[];
}
