/** Walks through the rows that the index finds, the latest first, as far as a page may go. */
import type { Statement } from '#sqlite';
import type { SearchLimits } from './limits.js';
import { lastRowOf, mandateOf, rowOf } from './rows.js';
import { TIERS } from './texts.js';

/** An answer of the index costs as much as so many rows, however few it has. */
const PRICE = 256;

/** What is left to be done for a page. */
export class Budget {
  private rows: number;
  private texts: number;

  /** @param floor above it the page goes on whatever it costs, so that each page comes further than the one before */
  constructor(
    readonly limits: SearchLimits,
    private floor: number,
  ) {
    this.rows = limits.rows;
    this.texts = limits.texts;
  }

  /** The page has come further: it may end anywhere. */
  progressed(): void {
    this.floor = Infinity;
  }

  endsAt(row: number): boolean {
    return row < this.floor && (this.rows <= 0 || this.texts <= 0);
  }

  gave(rows: number): void {
    this.rows -= Math.max(rows, PRICE);
  }

  read(): void {
    this.texts--;
  }
}

export interface Hit {
  readonly row: number;
  readonly leaf: number;
}

/**
 * Parameters: the expression, the greatest row, the limit. FTS5 seeks by integers alone, and the driver gives none. The
 * rows come as JSON,
 * since the driver takes longer over a row than the index.
 */
export const HITS = `
  SELECT json_group_array(found.row), json_group_array(leaf)
  FROM (
    SELECT rowid AS row FROM search_text
    WHERE search_text MATCH ?1 AND rowid <= CAST(?2 AS INTEGER) ORDER BY rowid DESC LIMIT ?3
  ) AS found
  CROSS JOIN search_row ON search_row.row = found.row`;

/** Rows of one expression that are known, by descending number. */
export class Hits {
  private rows: number[] = [];
  private leaves: number[] = [];
  private at = 0;
  private asked = 0;
  private isOver = false;
  private meant: number | null = null;
  /** The row from which on it has not looked, where the budget was spent. */
  endedAt: number | null = null;

  /** @param isMeant where the expression finds too many: whether a row is meant, by what it says */
  constructor(
    private readonly statement: Statement,
    private readonly expression: string,
    private readonly known: number,
    private readonly budget: Budget,
    private readonly isMeant: ((hit: Hit) => boolean) | null,
  ) {}

  /**
   * The first between those rows; the greatest is never above the one before. Null where there is none, or where it has
   * ended.
   */
  seek(greatest: number, lowest: number): Hit | null {
    for (;;) {
      while (this.at < this.rows.length && (this.rows[this.at]! > greatest || this.leaves[this.at]! >= this.known))
        this.at++;
      const isFetched = this.at < this.rows.length;
      if (!isFetched && this.isOver) return null;
      const row = isFetched ? this.rows[this.at]! : Math.min(greatest, (this.rows.at(-1) ?? Infinity) - 1);
      if (row < lowest) return null;
      const hit = { row, leaf: this.leaves[this.at]! };
      if (isFetched && (this.isMeant === null || this.meant === row)) return hit;
      if (this.budget.endsAt(row)) return this.end(row);
      if (!isFetched) this.fetch(row);
      else if (this.reads(hit)) this.meant = row;
      else this.at++;
    }
  }

  private reads(hit: Hit): boolean {
    this.budget.read();
    return this.isMeant!(hit);
  }

  private end(row: number): null {
    this.endedAt = row;
    return null;
  }

  private fetch(greatest: number): void {
    const [first, last] = this.budget.limits.chunk;
    // Whoever has come a little further wants more of them; whoever has leapt over more than there were wants few.
    const lowest = this.rows.at(-1) ?? 0;
    const goesOn = this.rows.length > 0 && lowest - greatest <= Math.max(this.rows[0]! - lowest, rowOf(1, 0));
    this.asked = goesOn ? Math.min(last, this.asked * 4) : first;
    const [rows, leaves] = this.statement.get(this.expression, greatest, this.asked) as [string, string];
    this.rows = JSON.parse(rows) as number[];
    this.leaves = JSON.parse(leaves) as number[];
    this.at = 0;
    this.isOver = this.rows.length < this.asked;
    this.budget.gave(this.rows.length);
  }
}

/** Mandates that have every term, whichever of their rows has it. */
export class Meeting implements Seeker<readonly Hit[]> {
  endedAt: number | null = null;

  /**
   * @param own for each term @param weightier for each term too: where a mandate is in all of them it was found before;
   * none where no mandate can be
   */
  constructor(
    private readonly own: readonly Hits[],
    private readonly weightier: readonly Hits[],
  ) {}

  /** A row for each term, of the first mandate from that number down. */
  seek(greatest: number): readonly Hit[] | null {
    for (let mandate = greatest; ;) {
      const hits: Hit[] = [];
      for (const each of this.own) {
        const hit = each.seek(lastRowOf(mandate), 0);
        if (hit === null) {
          if (each.endedAt !== null) this.endedAt = Math.min(mandate, mandateOf(each.endedAt));
          return null;
        }
        hits.push(hit);
        if (mandateOf(hit.row) < mandate) break;
      }
      const met = mandateOf(hits.at(-1)!.row);
      if (met === mandate) {
        const wasFound =
          this.weightier.length > 0 &&
          this.weightier.every((each) => each.seek(lastRowOf(mandate), rowOf(mandate, 0)) !== null);
        if (this.weightier.some((each) => each.endedAt !== null)) {
          this.endedAt = mandate;
          return null;
        }
        if (!wasFound) return hits;
      }
      mandate = met === mandate ? mandate - 1 : met;
    }
  }
}

/** What is found in one tier, by descending number. */
export interface Seeker<T> {
  /** The first from that number down. Null where there is none, or where it has ended. */
  seek(greatest: number): T | null;
  /** The number from which on it has not looked, where the budget was spent. */
  readonly endedAt: number | null;
}

/** Goes through the tiers, one after the other. */
export class Tiers<T> {
  private seeker: Seeker<T> | null = null;
  endedAt: { readonly tier: number; readonly at: number } | null = null;

  /** @param open null for a tier in which nothing is */
  constructor(
    private readonly open: (tier: number) => Seeker<T> | null,
    private readonly numberOf: (found: T) => number,
    private readonly budget: Budget,
    private tier: number,
    private from: number,
    private readonly highest: number,
  ) {}

  next(): { readonly tier: number; readonly found: T } | null {
    for (; this.tier <= TIERS.length && this.endedAt === null; this.tier++) {
      this.seeker ??= this.open(this.tier);
      const found = this.seeker?.seek(this.from) ?? null;
      if (found !== null) {
        this.from = this.numberOf(found) - 1;
        return { tier: this.tier, found };
      }
      const at = this.seeker?.endedAt ?? null;
      if (at !== null) {
        this.endedAt = { tier: this.tier, at };
        return null;
      }
      this.seeker = null;
      this.from = this.highest;
      this.budget.progressed();
    }
    return null;
  }
}
