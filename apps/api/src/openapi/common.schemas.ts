/** Parts that the answers of several features have in common. */
import type { DecisionReference, Financing, Source } from '#mandate';
import type { TimesShown } from '../http/times.query.js';
import type { SchemasOf } from './schema.js';
import { day, nullable, objectOf, optional, text } from './schema.js';

export const KNOWN_AT = {
  ...text,
  description: 'The part of the log that was known: its first events, as knownAt takes it',
  example: 'size:118',
};

/** The three times as they were understood. Asked for again, they give the same answer. */
export const TIMES: SchemasOf<TimesShown> = { asOf: day, decidedBy: nullable(day), knownAt: KNOWN_AT };

export const SOURCE = objectOf<Source>({ documentId: text, locator: text });
export const FINANCING = objectOf<Financing>({ fund: text, note: optional(text) });

export const DECISION_REFERENCE: SchemasOf<DecisionReference> = {
  decisionId: text,
  decidedOn: nullable(day),
  source: SOURCE,
};
