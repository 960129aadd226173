/**
 * Full-text search. What is found stands in tiers (search-texts.ts): in the weightiest in which, or in weightier ones,
 * it has every term.
 * Within one the later mandate is first, and of one mandate the later decision. That is the order of the index, so a
 * page is read from it as it stands.
 */
import type { Database } from '#sqlite';
import type { EventsView } from '../events.view.js';
import type { SearchLimits } from './limits.js';
import { LIMITS } from './limits.js';
import type { Match } from './matches.js';
import { bestTier, matchIn, openTexts } from './matches.js';
import type { Expression, Question } from './question.js';
import { openQuestions } from './question.js';
import { lastRowOf, mandateOf, revisionOf, rowOf } from './rows.js';
import type { Hit } from './walk.js';
import { Budget, HITS, Hits, Meeting, Tiers } from './walk.js';
import type { Term } from './words.js';

/** Where a mandate stands among what is found: its tier, then its number, the greatest first. */
export type MandateRank = readonly [tier: number, mandate: number];
/** The same of a decision, with the revision of its last event. */
export type DecisionRank = readonly [tier: number, mandate: number, revision: number];

export interface Found<Rank, Key> {
  readonly rank: Rank;
  readonly key: Key;
  /** What is shown of it. */
  readonly match: () => Match;
}

/** What is found, one after the other. */
export interface Walk<Rank, Key> {
  /** Null where there is nothing more, or where the page has cost what it may. */
  next(): Found<Rank, Key> | null;
  /** The rank after which to go on, where the page has cost what it may. */
  readonly endedAt: Rank | null;
}

export interface SearchView {
  readonly limits: SearchLimits;
  /** How many events are in the index. */
  size(): number;
  /**
   * Ids of the mandates that have every term somewhere in their texts. @param known by what the first so many events
   * say
   */
  mandates(terms: readonly Term[], known: number, after: MandateRank | null): Walk<MandateRank, string>;
  /** The decisions that have, on one mandate or on all, by the leaf indexes of their last events. */
  decisions(
    terms: readonly Term[],
    known: number,
    mandateId: string | null,
    after: DecisionRank | null,
  ): Walk<DecisionRank, number>;
}

const rankOfRow = (tier: number, row: number): DecisionRank => [tier, mandateOf(row), revisionOf(row)];

export function openSearch(db: Database, events: EventsView, limits: SearchLimits = LIMITS): SearchView {
  const size = db.prepare('SELECT size FROM search_checkpoint');
  const hits = db.prepare(HITS);
  const inMandate = db.prepare(`
    SELECT leaf FROM search_text CROSS JOIN search_row ON search_row.row = search_text.rowid
    WHERE search_text MATCH ?1 AND search_text.rowid BETWEEN CAST(?2 AS INTEGER) AND CAST(?3 AS INTEGER)
      AND leaf < ?4 LIMIT 1`);
  const lastMandate = db.prepare('SELECT max(no) FROM search_mandate WHERE first_leaf < ?');
  const numberOf = db.prepare('SELECT no FROM search_mandate WHERE mandate_id = ?');
  const mandateId = db.prepare('SELECT mandate_id FROM search_mandate WHERE no = ?');
  const questions = openQuestions(db, limits);
  const textsFor = openTexts(db, events);
  const lastKnown = (known: number): number => (lastMandate.get(known)![0] ?? 0) as number;

  /** A row of the mandate with a term in a weightier place than the tier of all, where expressions tell of one. */
  function weightier(question: Question, tier: number, mandate: number, known: number): number[] {
    for (let upTo = 1; upTo < tier; upTo++) {
      const rows = question.rowsOfAny(upTo);
      const row = rows && inMandate.get(rows.match, rowOf(mandate, 0), lastRowOf(mandate), known);
      if (row != null) return [row[0] as number];
    }
    return [];
  }

  return {
    limits,
    size: () => size.get()![0] as number,
    mandates(terms, known, after) {
      const highest = lastKnown(known);
      const [tier, before] = after ?? [1, highest + 1];
      const from = Math.min(before - 1, highest);
      const budget = new Budget(limits, rowOf(from, 0));
      const question = questions(terms, 'mandates', known);
      const texts = textsFor('mandates', known);
      const hitsOf = (upTo: number, rows: (term: number) => Expression): Hits[] =>
        terms.map((term, i) => {
          const { match, isLoose } = rows(i);
          const isMeant = ({ leaf }: Hit): boolean => bestTier(texts(leaf), term) <= upTo;
          return new Hits(hits, match, known, budget, isLoose ? isMeant : null);
        });
      const open = (at: number): Meeting | null => {
        if (!question.canBeIn(at)) return null;
        const own = hitsOf(at, (i) => question.rows(i, at));
        return new Meeting(own, question.canBeUpTo(at - 1) ? hitsOf(at - 1, (i) => question.rowsUpTo(i, at - 1)) : []);
      };
      const tiers = new Tiers(open, ([hit]) => mandateOf(hit!.row), budget, tier, from, highest);
      return {
        next() {
          const next = tiers.next();
          if (next === null) return null;
          const mandate = mandateOf(next.found[0]!.row);
          const match = (): Match => {
            // All rows of a single term have it in the same tier.
            const better = terms.length === 1 ? [] : weightier(question, next.tier, mandate, known);
            const leaves = new Set([...better, ...next.found.map(({ leaf }) => leaf)]);
            return matchIn([...leaves].flatMap(texts), terms);
          };
          return { rank: [next.tier, mandate], key: mandateId.get(mandate)![0] as string, match };
        },
        get endedAt() {
          return tiers.endedAt && ([tiers.endedAt.tier, tiers.endedAt.at + 1] as const);
        },
      };
    },
    decisions(terms, known, onMandate, after) {
      const mandate = onMandate === null ? null : ((numberOf.get(onMandate)?.[0] ?? 0) as number);
      const lowest = mandate === null ? 0 : rowOf(mandate, 0);
      const highest = lastRowOf(mandate ?? lastKnown(known));
      const from = after === null ? highest : Math.min(rowOf(after[1], after[2]) - 1, highest);
      const budget = new Budget(limits, from);
      const question = questions(terms, 'decisions', known);
      const texts = textsFor('decisions', known);
      const open = (at: number) => {
        if (!question.canBeIn(at)) return null;
        const { match, isLoose } = question.rowsIn(at);
        const isMeant = ({ leaf }: Hit): boolean => {
          const said = texts(leaf);
          return Math.max(...terms.map((term) => bestTier(said, term))) === at;
        };
        const found = new Hits(hits, match, known, budget, isLoose ? isMeant : null);
        return {
          seek: (greatest: number) => found.seek(greatest, lowest),
          get endedAt() {
            return found.endedAt;
          },
        };
      };
      const tiers = new Tiers(open, (hit) => hit.row, budget, after?.[0] ?? 1, from, highest);
      return {
        next() {
          const next = tiers.next();
          if (next === null) return null;
          const { row, leaf } = next.found;
          return { rank: rankOfRow(next.tier, row), key: leaf, match: () => matchIn(texts(leaf), terms) };
        },
        get endedAt() {
          return tiers.endedAt && rankOfRow(tiers.endedAt.tier, tiers.endedAt.at + 1);
        },
      };
    },
  };
}
