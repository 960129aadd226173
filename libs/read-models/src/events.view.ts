/**
 * Every event of the ledger as stored, in recorded order: the history of each mandate, and what the other views replay
 * from.
 */
import type { DecisionEvent } from '#mandate';
import { endsDecision, mandateOfStream, mandateStream, REPAIR_EVENTS } from '#mandate';
import type { Database, Row } from '#sqlite';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';
import type { RepairsView } from './repairs.view.js';
import type { Known } from './times.js';
import { BeyondTheLog } from './times.js';
import type { Projection } from './view.js';

export const EVENTS_DDL = `
  CREATE TABLE event (
    leaf_index INTEGER PRIMARY KEY,
    position TEXT NOT NULL,
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    decision_id TEXT,         -- on the last event of a decision or repair
    decided_on TEXT,          -- of the decision, or of what a repair makes of it; null for an unknown earlier day
    known_ms INTEGER NOT NULL, -- the latest recordedAt up to here: clocks differ, and what is known only grows
    data TEXT NOT NULL,       -- JSON as stored
    metadata TEXT NOT NULL,   -- JSON as stored
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
  /**
   * One mandate's events in recorded order; both revisions are inclusive, and the last one when left out is the newest.
   */
  ofMandate(mandateId: string, first: number, last?: number): MandateEvent[];
  /**
   * The last revision of a mandate's stream that is among the first events of the log, so many as the size says; -1
   * where none is.
   */
  revisionAt(mandateId: string, size: number): number;
  /** How many events the log had with this one as its last; null where the stream does not reach it. */
  sizeWith(mandateId: string, revision: number): number | null;
  /**
   * How many events of the log count as known: all of them where it is not said. @throws {BeyondTheLog} more than there
   * are
   */
  sizeOf(known: Known | null): number;
  /** The latest recordedAt of all, in ms since 1970; 0 before the first event. */
  knownMs(): number;
  /** The last event that was projected; null before the first. */
  last(): LastEvent | null;
  /**
   * GET /v1/mandates/{id}/history: a page of entries as JSON text, of what is known; null for a mandate without events.
   */
  history(mandateId: string, known: Known | null, page: Page<number>): (PageOf & { readonly size: number }) | null;
}

export function projectEvents(db: Database): Projection {
  const insert = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const decidedOn = db.prepare('SELECT decided_on FROM event WHERE decision_id = ?');
  const latest = db.prepare('SELECT known_ms FROM event ORDER BY leaf_index DESC LIMIT 1');
  let knownMs: number | null = null;

  function dayOf({ type, data }: DecisionEvent): string | null {
    if (type === REPAIR_EVENTS.annulment)
      return (decidedOn.get(data['annuls'] as string)?.[0] ?? null) as string | null;
    if (type !== REPAIR_EVENTS.correction) return (data['decidedOn'] ?? null) as string | null;
    const { corrects, replacement } = data as {
      readonly corrects: string;
      readonly replacement: { readonly decidedOn?: string };
    };
    return replacement.decidedOn ?? ((decidedOn.get(corrects)?.[0] ?? null) as string | null);
  }

  return {
    project(event, leafIndex) {
      const { position, id, stream, revision, type, metadata, dataText, metadataText } = event;
      const ends = mandateOfStream(stream) !== null && endsDecision(event);
      const recordedMs = Date.parse(metadata['recordedAt'] as string);
      knownMs ??= (latest.get()?.[0] ?? 0) as number;
      if (recordedMs > knownMs) knownMs = recordedMs;
      const decisionId = ends ? (metadata['decisionId'] as string) : null;
      insert.run(
        leafIndex,
        position,
        id,
        stream,
        revision,
        type,
        decisionId,
        ends ? dayOf(event) : null,
        knownMs,
        dataText,
        metadataText,
      );
    },
    rollback: () => void (knownMs = null),
  };
}

export function openEvents(db: Database, repairs: RepairsView): EventsView {
  /** As one text: the driver takes as long to hand over a row as JSON.parse to read it. */
  const between = db.prepare(`
    SELECT '[' || group_concat('{"revision":' || revision || ',"type":"' || type || '","data":' || data ||
      ',"metadata":' || metadata || '}') || ']'
    FROM (
      SELECT revision, type, data, metadata FROM event WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision
    )`);
  const page = db.prepare(
    'SELECT revision, id, type, data, metadata, position, leaf_index FROM event WHERE stream = ? AND revision > ? ' +
      'AND leaf_index < ? ORDER BY revision LIMIT ?',
  );
  const newest = db.prepare('SELECT id, stream, revision, position FROM event ORDER BY leaf_index DESC LIMIT 1');
  const lastRevision = db.prepare('SELECT revision FROM event WHERE stream = ? ORDER BY revision DESC LIMIT 1');
  const leafAt = db.prepare('SELECT leaf_index FROM event WHERE stream = ? AND revision = ?');
  const knownMsAt = db.prepare('SELECT known_ms FROM event WHERE leaf_index = ?');
  const sizeNow = db.prepare('SELECT size FROM checkpoint');

  function sizeOf(known: Known | null): number {
    const size = sizeNow.get()![0] as number;
    if (known === null) return size;
    if ('ms' in known) return firstWhere(size, (leafIndex) => (knownMsAt.get(leafIndex)![0] as number) > known.ms);
    if (known.size > size) throw new BeyondTheLog(size);
    return known.size;
  }

  return {
    ofMandate(mandateId, first, last = Number.MAX_SAFE_INTEGER) {
      const text = between.get(mandateStream(mandateId), first, last)![0] as string | null; // null where there are none
      return text === null ? [] : (JSON.parse(text) as MandateEvent[]);
    },
    revisionAt(mandateId, size) {
      const stream = mandateStream(mandateId);
      const last = (lastRevision.get(stream)?.[0] ?? -1) as number;
      return firstWhere(last + 1, (revision) => (leafAt.get(stream, revision)![0] as number) >= size) - 1;
    },
    sizeWith(mandateId, revision) {
      const row = leafAt.get(mandateStream(mandateId), revision);
      return row === undefined ? null : (row[0] as number) + 1;
    },
    sizeOf,
    knownMs() {
      const size = sizeOf(null);
      return size === 0 ? 0 : (knownMsAt.get(size - 1)![0] as number);
    },
    last() {
      const row = newest.get();
      if (row === undefined) return null;
      const [id, stream, revision, position] = row as readonly [string, string, number, string];
      return { id, stream, revision, position };
    },
    history: (mandateId, known, { after, limit }) =>
      db.snapshot(() => {
        const size = sizeOf(known);
        const stream = mandateStream(mandateId);
        const first = leafAt.get(stream, 0)?.[0] as number | undefined;
        if (first === undefined || first >= size) return null;
        const entries = pageOf(page.all(stream, after ?? -1, size, limit + 1), limit, (row) =>
          historyEntry(row, repairs, size),
        );
        return { ...entries, size };
      }),
  };
}

/**
 * The first of the numbers from 0 on of which something holds that holds for all after it; `count` where it holds for
 * none below that.
 */
function firstWhere(count: number, holds: (n: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Joins stored text, so that a history is not parsed to be written again. A repair has the date and the source that it
 * replaces, if it does.
 */
function historyEntry(
  [revision, eventId, type, data, metadata, position, leafIndex]: Row,
  repairs: RepairsView,
  size: number,
): string {
  const { decisionId, recordedAt, recordedBy } = JSON.parse(metadata as string) as Record<string, unknown>;
  const { replacement, ...own } = JSON.parse(data as string) as Record<string, unknown> & {
    replacement?: Record<string, unknown>;
  };
  const { decidedOn = null, source = null } = replacement ?? own;
  const marks = repairs.marksOf(decisionId as string, size);
  const known = { decisionId, decidedOn, source, recordedAt, recordedBy, revision, position, leafIndex, ...marks };
  return (
    `{"eventId":"${eventId as string}","type":"${type as string}","data":${data as string},` +
    JSON.stringify(known).slice(1)
  );
}
