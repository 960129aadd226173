/**
 * The rows of the log's file as they stand, for who looks whether they were tampered with: whatever types, encodings and positions they have. The
 * log itself is read by `sqlite-event-log.ts`, which takes for granted what it has stored; the driver ends the process over text that is not UTF-8.
 */
import type { Row } from './database.js';
import { openUnchanged } from './database.js';

/** A field that is not text in UTF-8, or no integer, is null. */
export interface StoredRow {
  readonly position: string;
  readonly id: string | null;
  readonly stream: string | null;
  readonly revision: number | null;
  readonly type: string | null;
  readonly dataText: string | null;
  readonly metadataText: string | null;
}

export interface StoredRows {
  /** In log order, which is that of positions. The last page ends before what SQLite cannot read; then `damage` says why. */
  pages(): Generator<readonly StoredRow[]>;
  /** What SQLite said of the row after the last one; null where there is none. */
  damage(): string | null;
  close(): void;
}

const PAGE = 1000;
/** Below every position; the ledger's own begin with 1. */
const LOWEST = -1e19;
const TEXTS = ['id', 'stream', 'type', 'data', 'metadata'] as const;
const ALL_TEXT = TEXTS.map((column) => `typeof(${column}) = 'text'`).join(' AND ');
/** All texts of a row in one piece of bytes: five would take a third more of the time. */
const SQL = `
  SELECT position, revision, typeof(revision) = 'integer' AND ${ALL_TEXT},
    octet_length(id), octet_length(stream), octet_length(type), octet_length(data), CAST(id || stream || type || data || metadata AS BLOB)
  FROM event WHERE position > ? ORDER BY position LIMIT ?`;
const ODD_SQL = `SELECT CASE WHEN typeof(revision) = 'integer' THEN revision END, ${TEXTS.map(
  (column) => `CASE WHEN typeof(${column}) = 'text' THEN CAST(${column} AS BLOB) END`,
).join(', ')} FROM event WHERE position = ?`;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @throws {LogNotOpened} */
export function openStoredRows(path: string): StoredRows {
  const db = openUnchanged(path);
  let damaged: string | null = null;
  const odd = db.prepare(ODD_SQL);

  function storedRow(row: Row): StoredRow {
    const [position, revision, plain, ...rest] = row;
    return (plain === 1 ? plainRow(String(position), revision as number, rest) : null) ?? oddRow(position as number);
  }

  function oddRow(position: number): StoredRow {
    const [revision, ...bytes] = odd.get(position) as Row;
    const [id, stream, type, dataText, metadataText] = bytes.map((each) => decoded(each as Uint8Array | null));
    return {
      position: String(position),
      id: id!,
      stream: stream!,
      revision: revision as number | null,
      type: type!,
      dataText: dataText!,
      metadataText: metadataText!,
    };
  }

  return {
    *pages() {
      const read = db.prepare(SQL);
      let after = LOWEST;
      for (let limit = PAGE; ;) {
        let rows: StoredRow[];
        try {
          rows = read.all(after, limit).map(storedRow);
        } catch (error) {
          if (limit === 1) {
            damaged = (error as Error).message;
            return;
          }
          limit = 1; // up to the row that cannot be read
          continue;
        }
        if (rows.length === 0) return;
        yield rows;
        const last = Number(rows.at(-1)!.position);
        if (!(last > after)) {
          damaged = `position ${last} is beyond what a number can hold`;
          return;
        }
        after = last;
      }
    },
    damage: () => damaged,
    close: () => db.close(),
  };
}

/** Null where it is not UTF-8. */
function plainRow(position: string, revision: number, rest: Row): StoredRow | null {
  const bytes = rest[4] as Uint8Array;
  const text = decoded(bytes);
  if (text === null) return null;
  const isAscii = text.length === bytes.length;
  let at = 0;
  const cut = (length: number): string => {
    const from = at;
    at += length;
    return isAscii ? text.slice(from, at) : utf8.decode(bytes.subarray(from, at));
  };
  try {
    const [id, stream, type, dataText] = rest.slice(0, 4).map((length) => cut(length as number)) as [string, string, string, string];
    return { position, id, stream, revision, type, dataText, metadataText: cut(bytes.length - at) };
  } catch {
    return null; // a character that is whole only across two fields
  }
}

function decoded(bytes: Uint8Array | null): string | null {
  if (bytes === null) return null;
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
