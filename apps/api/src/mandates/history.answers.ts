/** The answer of GET /v1/mandates/{id}/history: its type, its schema and its columns. */
import type { Source } from '#mandate';
import { asItIs, columnsOf } from '../http/csv.js';
import type { Table } from '../http/take-away.js';
import type { TimesShown } from '../http/times.query.js';
import { KNOWN_AT, SOURCE } from '../openapi/common.schemas.js';
import { anyObject, day, instant, named, nullable, objectOf, pageOf, text, whole } from '../openapi/schema.js';

/** An event of a mandate. */
export interface HistoryEntry {
  readonly eventId: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly decisionId: string;
  readonly decidedOn: string | null;
  /** Null for a repair that leaves the source as it was. */
  readonly source: Source | null;
  readonly recordedAt: string;
  readonly recordedBy: string;
  readonly revision: number;
  readonly position: string;
  readonly leafIndex: number;
  readonly correctedBy: string | null;
  readonly annulledBy: string | null;
}

const HISTORY_ENTRY = named(
  'HistoryEntry',
  objectOf<HistoryEntry>({
    eventId: text,
    type: text,
    data: anyObject(),
    decisionId: text,
    decidedOn: nullable(day),
    source: nullable(SOURCE),
    recordedAt: instant,
    recordedBy: text,
    revision: whole,
    position: text,
    leafIndex: whole,
    correctedBy: nullable(text),
    annulledBy: nullable(text),
  }),
);
export const HISTORY_LIST = named(
  'HistoryList',
  pageOf<HistoryEntry, Pick<TimesShown, 'knownAt'>>(HISTORY_ENTRY, { knownAt: KNOWN_AT }),
);

/** The columns of a history, from the revision to the marks of later repairs. */
const COLUMNS = columnsOf<HistoryEntry>({
  revision: asItIs,
  type: asItIs,
  decisionId: asItIs,
  decidedOn: asItIs,
  source: {
    documentId: (source) => source?.documentId ?? null,
    locator: (source) => source?.locator ?? null,
  },
  data: (data) => JSON.stringify(data),
  recordedAt: asItIs,
  recordedBy: asItIs,
  eventId: asItIs,
  position: asItIs,
  leafIndex: asItIs,
  correctedBy: asItIs,
  annulledBy: asItIs,
});

export const historyTable = (mandateId: string): Table => ({ name: `${mandateId}-history`, columns: COLUMNS });
