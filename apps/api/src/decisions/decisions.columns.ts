/** Decisions as a table. */
import type { Decision } from '#mandate';
import type { Columns } from '../http/csv.js';
import { together } from '../http/csv.js';
import type { Table } from '../http/take-away.js';

/** An item of GET /v1/decisions. */
interface DecisionItem extends Pick<Decision, 'decisionId' | 'mandateId' | 'source' | 'effects'> {
  readonly decidedOn: string | null;
  readonly rationale: string | null;
  readonly financing: { readonly fund: string; readonly note?: string } | null;
  readonly recordedAt: string;
  readonly recordedBy: string;
  readonly revision: number;
  readonly position: string;
  readonly corrects: string | null;
  readonly annuls: string | null;
  readonly reason: string | null;
  readonly correctedBy: string | null;
  readonly annulledBy: string | null;
}

const COLUMNS: Columns<DecisionItem> = {
  decisionId: ({ decisionId }) => decisionId,
  mandateId: ({ mandateId }) => mandateId,
  decidedOn: ({ decidedOn }) => decidedOn,
  documentId: ({ source }) => source.documentId,
  locator: ({ source }) => source.locator,
  effectTypes: ({ effects }) => together(effects.map(({ type }) => type)),
  effects: ({ effects }) => JSON.stringify(effects),
  rationale: ({ rationale }) => rationale,
  fund: ({ financing }) => financing?.fund ?? null,
  fundNote: ({ financing }) => financing?.note ?? null,
  recordedAt: ({ recordedAt }) => recordedAt,
  recordedBy: ({ recordedBy }) => recordedBy,
  revision: ({ revision }) => revision,
  position: ({ position }) => position,
  corrects: ({ corrects }) => corrects,
  annuls: ({ annuls }) => annuls,
  reason: ({ reason }) => reason,
  correctedBy: ({ correctedBy }) => correctedBy,
  annulledBy: ({ annulledBy }) => annulledBy,
};

export const DECISIONS_TABLE: Table = { name: 'decisions', columns: COLUMNS };
