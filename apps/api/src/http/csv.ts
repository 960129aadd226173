/** Tables as RFC 4180 wants them, such that a spreadsheet opens them right and takes no text for a formula. */

export type Cell = string | number | boolean | null;

/** What stands in each column, from the first to the last. */
export type Columns<Item> = Readonly<Record<string, (item: Item) => Cell>>;

/** Without it spreadsheets read UTF-8 as the code page of the machine. */
export const BYTE_ORDER_MARK = '\uFEFF';

export const csvHeader = <Item>(columns: Columns<Item>): string => csvRow(Object.keys(columns));

export const csvRows = <Item>(columns: Columns<Item>, items: readonly Item[]): string =>
  items.map((item) => csvRow(Object.values(columns).map((cell) => cell(item)))).join('');

const csvRow = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/** Numbers stay numbers; what is missing is an empty cell. */
export function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = beginsFormula(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const CELL_BREAKS = /^[\t\r\n]/;
const FIRST_VISIBLE = /[^\s\p{Cc}\p{Cf}]/u;

/** Full-width and small variants fold to these; the minus sign of mathematics does not. */
const FORMULA_STARTS = '=+-@\u2212';

/** Blanks and invisible characters before it do not hide a formula from a spreadsheet. */
function beginsFormula(text: string): boolean {
  if (CELL_BREAKS.test(text)) return true;
  const first = FIRST_VISIBLE.exec(text)?.[0];
  return first !== undefined && FORMULA_STARTS.includes(first.normalize('NFKC')[0]!);
}

/** Several texts in one cell. */
export const together = (texts: readonly string[]): string => texts.join('; ');
