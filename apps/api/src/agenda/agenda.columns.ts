/** The agenda as a table. */
import type { AgendaItem } from '#mandate';
import type { Columns } from '../http/csv.js';
import type { Table } from '../http/take-away.js';

/** What the item is about within its mandate. */
function subjectOf(item: AgendaItem): string | null {
  switch (item.kind) {
    case 'expiry':
    case 'end-to-be-determined':
      return item.contributionId;
    case 'review':
      return item.reviewId;
    case 'study':
      return item.studyId;
    default:
      return item satisfies never;
  }
}

const COLUMNS: Columns<AgendaItem> = {
  on: ({ on }) => on,
  kind: ({ kind }) => kind,
  mandateId: ({ mandateId }) => mandateId,
  title: ({ title }) => title,
  of: subjectOf,
  itemId: ({ itemId }) => itemId,
};

export const AGENDA_TABLE: Table = { name: 'agenda', columns: COLUMNS };
