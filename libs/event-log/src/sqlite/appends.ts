/** What happens to a batch of appends inside one transaction: each is recognised, refused or stored for itself. */
import { LRUCache } from 'lru-cache';
import type { CheckedAppend } from '../checked-append.js';
import type { Appended } from '../event-log.js';
import { EventIdInUse, WrongExpectedRevision } from '../event-log.js';
import type { Database, Row } from '#sqlite';
import { LAST_POSITION } from './database.js';

const KEPT_REVISIONS = 10_000;

export class Appends {
  /** Last revisions, so that an append need not ask for one; only ever what is committed. */
  private readonly revisions = new LRUCache<string, number>({ max: KEPT_REVISIONS });
  /**
   * The highest position that was seen or given. Where the end of the log was cut off meanwhile, its positions are not
   * given again: the views are past them.
   */
  private highest;
  private readonly insert;
  private readonly byId;
  private readonly lastRevision;
  private readonly lastPosition;

  constructor(private readonly db: Database) {
    this.insert = db.prepare(
      'INSERT INTO event (position, id, stream, revision, type, data, metadata) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    // No text is read as it stands: over one that is not UTF-8 the driver ends the process.
    this.byId = db.prepare('SELECT CAST(stream AS BLOB), CAST(revision AS INTEGER), position FROM event WHERE id = ?');
    this.lastRevision = db.prepare(
      `SELECT revision FROM event WHERE stream = ? AND revision BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER} ORDER BY ` +
        'revision DESC LIMIT 1',
    );
    this.lastPosition = db.prepare(LAST_POSITION);
    this.highest = this.lastStored();
  }

  /**
   * Stores what can be stored, in the order given, in one commit; an error in the answer is that append's own refusal.
   * @throws whatever SQLite throws, with nothing of the batch stored
   */
  store(batch: readonly CheckedAppend[]): (Appended | WrongExpectedRevision | EventIdInUse)[] {
    const moved = new Map<string, number>();
    this.db.exec('BEGIN IMMEDIATE');
    try {
      let position = Math.max(this.highest, this.lastStored());
      const outcomes = batch.map((append) => {
        const known = this.recognise(append);
        if (known !== undefined) return known;
        const { stream, expected, events } = append;
        const last = moved.get(stream) ?? this.revisionOf(stream);
        if (expected !== 'any' && (expected === 'none' ? -1 : expected) !== last)
          return new WrongExpectedRevision(stream, expected, last < 0 ? null : last);
        let revision = last;
        for (const { id, type, data, metadata } of events)
          this.insert.run(++position, id, stream, ++revision, type, data, metadata);
        moved.set(stream, revision);
        return { revision, position: String(position) };
      });
      this.db.exec('COMMIT');
      this.highest = position;
      for (const [stream, revision] of moved) this.revisions.set(stream, revision);
      return outcomes;
    } catch (error) {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      throw error;
    }
  }

  /**
   * The first answer, where exactly these events were stored before; a refusal, where one of their ids stands
   * elsewhere.
   */
  private recognise({ stream, events }: CheckedAppend): Appended | EventIdInUse | undefined {
    const found = events.map(({ id }) => this.byId.get(id));
    if (found.every((row) => row === undefined)) return undefined;
    const first = found[0]?.[1] as number | undefined;
    for (const [i, { id }] of events.entries()) {
      const row = found[i];
      const inUse = found.find((other) => other !== undefined)!;
      if (row === undefined) return new EventIdInUse(id, streamOf(inUse));
      if (streamOf(row) !== stream || row[1] !== first! + i) return new EventIdInUse(id, streamOf(row));
    }
    const [, revision, position] = found.at(-1)!;
    return { revision: revision as number, position: String(position) };
  }

  private lastStored(): number {
    return (this.lastPosition.all()[0]?.[0] as number | undefined) ?? 0;
  }

  private revisionOf(stream: string): number {
    const kept = this.revisions.get(stream);
    if (kept !== undefined) return kept;
    const last = (this.lastRevision.get(stream)?.[0] as number | undefined) ?? -1;
    if (last >= 0) this.revisions.set(stream, last);
    return last;
  }
}

const streamOf = ([stream]: Row): string => Buffer.from(stream as Uint8Array).toString();
