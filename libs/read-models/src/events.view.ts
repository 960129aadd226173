/** Every event of the ledger as stored, in recorded order: the history of each mandate, and what the other views replay from. */
import type { DecisionEvent } from '#mandate/events.js';
import { endsDecision, mandateOfStream, mandateStream } from '#mandate/events.js';
import type { Database, Row } from './database.js';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';
import type { Projection } from './view.js';

export const EVENTS_DDL = `
  CREATE TABLE event (
    leaf_index INTEGER PRIMARY KEY,
    position TEXT NOT NULL,
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    decision_id TEXT,        -- on the last event of a decision
    data TEXT NOT NULL,      -- JSON as stored
    metadata TEXT NOT NULL,  -- JSON as stored
    UNIQUE (stream, revision)
  );`;

/** An event of a mandate's stream, with its revision there. */
export interface MandateEvent extends DecisionEvent {
  readonly revision: number;
}

/** Where an event stands in the log that it came from. */
export interface LastEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
}

export interface EventsView {
  /** One mandate's events in recorded order; both revisions are inclusive, and the last one when left out is the newest. */
  ofMandate(mandateId: string, first: number, last?: number): MandateEvent[];
  /** The last event that was projected; null before the first. */
  last(): LastEvent | null;
  /** GET /v1/mandates/{id}/history: a page of entries as JSON text; null for a mandate without events. */
  history(mandateId: string, page: Page<number>): PageOf | null;
}

export function projectEvents(db: Database): Projection {
  const insert = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  return {
    project(event, leafIndex) {
      const { position, id, stream, revision, type, dataText, metadataText } = event;
      const decisionId = mandateOfStream(stream) !== null && endsDecision(event) ? (event.metadata['decisionId'] as string) : null;
      insert.run(leafIndex, position, id, stream, revision, type, decisionId, dataText, metadataText);
    },
  };
}

export function openEvents(db: Database): EventsView {
  const between = db.prepare(
    'SELECT revision, type, data, metadata FROM event WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision',
  );
  const page = db.prepare(
    'SELECT revision, id, type, data, metadata, position, leaf_index FROM event WHERE stream = ? AND revision > ? ORDER BY revision LIMIT ?',
  );
  const newest = db.prepare('SELECT id, stream, revision, position FROM event ORDER BY leaf_index DESC LIMIT 1');
  const exists = db.prepare('SELECT 1 FROM event WHERE stream = ? AND revision = 0');
  return {
    ofMandate: (mandateId, first, last = Number.MAX_SAFE_INTEGER) =>
      between.all(mandateStream(mandateId), first, last).map(([revision, type, data, metadata]) => ({
        revision: revision as number,
        type: type as string,
        data: JSON.parse(data as string) as DecisionEvent['data'],
        metadata: JSON.parse(metadata as string) as DecisionEvent['metadata'],
      })),
    last() {
      const row = newest.get();
      if (row === undefined) return null;
      const [id, stream, revision, position] = row as readonly [string, string, number, string];
      return { id, stream, revision, position };
    },
    history(mandateId, { after, limit }) {
      const stream = mandateStream(mandateId);
      if (exists.get(stream) === undefined) return null;
      return pageOf(page.all(stream, after ?? -1, limit + 1), limit, historyEntry);
    },
  };
}

/** Joins stored text, so that a history is not parsed to be written again. */
function historyEntry([revision, eventId, type, data, metadata, position, leafIndex]: Row): string {
  const { decisionId, recordedAt, recordedBy } = JSON.parse(metadata as string) as Record<string, unknown>;
  const { decidedOn = null, source } = JSON.parse(data as string) as Record<string, unknown>;
  const known = {
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
  };
  return `{"eventId":"${eventId}","type":"${type}","data":${data},${JSON.stringify(known).slice(1)}`;
}
