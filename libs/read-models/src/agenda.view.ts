/**
 * What is still to come or to be decided in all mandates, by day, as it is known now. Rows say on which days there is
 * something; the items are made from the folded mandate when they are asked for.
 */
import type { AgendaItem } from '#mandate/agenda.js';
import { AGENDA_KINDS, agendaOf } from '#mandate/agenda.js';
import type { Mandate } from '#mandate/mandate.js';
import type { Day } from '#mandate/term-date.js';
import { LRUCache } from 'lru-cache';
import type { Database, Row } from './database.js';
import type { MandatesView } from './mandates.view.js';
import type { Page, PageOf } from './page.js';
import { MANDATES_AT_HAND } from './view.js';

export const AGENDA_DDL = `
  CREATE TABLE agenda_group ( -- the items of one mandate that are of one kind and on one day
    group_key TEXT PRIMARY KEY,  -- day, kind, mandate: the order of the items; what has no day comes after every day
    mandate_id TEXT NOT NULL,
    items INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX agenda_of_mandate ON agenda_group (mandate_id);`;

/** Comes after every day. */
const WITHOUT_DAY = '~';
const keyOf = ({ on, kind, itemId }: AgendaItem): string =>
  `${on ?? WITHOUT_DAY} ${AGENDA_KINDS.indexOf(kind)} ${itemId}`;
/** Up to the dot that follows the mandate's id in an item's. */
const groupOf = (key: string): string => key.slice(0, key.indexOf('.') + 1);

export interface AgendaView {
  /** Items of the days from one to another, both included, then all that have none. */
  list(from: Day, to: Day, page: Page<string>): PageOf<string>;
  /** How many have no day. */
  undated(): number;
}

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

const itemsOf = (mandate: Mandate): AgendaItem[] => (mandate.lastDecision === null ? [] : agendaOf(mandate));

export function openAgenda(db: Database, mandates: MandatesView): AgendaView {
  const between = db.prepare(`
    SELECT group_key, mandate_id FROM agenda_group WHERE group_key >= max(?1, ?2) AND group_key < ?3
    UNION ALL
    SELECT group_key, mandate_id FROM agenda_group WHERE group_key >= max(?1, '${WITHOUT_DAY}')
    ORDER BY group_key LIMIT ?4`);
  const undated = db.prepare(`SELECT coalesce(sum(items), 0) FROM agenda_group WHERE group_key >= '${WITHOUT_DAY}'`);

  /** Items by the keys of their groups, of each mandate once. */
  function groups(
    heldMandate: (mandateId: string) => Mandate,
  ): (mandateId: string, group: string) => readonly AgendaItem[] {
    const known = new Map<string, AgendaItem[]>();
    return (mandateId, group) => {
      let items = known.get(mandateId);
      if (items === undefined) known.set(mandateId, (items = itemsOf(heldMandate(mandateId))));
      return items.filter((item) => groupOf(keyOf(item)) === group);
    };
  }

  return {
    list: (from, to, { after, limit }) =>
      mandates.asking({ asOf: from }, ({ get }) => {
        // A key goes on with a blank after its day, which an exclamation mark follows. Of the first group everything
        // may have been shown, and one item more says that there is a next page.
        const rows = between.all(groupOf(after ?? ''), from, `${to}!`, limit + 2);
        const inGroup = groups((mandateId) => get(mandateId)!.mandate);
        const items: string[] = [];
        let last = after;
        for (const [group, mandateId] of rows)
          for (const item of inGroup(mandateId as string, group as string)) {
            const key = keyOf(item);
            if (after !== null && key <= after) continue;
            if (items.length === limit) return { items, next: last };
            items.push(JSON.stringify(item));
            last = key;
          }
        return { items, next: null };
      }),
    undated: () => undated.get()![0] as number,
  };
}
