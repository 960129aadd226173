/** The answer of GET /v1/totals: its type, its schema and its columns. */
import type { Grouping, GroupTotal } from '#mandate';
import { GROUPINGS } from '#mandate';
import { asItIs, columnsOf, together } from '../http/csv.js';
import type { Table } from '../http/take-away.js';
import type { TimesShown } from '../http/times.query.js';
import { TIMES } from '../openapi/common.schemas.js';
import type { SchemasOf } from '../openapi/schema.js';
import { listOf, named, nullable, objectOf, oneOf, pageOf, text, whole } from '../openapi/schema.js';

type Total = Omit<GroupTotal, 'key'>;

const TOTAL_MEMBERS: SchemasOf<Total> = {
  minimum: whole,
  maximum: whole,
  mandates: { ...whole, description: 'Mandates in force on the day, with the uncounted ones' },
  uncounted: {
    ...listOf(text),
    description:
      'Ids of the mandates in neither sum: one side of their strength is not known, or cannot be divided among groups',
  },
};

const GROUP_TOTAL = named(
  'GroupTotal',
  objectOf<GroupTotal>({
    key: { ...nullable(text), description: 'Null for what belongs to no group' },
    ...TOTAL_MEMBERS,
  }),
);

export const TOTALS = named(
  'Totals',
  pageOf<GroupTotal, { readonly total: Total; readonly by: Grouping } & TimesShown>(GROUP_TOTAL, {
    total: objectOf<Total>(TOTAL_MEMBERS),
    by: oneOf(GROUPINGS),
    ...TIMES,
  }),
);

export const TOTALS_TABLE: Table = {
  name: 'totals',
  columns: columnsOf<GroupTotal>({
    key: asItIs,
    minimum: asItIs,
    maximum: asItIs,
    mandates: asItIs,
    uncounted: together,
  }),
};
