/** Decisions as they were posted, with who recorded them and when: found by the last event of each, and read from the rows of events.view. */
import { decisionOf, mandateOfStream, mandateStream } from '#mandate/events.js';
import type { Database, Row } from './database.js';
import type { EventsView } from './events.view.js';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';

export const DECISIONS_DDL = 'CREATE UNIQUE INDEX decision ON event (decision_id) WHERE decision_id IS NOT NULL;';

export interface DecisionsView {
  /** One decision as JSON text with the revision of its last event; null for an unknown id. */
  one(decisionId: string): { readonly json: string; readonly revision: number } | null;
  /** Decisions in recorded order, of one mandate or of all. */
  list(mandateId: string | null, page: Page<number>): PageOf;
  /** The decision whose last event is the one of that leaf index, as JSON text. */
  at(leafIndex: number): string;
}

export function openDecisions(db: Database, events: EventsView): DecisionsView {
  const last = 'SELECT leaf_index, stream, revision, position, metadata FROM event';
  const byId = db.prepare(`${last} WHERE decision_id = ?`);
  const byLeaf = db.prepare(`${last} WHERE leaf_index = ?`);
  const all = db.prepare(`${last} WHERE decision_id IS NOT NULL AND leaf_index > ? ORDER BY leaf_index LIMIT ?`);
  const ofStream = db.prepare(`${last} WHERE stream = ? AND decision_id IS NOT NULL AND leaf_index > ? ORDER BY revision LIMIT ?`);

  function answer([, stream, revision, position, metadata]: Row): { json: string; revision: number } {
    const { effectCount, recordedAt, recordedBy } = JSON.parse(metadata as string) as Record<string, unknown>;
    const mandateId = mandateOfStream(stream as string)!;
    const own = events.ofMandate(mandateId, (revision as number) - (effectCount as number) + 1, revision as number);
    const { decisionId, decidedOn = null, source, rationale = null, financing = null, effects } = decisionOf(own);
    const posted = { decisionId, mandateId, decidedOn, source, rationale, financing, effects };
    const known = { recordedAt, recordedBy, revision, position, corrects: null, correctedBy: null, annulledBy: null };
    return { json: JSON.stringify({ ...posted, ...known }), revision: revision as number };
  }

  return {
    one(decisionId) {
      const row = byId.get(decisionId);
      return row === undefined ? null : answer(row);
    },
    list(mandateId, { after, limit }) {
      const rows = mandateId === null ? all.all(after ?? -1, limit + 1) : ofStream.all(mandateStream(mandateId), after ?? -1, limit + 1);
      return pageOf(rows, limit, (row) => answer(row).json);
    },
    at: (leafIndex) => answer(byLeaf.get(leafIndex)!).json,
  };
}
