/**
 * The days on which anything can happen to a mandate, at whatever times it is looked at: what differs between two days
 * is sought among these alone.
 */
import type { Day, History, Mandate } from '#mandate';
import { BEGINNING, newEventfulDays, statesOf } from '#mandate';
import { LRUCache } from 'lru-cache';
import type { Database } from '#sqlite';
import { MANDATES_AT_HAND } from './view.js';

/**
 * A day stays when a repair takes its reason away: earlier knowledge still asks for it, and one too many costs a look.
 */
export const EVENTFUL_DAYS_DDL = `
  CREATE TABLE eventful_day (
    day TEXT NOT NULL,
    mandate_id TEXT NOT NULL,
    PRIMARY KEY (day, mandate_id)
  ) WITHOUT ROWID;`;

export interface EventfulDayRows {
  /** @param changed where earlier states have changed as well: each of them may be what was decided by some day */
  take(mandate: Mandate, changed: History | null): void;
  /** Writes what was taken, at the end of a batch. */
  write(): void;
  forget(): void;
}

interface Known {
  of: Mandate | null;
  readonly days: Set<Day>;
}

export function eventfulDayRows(db: Database): EventfulDayRows {
  const insert = db.prepare('INSERT OR IGNORE INTO eventful_day VALUES (?, ?)');
  const written = new LRUCache<string, Known>({ max: MANDATES_AT_HAND });
  let taken: (readonly [Day, string])[] = [];
  return {
    take(mandate, changed) {
      const { mandateId } = mandate;
      let known = written.get(mandateId);
      if (known === undefined) written.set(mandateId, (known = { of: null, days: new Set([BEGINNING]) }));
      const { days } = known;
      const note = (day: Day): void => {
        if (days.has(day)) return;
        days.add(day);
        taken.push([day, mandateId]);
      };
      if (changed === null) newEventfulDays(known.of, mandate, note);
      else for (const state of statesOf(changed)) newEventfulDays(null, state, note);
      known.of = mandate;
    },
    write() {
      // In the order of the table, which is that of days.
      for (const [day, mandateId] of taken.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) insert.run(day, mandateId);
      taken = [];
    },
    forget() {
      taken = [];
      written.clear();
    },
  };
}

/** Mandates to which something may have happened after `from`, up to and on `to`, by id. */
export function openEventfulDays(db: Database): (from: Day, to: Day, after: string, limit: number) => string[] {
  const between = db.prepare(
    'SELECT DISTINCT mandate_id FROM eventful_day WHERE day > ? AND day <= ? AND mandate_id > ? ORDER BY mandate_id ' +
      'LIMIT ?',
  );
  return (from, to, after, limit) => between.all(from, to, after, limit).map(([id]) => id as string);
}
