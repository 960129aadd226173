/** Every event of the ledger as stored, in recorded order: the history of each mandate, and what the other views replay from. */
import type { DecisionEvent } from '#mandate/events.js';
import { mandateOfStream } from '#mandate/events.js';
import type { Database, Row } from './database.js';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';
import type { View } from './view.js';

export const eventsView: View = {
  ddl: `
    CREATE TABLE event (
      leaf_index INTEGER PRIMARY KEY,
      event_id TEXT NOT NULL,
      position TEXT NOT NULL,
      mandate_id TEXT,
      revision INTEGER NOT NULL,
      type TEXT NOT NULL,
      data TEXT NOT NULL,
      metadata TEXT NOT NULL
    );
    CREATE UNIQUE INDEX event_of_mandate ON event (mandate_id, revision) WHERE mandate_id IS NOT NULL;`,
  open(db) {
    const insert = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    return {
      project({ leafIndex, id, position, stream, revision, type, data, metadata }) {
        const text = JSON.stringify(data);
        insert.run(leafIndex, id, position, mandateOfStream(stream), revision, type, text, JSON.stringify(metadata));
      },
    };
  },
};

/** Reads one mandate's events again, in recorded order; both revisions are inclusive. */
export function mandateEvents(db: Database): (mandateId: string, first: number, last: number) => DecisionEvent[] {
  const select = db.prepare('SELECT type, data, metadata FROM event WHERE mandate_id = ? AND revision BETWEEN ? AND ? ORDER BY revision');
  return (mandateId, first, last) =>
    select.all(mandateId, first, last).map(([type, data, metadata]) => ({
      type: type as string,
      data: JSON.parse(data as string) as DecisionEvent['data'],
      metadata: JSON.parse(metadata as string) as DecisionEvent['metadata'],
    }));
}

/** GET /v1/mandates/{id}/history: a page of entries as JSON text; null for a mandate without events. */
export function historyQuery(db: Database): (mandateId: string, page: Page<number>) => PageOf | null {
  const select = db.prepare(
    'SELECT revision, event_id, type, data, metadata, position, leaf_index FROM event WHERE mandate_id = ? AND revision > ? ORDER BY revision LIMIT ?',
  );
  const exists = db.prepare('SELECT 1 FROM event WHERE mandate_id = ? AND revision = 0');
  return (mandateId, { after, limit }) =>
    exists.get(mandateId) === undefined ? null : pageOf(select.all(mandateId, after ?? -1, limit + 1), limit, historyEntry);
}

/** Joins stored text, so that a history is not parsed to be written again. */
function historyEntry([revision, eventId, type, data, metadata, position, leafIndex]: Row): string {
  const { decisionId, recordedAt, recordedBy } = JSON.parse(metadata as string) as Record<string, unknown>;
  const { decidedOn = null, source } = JSON.parse(data as string) as Record<string, unknown>;
  const known = JSON.stringify({
    decisionId,
    decidedOn,
    source,
    recordedAt,
    recordedBy,
    revision,
    position,
    leafIndex,
    correctedBy: null,
    annulledBy: null,
  });
  return `{"eventId":"${eventId}","type":"${type}","data":${data},${known.slice(1)}`;
}
