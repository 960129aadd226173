/** The answer to one line of POST /v1/import: its type and its schema. */
import type { ProblemDetails } from '../http/problem.js';
import { PROBLEM } from '../openapi/problem.schema.js';
import { named, objectOf, optional, text, whole } from '../openapi/schema.js';

/** What became of a line. Its status is the one that the line alone would have had over HTTP. */
export interface LineOutcome {
  readonly status: number;
  readonly decisionId?: string;
  readonly mandateId?: string;
  readonly missionId?: string;
  readonly documentId?: string;
  readonly revision?: number;
  readonly position?: string;
  readonly problem?: ProblemDetails;
}

export interface ImportOutcome extends LineOutcome {
  /** From 1. */
  readonly line: number;
}

export const IMPORT_OUTCOME = named(
  'ImportOutcome',
  objectOf<ImportOutcome>(
    {
      line: { ...whole, minimum: 1 },
      status: {
        ...whole,
        description:
          '201 recorded; 200 recorded before, or amended; else the status that the line alone would have had',
      },
      decisionId: optional(text),
      mandateId: optional(text),
      missionId: optional(text),
      documentId: optional(text),
      revision: optional(whole),
      position: optional(text),
      problem: optional(PROBLEM),
    },
    'What became of one line',
  ),
);
