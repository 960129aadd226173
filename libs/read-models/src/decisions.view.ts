/** Decisions as they were posted, with who recorded them and when. */
import { decisionOf, endsDecision, mandateOfStream } from '#mandate/events.js';
import type { Database } from './database.js';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';
import { mandateEvents } from './events.view.js';
import type { View } from './view.js';

export const decisionsView: View = {
  ddl: `
    CREATE TABLE decision (
      sequence INTEGER PRIMARY KEY, -- leaf index of its last event: recorded order
      decision_id TEXT NOT NULL UNIQUE,
      mandate_id TEXT NOT NULL,
      revision INTEGER NOT NULL,
      json TEXT NOT NULL
    );
    CREATE INDEX decision_of_mandate ON decision (mandate_id, sequence);`,
  open(db) {
    const insert = db.prepare('INSERT INTO decision VALUES (?, ?, ?, ?, ?)');
    const stored = mandateEvents(db);
    return {
      project(event) {
        const mandateId = mandateOfStream(event.stream);
        if (mandateId === null || !endsDecision(event)) return;
        const count = event.metadata['effectCount'] as number;
        const events = count === 1 ? [event] : stored(mandateId, event.revision - count + 1, event.revision);
        const { decisionId, decidedOn = null, source, rationale = null, financing = null, effects } = decisionOf(events);
        const { recordedAt, recordedBy } = event.metadata;
        const { revision, position, leafIndex } = event;
        const json = JSON.stringify({
          ...{ decisionId, mandateId, decidedOn, source, rationale, financing, effects },
          ...{ recordedAt, recordedBy, revision, position, corrects: null, correctedBy: null, annulledBy: null },
        });
        insert.run(leafIndex, decisionId, mandateId, revision, json);
      },
    };
  },
};

/** One decision as JSON text with the revision of its last event; null for an unknown id. */
export function decisionQuery(db: Database): (decisionId: string) => { json: string; revision: number } | null {
  const select = db.prepare('SELECT json, revision FROM decision WHERE decision_id = ?');
  return (decisionId) => {
    const row = select.get(decisionId);
    return row === undefined ? null : { json: row[0] as string, revision: row[1] as number };
  };
}

/** Decisions in recorded order, of one mandate or of all. */
export function decisionsQuery(db: Database): (mandateId: string | null, page: Page<number>) => PageOf {
  const all = db.prepare('SELECT sequence, json FROM decision WHERE sequence > ? ORDER BY sequence LIMIT ?');
  const ofMandate = db.prepare('SELECT sequence, json FROM decision WHERE mandate_id = ? AND sequence > ? ORDER BY sequence LIMIT ?');
  return (mandateId, { after, limit }) => {
    const rows = mandateId === null ? all.all(after ?? -1, limit + 1) : ofMandate.all(mandateId, after ?? -1, limit + 1);
    return pageOf(rows, limit, ([, json]) => json as string);
  };
}
