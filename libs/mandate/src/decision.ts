/** One act of the cabinet on one mandate, as the ledger records it (design, section 2). */
import type { Effect } from './effects/index.js';
import type { Day } from './term-date.js';

export interface Source {
  readonly documentId: string;
  /** The place in the document: section, heading, paragraph. */
  readonly locator: string;
}

export interface Financing {
  readonly fund: string;
  readonly note?: string;
}

/** The body of POST /v1/decisions once it is validated and has an id. */
export interface Decision {
  readonly decisionId: string;
  readonly mandateId: string;
  /** Absent only for an opening entry: decided on an unknown day before every dated decision. */
  readonly decidedOn?: Day;
  readonly source: Source;
  readonly rationale?: string;
  readonly financing?: Financing;
  readonly effects: readonly Effect[];
}

/** What an effect needs to know of the decision that carries it. */
export type DecisionHead = Omit<Decision, 'effects'>;
