/**
 * What is still to come or to be decided in all mandates, by day, as it is known now. Rows say on which days there is
 * something; the items are made from the folded mandate when they are asked for.
 */
import type { AgendaItem, Day, Mandate } from '#mandate';
import type { Database } from '#sqlite';
import { WITHOUT_DAY, groupOf, itemsOf, keyOf } from './agenda-rows.js';
import type { MandatesView } from './mandates.view.js';
import type { Page, PageOf } from './page.js';

export interface AgendaView {
  /** Items of the days from one to another, both included, then all that have none. */
  list(from: Day, to: Day, page: Page<string>): PageOf<string>;
  /** How many have no day. */
  undated(): number;
}

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
