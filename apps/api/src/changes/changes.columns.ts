/** What differs as a table. */
import type { ChangeKind, Standing } from '#mandate';
import type { Columns } from '../http/csv.js';
import { together } from '../http/csv.js';
import type { Table } from '../http/take-away.js';

/** An item of GET /v1/changes. */
interface ChangeItem {
  readonly mandateId: string;
  readonly kinds: readonly ChangeKind[];
  readonly before: Standing | null;
  readonly after: Standing | null;
  readonly decisions: readonly { readonly decisionId: string }[];
}

const COLUMNS: Columns<ChangeItem> = {
  mandateId: ({ mandateId }) => mandateId,
  title: ({ before, after }) => (after ?? before)?.title ?? null,
  kinds: ({ kinds }) => together(kinds),
  statusBefore: ({ before }) => before?.status ?? null,
  statusAfter: ({ after }) => after?.status ?? null,
  untilBefore: ({ before }) => before?.term?.until ?? null,
  untilAfter: ({ after }) => after?.term?.until ?? null,
  minimumBefore: ({ before }) => before?.strength.minimum ?? null,
  minimumAfter: ({ after }) => after?.strength.minimum ?? null,
  maximumBefore: ({ before }) => before?.strength.maximum ?? null,
  maximumAfter: ({ after }) => after?.strength.maximum ?? null,
  decisions: ({ decisions }) => together(decisions.map(({ decisionId }) => decisionId)),
};

export const CHANGES_TABLE: Table = { name: 'changes', columns: COLUMNS };
