/** The events of one mandate as a table. */
import type { Source } from '#mandate';
import type { Columns } from '../http/csv.js';
import type { Table } from '../http/take-away.js';

/** An item of GET /v1/mandates/{id}/history. */
export interface HistoryEntry {
  readonly eventId: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly decisionId: string;
  readonly decidedOn: string | null;
  /** Null where a repair leaves it as it was. */
  readonly source: Source | null;
  readonly recordedAt: string;
  readonly recordedBy: string;
  readonly revision: number;
  readonly position: string;
  readonly leafIndex: number;
  readonly correctedBy: string | null;
  readonly annulledBy: string | null;
}

const COLUMNS: Columns<HistoryEntry> = {
  revision: ({ revision }) => revision,
  type: ({ type }) => type,
  decisionId: ({ decisionId }) => decisionId,
  decidedOn: ({ decidedOn }) => decidedOn,
  documentId: ({ source }) => source?.documentId ?? null,
  locator: ({ source }) => source?.locator ?? null,
  data: ({ data }) => JSON.stringify(data),
  recordedAt: ({ recordedAt }) => recordedAt,
  recordedBy: ({ recordedBy }) => recordedBy,
  eventId: ({ eventId }) => eventId,
  position: ({ position }) => position,
  leafIndex: ({ leafIndex }) => leafIndex,
  correctedBy: ({ correctedBy }) => correctedBy,
  annulledBy: ({ annulledBy }) => annulledBy,
};

export const historyTable = (mandateId: string): Table => ({ name: `${mandateId}-history`, columns: COLUMNS });
