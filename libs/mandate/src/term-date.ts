/**
 * Dates as the source words them (EDTF, ISO 8601-2) and the days that they stand for (docs/domain.md).
 */
import { parse } from 'edtf';

/** A full calendar date, `YYYY-MM-DD`; days compare as text. */
export type Day = string;

/** Before every date: the first day of a term whose beginning the source does not give. */
export const BEGINNING: Day = '0000-01-01';
/** After every date: the last day of a term that is open, not stated or still to be determined. */
export const FOREVER: Day = '9999-12-31';

export const OPEN_ENDS = ['open', 'to-be-determined', 'not-stated'] as const;
export type OpenEnd = (typeof OPEN_ENDS)[number];

/** A year, month, season or day in EDTF: `2022`, `2022-12`, `2023-22` (summer 2023), `2025-07-31`. */
export type TermDate = string;
/** The last day of a term, inclusive, or the reason why the source gives none. */
export type Until = TermDate | OpenEnd;

export interface DayRange {
  readonly first: Day;
  readonly last: Day;
}

/** First month of a season: spring is March to May, winter ends in the February that follows. */
const SEASON_FIRST_MONTH: Readonly<Record<number, number>> = { 21: 3, 22: 6, 23: 9, 24: 12 };

/**
 * Parsing EDTF costs about 150 µs and a ledger repeats few dates of that kind; the bound keeps hostile input from
 * growing the memo.
 */
const MEMO_LIMIT = 10_000;
const memo = new Map<string, DayRange | null>();

/** The first and last day of a date of any precision, or null where the text is not one that a term can hold. */
export function dayRange(text: string): DayRange | null {
  const known = memo.get(text);
  if (known !== undefined) return known;
  if (memo.size >= MEMO_LIMIT) memo.clear();
  const range = parseDayRange(text);
  memo.set(text, range);
  return range;
}

function parseDayRange(text: string): DayRange | null {
  if (!/^\d{4}(-\d{2}){0,2}$/.test(text) || text.startsWith('0000')) return null;
  // every question asks for one, and there EDTF is ISO 8601 as it always was
  if (text.length === 10) return exactDay(text);
  let parsed;
  try {
    parsed = parse(text);
  } catch {
    return null; // edtf tells "not EDTF" by throwing
  }
  const [year = 0, month] = parsed.values ?? [];
  if (parsed.type === 'Season') {
    const first = SEASON_FIRST_MONTH[month ?? 0];
    if (first === undefined || (month === 24 && year === 9999)) return null; // that winter would end after FOREVER
    return { first: isoDay(year, first, 1), last: isoDay(year, first + 3, 0) };
  }
  if (month === undefined) return { first: isoDay(year, 1, 1), last: isoDay(year, 12, 31) };
  return { first: isoDay(year, month + 1, 1), last: isoDay(year, month + 2, 0) };
}

/** Null where the calendar has no such day. */
function exactDay(text: string): DayRange | null {
  const exact = isoDay(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8)));
  return exact === text ? { first: exact, last: exact } : null;
}

/** `month` counts from 1 and may run over; day 0 is the last day of the month before. */
function isoDay(year: number, month: number, day: number): Day {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.toISOString().slice(0, 10);
}

export const isDay = (text: string): boolean => text.length === 10 && dayRange(text) !== null;
export const isTermDate = (text: string): boolean => dayRange(text) !== null;
export const isOpenEnd = (text: string): text is OpenEnd => (OPEN_ENDS as readonly string[]).includes(text);
export const isUntil = (text: string): text is Until => isOpenEnd(text) || isTermDate(text);

function rangeOf(date: TermDate): DayRange {
  const range = dayRange(date);
  if (range === null) throw new RangeError(`${date} is not a date that a term can hold`);
  return range;
}

/** An imprecise `from` means its first day; a missing one lies before every date. */
export const firstDay = (from: TermDate | null | undefined): Day =>
  from === null || from === undefined ? BEGINNING : rangeOf(from).first;

/** An imprecise `until` means its last day; open ends lie after every date. */
export const lastDay = (until: Until | null | undefined): Day =>
  until === null || until === undefined || isOpenEnd(until) ? FOREVER : rangeOf(until).last;

const MS_A_DAY = 86_400_000;
const after = new Map<Day, Day>();
const before = new Map<Day, Day>();

/** Neighbours are asked for at every change of a mandate; their memos are bounded as that of dayRange is. */
function neighbour(day: Day, days: 1 | -1, known: Map<Day, Day>): Day {
  let found = known.get(day);
  if (found === undefined) {
    if (known.size >= MEMO_LIMIT) known.clear();
    found = new Date(Date.parse(`${day}T00:00:00Z`) + days * MS_A_DAY).toISOString().slice(0, 10);
    known.set(day, found);
  }
  return found;
}

/** The day after; FOREVER has none and stays itself. */
export const dayAfter = (day: Day): Day => (day >= FOREVER ? FOREVER : neighbour(day, 1, after));

/** The day before; BEGINNING has none and stays itself. */
export const dayBefore = (day: Day): Day => (day <= BEGINNING ? BEGINNING : neighbour(day, -1, before));
