/**
 * What one page of a search may cost. A page that has reached a limit is shorter than was asked for, and the next one
 * goes on.
 */
export interface SearchLimits {
  /** Words that half a word may be; of more it is not asked word by word. */
  readonly words: number;
  /** Words that are looked at to learn how often half a word is. */
  readonly sampledWords: number;
  /** How often half a word may be, as the sample has it, before rows are read for it instead. */
  readonly halves: number;
  /** Missions or documents that all terms together may name; of more, rows are read instead. */
  readonly named: number;
  /** Rows that the index gives in one answer: at first, and in the end. */
  readonly chunk: readonly [first: number, last: number];
  /** Rows that the index gives for a page. */
  readonly rows: number;
  /** Rows that are read for a page. */
  readonly texts: number;
  /** Items that are held against the filters for a page; and where each has to be folded, by decidedBy. */
  readonly filtered: number;
  readonly folded: number;
}

export const LIMITS: SearchLimits = {
  words: 16,
  sampledWords: 1000,
  halves: 20_000,
  named: 64,
  chunk: [32, 4096],
  rows: 16_000,
  texts: 100,
  filtered: 300,
  folded: 50,
};
