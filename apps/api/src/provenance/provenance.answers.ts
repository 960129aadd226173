/** The schema of a history as PROV-JSON. */
import { anyObject, mapOf, named, objectOf, optional, text } from '../openapi/schema.js';
import type { ProvDocument } from './prov-json.js';

type Statements = ProvDocument['entity'];
const STATEMENTS = mapOf<Statements[string]>(anyObject());

export const PROVENANCE = named(
  'Provenance',
  objectOf<ProvDocument>(
    {
      prefix: mapOf(text),
      entity: STATEMENTS,
      activity: STATEMENTS,
      agent: STATEMENTS,
      wasGeneratedBy: optional(STATEMENTS),
      used: optional(STATEMENTS),
      wasAssociatedWith: optional(STATEMENTS),
      wasDerivedFrom: optional(STATEMENTS),
      wasAttributedTo: optional(STATEMENTS),
      wasInvalidatedBy: optional(STATEMENTS),
    },
    'W3C PROV-JSON: elements and relations by their ids',
  ),
);
