/** Rows that say on which days a mandate has something in the agenda, and of which kind. */
import type { AgendaItem, Mandate } from '#mandate';
import { AGENDA_KINDS, agendaOf } from '#mandate';
import type { Database, Row } from '#sqlite';
import { LRUCache } from 'lru-cache';
import { MANDATES_AT_HAND } from './view.js';

export const AGENDA_DDL = `
  CREATE TABLE agenda_group ( -- the items of one mandate that are of one kind and on one day
    group_key TEXT PRIMARY KEY,  -- day, kind, mandate: the order of the items; what has no day comes after every day
    mandate_id TEXT NOT NULL,
    items INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX agenda_of_mandate ON agenda_group (mandate_id);`;

/** Comes after every day. */
export const WITHOUT_DAY = '~';
export const keyOf = ({ on, kind, itemId }: AgendaItem): string =>
  `${on ?? WITHOUT_DAY} ${AGENDA_KINDS.indexOf(kind)} ${itemId}`;
/** Up to the dot that follows the mandate's id in an item's. */
export const groupOf = (key: string): string => key.slice(0, key.indexOf('.') + 1);

export interface AgendaRows {
  /** Writes the groups of a mandate in place of those that it had. */
  write(mandate: Mandate): void;
  /** To be written again: a batch was undone. */
  forget(): void;
}

export function agendaRows(db: Database): AgendaRows {
  const read = db.prepare('SELECT group_key, items FROM agenda_group WHERE mandate_id = ?');
  const put = db.prepare('INSERT OR REPLACE INTO agenda_group VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM agenda_group WHERE group_key = ?');
  /** By mandate, how many items each of its groups has. */
  const written = new LRUCache<string, ReadonlyMap<string, number>>({ max: MANDATES_AT_HAND });
  return {
    write(mandate) {
      const { mandateId } = mandate;
      const before = written.get(mandateId) ?? new Map(read.all(mandateId) as (Row & [string, number])[]);
      const groups = new Map<string, number>();
      for (const item of itemsOf(mandate)) {
        const group = groupOf(keyOf(item));
        groups.set(group, (groups.get(group) ?? 0) + 1);
      }
      for (const group of before.keys()) if (!groups.has(group)) remove.run(group);
      for (const [group, items] of groups) if (before.get(group) !== items) put.run(group, mandateId, items);
      written.set(mandateId, groups);
    },
    forget: () => written.clear(),
  };
}

export const itemsOf = (mandate: Mandate): AgendaItem[] => (mandate.lastDecision === null ? [] : agendaOf(mandate));
