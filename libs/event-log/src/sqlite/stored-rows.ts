/**
 * The rows of the log's file as they stand, whatever types, encodings and positions they have: for the log itself, and
 * for who looks whether it was
 * tampered with. They are read as bytes. Over text that is not UTF-8 the driver ends the process, and text with a NUL
 * in it it cuts off there.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import type { Database, Row, SqlValue, Statement } from '#sqlite';
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

/** Before every position, of whatever row; as text, in which SQLite takes positions that no number can hold. */
export const BEFORE_ALL = '-1e19';

/** The texts of a page take so much together, where it has more than one row. */
export const PAGE_BYTES = 2 * 1024 * 1024;

const TEXTS = ['id', 'stream', 'type', 'data', 'metadata'] as const;
const IS_PLAIN = ['revision', ...TEXTS]
  .map((column) => `typeof(${column}) = '${column === 'revision' ? 'integer' : 'text'}'`)
  .join(' AND ');
const joined = (fields: readonly string[]): string => fields.join(" || ' ' || ");
const LENGTHS = TEXTS.map((column) => `ifnull(octet_length(${column}), 0)`);
const NUMBERS =
  `group_concat(${joined(['position', `CASE WHEN ${IS_PLAIN} THEN '1 ' || revision ELSE '0 0' END`, ...LENGTHS])}, ` +
  "' ')";
/** Its position, whether it is plain, its revision, and the lengths of its texts. */
const NUMBERS_A_ROW = 3 + TEXTS.length;
const BYTES = `CAST(group_concat(CASE WHEN ${IS_PLAIN} THEN ${joined(TEXTS)} ELSE '' END, ' ') AS BLOB)`;
const ODD = `SELECT CASE WHEN typeof(revision) = 'integer' THEN revision END, ${TEXTS.map(
  (column) => `CASE WHEN typeof(${column}) = 'text' THEN CAST(${column} AS BLOB) END`,
).join(', ')} FROM event WHERE position = ?`;

/**
 * Reads rows through one connection. A page's numbers come over in one piece, and so do its texts: text by text, as
 * bytes, it would take four times
 * as long as the driver's own strings.
 */
export class RowReader {
  private readonly statements = new Map<string, Statement>();

  constructor(private readonly db: Database) {}

  /**
   * The next rows, and whether they are the last: at most so many, and no more than fit into a page, but one in any
   * case.
   * @param range which rows of the table, and in what order, with a question mark for each value
   */
  page(
    range: string,
    values: readonly SqlValue[],
    limit: number,
  ): { readonly rows: StoredRow[]; readonly ended: boolean } {
    this.db.exec('BEGIN'); // so that numbers and texts are of one state of the file
    try {
      const selected = `FROM (SELECT * FROM event ${range} LIMIT ?)`;
      const [numbers] = this.rows(`SELECT ${NUMBERS} ${selected}`, ...values, limit)[0] as [string | null];
      if (numbers === null) return { rows: [], ended: true };
      const positions = numbers.split(' ');
      const all = positions.map(Number);
      const count = countOf(all);
      const [bytes] = this.rows(`SELECT ${BYTES} ${selected}`, ...values, count)[0] as [Uint8Array];
      const rows = this.cut(bytes, positions, all, count);
      return { rows, ended: count < limit && count * NUMBERS_A_ROW === all.length };
    } finally {
      if (this.db.inTransaction) this.db.exec('COMMIT');
    }
  }

  private rows(sql: string, ...values: SqlValue[]): Row[] {
    let statement = this.statements.get(sql);
    if (statement === undefined) this.statements.set(sql, (statement = this.db.prepare(sql)));
    return statement.all(...values);
  }

  private cut(bytes: Uint8Array, positions: readonly string[], numbers: readonly number[], count: number): StoredRow[] {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const encoding = isAscii(buffer) ? 'latin1' : 'utf8';
    // A blank between two texts keeps a character from being whole only across both.
    const isAllUtf8 = encoding === 'latin1' || isUtf8(buffer);
    let at = 0;
    const text = (length: number): string => {
      const from = at;
      at += length + 1;
      return buffer.toString(encoding, from, from + length);
    };
    const rows: StoredRow[] = [];
    for (let n = 0; n < count * NUMBERS_A_ROW; n += NUMBERS_A_ROW) {
      const isPlain = numbers[n + 1] === 1;
      const end = at + (isPlain ? bytesOf(numbers, n) + TEXTS.length : 1);
      if (isPlain && (isAllUtf8 || isUtf8(buffer.subarray(at, end))))
        rows.push({
          position: positions[n]!,
          id: text(numbers[n + 3]!),
          stream: text(numbers[n + 4]!),
          revision: numbers[n + 2]!,
          type: text(numbers[n + 5]!),
          dataText: text(numbers[n + 6]!),
          metadataText: text(numbers[n + 7]!),
        });
      else rows.push(this.odd(positions[n]!));
      at = end;
    }
    return rows;
  }

  private odd(position: string): StoredRow {
    const [revision, ...bytes] = this.rows(ODD, position)[0]!;
    const [id, stream, type, dataText, metadataText] = bytes.map((each) => decoded(each as Uint8Array | null));
    return {
      position,
      id: id!,
      stream: stream!,
      revision: revision as number | null,
      type: type!,
      dataText: dataText!,
      metadataText: metadataText!,
    };
  }
}

/** Of the texts of one row. */
const bytesOf = (numbers: readonly number[], n: number): number =>
  numbers[n + 3]! + numbers[n + 4]! + numbers[n + 5]! + numbers[n + 6]! + numbers[n + 7]!;

/** How many of the rows fit into a page. */
function countOf(numbers: readonly number[]): number {
  let bytes = 0;
  for (let n = 0; n < numbers.length; n += NUMBERS_A_ROW) {
    bytes += bytesOf(numbers, n);
    if (bytes > PAGE_BYTES) return Math.max(1, n / NUMBERS_A_ROW);
  }
  return numbers.length / NUMBERS_A_ROW;
}

const decoded = (bytes: Uint8Array | null): string | null =>
  bytes !== null && isUtf8(bytes) ? Buffer.from(bytes).toString() : null;

export interface StoredRows {
  /**
   * In log order, which is that of positions. The last page ends before what SQLite cannot read; then `damage` says
   * why.
   */
  pages(): Generator<readonly StoredRow[]>;
  /** What SQLite said of the row after the last one; null where there is none. */
  damage(): string | null;
  close(): void;
}

const MOST_ROWS = 1000;

/** @throws {LogNotOpened} */
export function openStoredRows(path: string): StoredRows {
  const db = openUnchanged(path);
  const reader = new RowReader(db);
  let damaged: string | null = null;
  return {
    *pages() {
      let after = BEFORE_ALL;
      for (let limit = MOST_ROWS, isLast = false; !isLast;) {
        let rows: readonly StoredRow[];
        try {
          ({ rows, ended: isLast } = reader.page('WHERE position > ? ORDER BY position', [after], limit));
        } catch (error) {
          if (limit === 1) {
            damaged = (error as Error).message;
            return;
          }
          limit = 1; // up to the row that cannot be read
          continue;
        }
        if (rows.length > 0) yield rows;
        after = rows.at(-1)?.position ?? after;
      }
    },
    damage: () => damaged,
    close: () => db.close(),
  };
}
