/** The answer of GET /v1/changes: its type, its schema and its columns. */
import type { ChangeKind } from '#mandate';
import { CHANGE_KINDS } from '#mandate';
import { asItIs, columnsOf, together } from '../http/csv.js';
import type { Table } from '../http/take-away.js';
import type { MandateItem } from '../mandates/mandates.answers.js';
import { MANDATE } from '../mandates/mandates.answers.js';
import { KNOWN_AT, SOURCE, TIMES } from '../openapi/common.schemas.js';
import { day, listOf, named, nullable, objectOf, oneOf, optional, pageOf, text } from '../openapi/schema.js';

/** A mandate that differs. */
interface ChangeItem {
  readonly mandateId: string;
  readonly kinds: readonly ChangeKind[];
  readonly before: MandateItem | null;
  readonly after: MandateItem | null;
  readonly decisions: readonly {
    readonly decisionId: string;
    readonly decidedOn: string | null;
    /** Null for a repair that leaves the source as it was. */
    readonly source: { readonly documentId: string; readonly locator: string } | null;
  }[];
}

/** The two days, or the two moments with the day. Each pair comes whole. */
interface Compared {
  readonly from?: string;
  readonly to?: string;
  readonly knownFrom?: string;
  readonly knownTo?: string;
  readonly asOf?: string;
  readonly decidedBy?: string | null;
  readonly knownAt?: string;
}

const CHANGE = named(
  'Change',
  objectOf<ChangeItem>({
    mandateId: text,
    kinds: { ...listOf(oneOf(CHANGE_KINDS)), description: 'Empty where no kind fits what the ledger learnt' },
    before: nullable(MANDATE),
    after: nullable(MANDATE),
    decisions: {
      ...listOf(
        objectOf<ChangeItem['decisions'][number]>({
          decisionId: text,
          decidedOn: nullable(day),
          source: nullable(SOURCE),
        }),
      ),
      description:
        'Between two days: the decisions that caused the change. Between two moments: the decisions and repairs that ' +
        'were recorded.',
    },
  }),
);

export const CHANGE_LIST = named(
  'ChangeList',
  pageOf<ChangeItem, Compared>(CHANGE, {
    from: optional(day),
    to: optional(day),
    knownFrom: optional(KNOWN_AT),
    knownTo: optional(KNOWN_AT),
    asOf: optional(TIMES.asOf),
    decidedBy: optional(TIMES.decidedBy),
    knownAt: optional(KNOWN_AT),
  }),
);

export const CHANGES_TABLE: Table = {
  name: 'changes',
  columns: columnsOf<ChangeItem>({
    mandateId: asItIs,
    after: {
      title: (after, { before }) => (after ?? before)?.title ?? null,
    },
    kinds: together,
    // The values before and after stand side by side.
    before: {
      statusBefore: (before) => before?.status ?? null,
      statusAfter: (_before, { after }) => after?.status ?? null,
      untilBefore: (before) => before?.term?.until ?? null,
      untilAfter: (_before, { after }) => after?.term?.until ?? null,
      minimumBefore: (before) => before?.strength.minimum ?? null,
      minimumAfter: (_before, { after }) => after?.strength.minimum ?? null,
      maximumBefore: (before) => before?.strength.maximum ?? null,
      maximumAfter: (_before, { after }) => after?.strength.maximum ?? null,
    },
    decisions: (decisions) => together(decisions.map(({ decisionId }) => decisionId)),
  }),
};
