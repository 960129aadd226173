/** Pages by key: a cursor holds the last key shown, so that a page costs the same wherever it is. */
import type { Row } from '#sqlite';

export interface Page<Key> {
  /** Show what comes after this key; from the first where null. */
  readonly after: Key | null;
  readonly limit: number;
}

/** Items as JSON text, and the key after which the next page begins; null on the last page. */
export interface PageOf<Key = string | number> {
  readonly items: readonly string[];
  readonly next: Key | null;
}

/** @param rows one more than `limit` where there is a next page; the first column is the key */
export function pageOf(rows: readonly Row[], limit: number, item: (row: Row) => string): PageOf {
  const shown = rows.slice(0, limit);
  return { items: shown.map(item), next: rows.length > limit ? (shown.at(-1)![0] as string | number) : null };
}
