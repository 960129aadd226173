/**
 * The rows of the index and the words in them that are no texts. A decision's row is numbered by its mandate and its
 * last event's
 * revision, so that the rows of one mandate stand together, and the later of two mandates or decisions has the greater
 * number.
 */
import type { RegistrationKind } from '#mandate';

/** More events than a mandate can have; some 500 million mandates fit before a number is not exact any more. */
const REVISIONS = 2 ** 24;

export const rowOf = (mandate: number, revision: number): number => mandate * REVISIONS + revision;
export const mandateOf = (row: number): number => Math.floor(row / REVISIONS);
export const revisionOf = (row: number): number => row % REVISIONS;
export const lastRowOf = (mandate: number): number => rowOf(mandate + 1, 0) - 1;

/** Below those of decisions, the latest lowest. */
export const rowOfRegistration = (leaf: number): number => -1 - leaf;

/** Stands in the row of each decision. */
export const EVERY = 'z';
/** Tags of the words of what a mission or document is called, in its own row. */
export const WORDS_OF: Readonly<Record<RegistrationKind, string>> = { mission: 'm', document: 'n' };
const NAMED: Readonly<Record<RegistrationKind, string>> = { mission: 'x', document: 'y' };

/**
 * Stands in the row of each decision that names the mission or document. An id is one word: its hyphens become letters
 * of no language.
 */
export const idWord = (kind: RegistrationKind, id: string): string =>
  NAMED[kind] + id.replaceAll(/[^a-z0-9]/g, '\ue001');
