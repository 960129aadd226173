/** What is still to come or to be decided in all mandates, by day, as it is known now. */
import type { AgendaItem } from '#mandate/agenda.js';
import { AGENDA_KINDS, agendaOf } from '#mandate/agenda.js';
import type { Mandate } from '#mandate/mandate.js';
import type { Day } from '#mandate/term-date.js';
import { LRUCache } from 'lru-cache';
import type { Database, Row } from './database.js';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';
import { MANDATES_AT_HAND } from './view.js';

export const AGENDA_DDL = `
  CREATE TABLE agenda_item (
    sort_key TEXT PRIMARY KEY,  -- day, kind, id; what has no day comes after every day
    mandate_id TEXT NOT NULL,
    json TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX agenda_of_mandate ON agenda_item (mandate_id);`;

/** Comes after every day. */
const WITHOUT_DAY = '~';
const keyOf = ({ on, kind, itemId }: AgendaItem): string => `${on ?? WITHOUT_DAY} ${AGENDA_KINDS.indexOf(kind)} ${itemId}`;

export interface AgendaView {
  /** Items of the days from one to another, both included, then all that have none. */
  list(from: Day, to: Day, page: Page<string>): PageOf<string>;
  /** How many have no day. */
  undated(): number;
}

export interface AgendaRows {
  /** Writes the items of a mandate in place of those that it had. */
  write(mandate: Mandate): void;
  /** To be written again: a batch was undone. */
  forget(): void;
}

export function agendaRows(db: Database): AgendaRows {
  const read = db.prepare('SELECT sort_key, json FROM agenda_item WHERE mandate_id = ?');
  const put = db.prepare('INSERT OR REPLACE INTO agenda_item VALUES (?, ?, ?)');
  const remove = db.prepare('DELETE FROM agenda_item WHERE sort_key = ?');
  /** By mandate, its items by the keys of their rows. */
  const written = new LRUCache<string, ReadonlyMap<string, AgendaItem>>({ max: MANDATES_AT_HAND });
  return {
    write(mandate) {
      const { mandateId } = mandate;
      const before = written.get(mandateId) ?? itemsRead(read.all(mandateId));
      const rows = new Map((mandate.lastDecision === null ? [] : agendaOf(mandate)).map((item) => [keyOf(item), item]));
      for (const key of before.keys()) if (!rows.has(key)) remove.run(key);
      for (const [key, item] of rows) if (!isSame(before.get(key), item)) put.run(key, mandateId, JSON.stringify(item));
      written.set(mandateId, rows);
    },
    forget: () => written.clear(),
  };
}

const itemsRead = (rows: readonly Row[]): ReadonlyMap<string, AgendaItem> =>
  new Map(rows.map(([key, json]) => [key as string, JSON.parse(json as string) as AgendaItem]));

/** All members of an item are simple values. */
function isSame(a: AgendaItem | undefined, b: AgendaItem): boolean {
  if (a === undefined) return false;
  for (const key in b) if (a[key as keyof AgendaItem] !== b[key as keyof AgendaItem]) return false;
  return true;
}

export function openAgenda(db: Database): AgendaView {
  const between = db.prepare(`
    SELECT sort_key, json FROM agenda_item WHERE sort_key > max(?1, ?2) AND sort_key < ?3
    UNION ALL
    SELECT sort_key, json FROM agenda_item WHERE sort_key > max(?1, '${WITHOUT_DAY}')
    ORDER BY sort_key LIMIT ?4`);
  const undated = db.prepare(`SELECT count(*) FROM agenda_item WHERE sort_key >= '${WITHOUT_DAY}'`);
  return {
    // A key goes on with a blank after its day, which an exclamation mark follows.
    list: (from, to, { after, limit }) =>
      pageOf(between.all(after ?? '', from, `${to}!`, limit + 1), limit, ([, json]) => json as string) as PageOf<string>,
    undated: () => undated.get()![0] as number,
  };
}
