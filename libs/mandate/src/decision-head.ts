/** What a decision says beside its effects. */
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

/** What an effect needs to know of the decision that carries it. */
export interface DecisionHead {
  readonly decisionId: string;
  readonly mandateId: string;
  /** Absent only for an opening entry: decided on an unknown day before every dated decision. */
  readonly decidedOn?: Day;
  readonly source: Source;
  readonly rationale?: string;
  readonly financing?: Financing;
}
