/** Tables in CSV (RFC 4180). A spreadsheet opens them correctly and takes no text for a formula. */

export type Cell = string | number | boolean | null;

export interface Column<Item> {
  readonly name: string;
  readonly cell: (item: Item) => Cell;
}

/** No column shows the member. */
export const LEFT_OUT = 'left out';
/** A column of another member shows this one too. */
export const SHOWN_ELSEWHERE = 'shown elsewhere';

/** What a cell shows of a member. The second argument is the whole item. */
type Shown<Value, Item> = (value: Value, item: Item) => Cell;

/**
 * The columns of each member of an item: one of the member's own name, several with names, or none. A new member does
 * not compile until it has an entry. The order of the entries is the order of the columns.
 */
export type ColumnsByMember<Item> = {
  readonly [Member in keyof Item]-?:
    | Shown<Item[Member], Item>
    | Readonly<Record<string, Shown<Item[Member], Item>>>
    | typeof LEFT_OUT
    | typeof SHOWN_ELSEWHERE;
};

export function columnsOf<Item extends object>(members: ColumnsByMember<Item>): readonly Column<Item>[] {
  type Show = Shown<Item[keyof Item], Item>;
  type Entry = Show | Readonly<Record<string, Show>> | typeof LEFT_OUT | typeof SHOWN_ELSEWHERE;
  return Object.entries(members as Readonly<Record<string, Entry>>).flatMap(([member, entry]) => {
    if (typeof entry === 'string') return [];
    const named = typeof entry === 'function' ? { [member]: entry } : entry;
    return Object.entries(named).map(([name, show]) => ({
      name,
      cell: (item: Item) => show(item[member as keyof Item], item),
    }));
  });
}

/** A member without parts. An absent one is an empty cell. */
export const asItIs = (value: Cell | undefined): Cell => value ?? null;

/** Several texts in one cell. */
export const together = (texts: readonly string[]): string => texts.join('; ');

/** Without it spreadsheets read UTF-8 as the code page of the machine. */
export const BYTE_ORDER_MARK = '\uFEFF';

export const csvHeader = (columns: readonly Column<never>[]): string => csvRow(columns.map(({ name }) => name));

export const csvRows = <Item>(columns: readonly Column<Item>[], items: readonly Item[]): string =>
  items.map((item) => csvRow(columns.map(({ cell }) => cell(item)))).join('');

const csvRow = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/** Numbers stay numbers. Null is an empty cell. */
export function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = beginsFormula(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const CELL_BREAKS = /^[\t\r\n]/;
const FIRST_VISIBLE = /[^\s\p{Cc}\p{Cf}]/u;

/** Full-width and small variants normalise to these. The minus sign of mathematics does not, so it is listed. */
const FORMULA_STARTS = '=+-@\u2212';

/** A spreadsheet finds a formula behind blanks and invisible characters too. */
function beginsFormula(text: string): boolean {
  if (CELL_BREAKS.test(text)) return true;
  const first = FIRST_VISIBLE.exec(text)?.[0];
  return first !== undefined && FORMULA_STARTS.includes(first.normalize('NFKC')[0]!);
}
