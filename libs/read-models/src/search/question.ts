/** How a question is put to FTS5: by which expressions a row has a term in a tier, or in one before it. */
import type { RegistrationKind } from '#mandate';
import type { Database, Row } from '#sqlite';
import type { SearchLimits } from './limits.js';
import { EVERY, WORDS_OF, idWord } from './rows.js';
import { TIERS } from './texts.js';
import type { Term } from './words.js';
import { SAMPLE } from './search.index.js';

/** Rows in which any of the expressions is; where it is loose they are found too many, and have to be read. */
interface Sought {
  readonly any: readonly string[];
  readonly isLoose: boolean;
}

/** What is looked through: missions say something of a mandate, not of one decision. */
export type Asked = 'mandates' | 'decisions';

const NAMED_IN: Readonly<Record<RegistrationKind, number>> = { mission: 1, document: TIERS.length };
const LAST_CHARACTER = '\u{10ffff}';

/** One expression. */
export interface Expression {
  readonly match: string;
  readonly isLoose: boolean;
}

export interface Question {
  /** Whether, as far as words tell, something can have every term up to this tier. */
  canBeUpTo(tier: number): boolean;
  /** The same, and one of them in this tier itself. */
  canBeIn(tier: number): boolean;
  /** Rows that have a term in this tier or a weightier one. To be asked where something can be. */
  rowsUpTo(term: number, tier: number): Expression;
  /**
   * The same, to find mandates in this tier: of a single term the rows in it alone, since by the others it was found
   * before.
   */
  rows(term: number, tier: number): Expression;
  /** Rows that have any of the terms in this tier or a weightier one; null where no expression says so. */
  rowsOfAny(tier: number): Expression | null;
  /**
   * Rows that have every term up to this tier, and not all of them in weightier ones. To be asked where something can
   * be.
   */
  rowsIn(tier: number): Expression;
}

const together = (all: readonly Sought[]): Sought => ({
  any: [...new Set(all.flatMap(({ any }) => any))],
  isLoose: all.some(({ isLoose }) => isLoose),
});

const either = ({ any }: Sought): string => `(${any.join(' OR ')})`;

const expressionOf = (sought: Sought): Expression => ({ match: either(sought), isLoose: sought.isLoose });

/** Answers once for each term and tier. */
function kept(answer: (term: number, tier: number) => Sought): (term: number, tier: number) => Sought {
  const answers = new Map<number, Sought>();
  return (term, tier) => {
    const key = term * (TIERS.length + 1) + tier;
    const before = answers.get(key);
    if (before !== undefined) return before;
    const sought = answer(term, tier);
    answers.set(key, sought);
    return sought;
  };
}

/** @returns for each question, of what so many events say */
export function openQuestions(
  db: Database,
  limits: SearchLimits,
): (terms: readonly Term[], asked: Asked, known: number) => Question {
  const isThere = db.prepare('SELECT 1 FROM search_word WHERE word = ?');
  const wordsFrom = db.prepare('SELECT word FROM search_word WHERE word >= ? AND word < ? LIMIT ?');
  const sampledFrom = db.prepare(
    'SELECT sum(sampled) FROM (SELECT sampled FROM search_word WHERE word >= ? AND word < ? LIMIT ?)',
  );
  // FTS5 seeks by integers alone, and the driver gives none; by another number it looks at every row.
  const registered = db.prepare(`
    SELECT was.id, NOT EXISTS (
      SELECT 1 FROM search_registration AS later
      WHERE later.kind = was.kind AND later.id = was.id AND later.leaf > was.leaf AND later.leaf < ?2)
    FROM (
      SELECT rowid FROM search_text WHERE search_text MATCH ?1 AND rowid >= CAST(-?2 AS INTEGER) ORDER BY rowid LIMIT ?3
    ) AS found
    JOIN search_registration AS was ON was.leaf = -1 - found.rowid`);

  /**
   * Texts behind a tag in which a term is. FTS5 puts together all that begin alike before it gives the first: it is
   * asked only where they are few.
   */
  function texts(tag: string, { words, prefix }: Term): Sought {
    const tagged = words.map((word) => tag + word);
    const before = prefix ? tagged.slice(0, -1) : tagged;
    // Each word that FTS5 is asked for has its price, also where it is nowhere.
    if (before.some((word) => isThere.get(word) === undefined)) return { any: [], isLoose: false };
    if (!prefix) return { any: [`"${tagged.join(' ')}"`], isLoose: false };
    const half = tagged.at(-1)!;
    const range = [half, half + LAST_CHARACTER];
    const whole = wordsFrom.all(...range, limits.words + 1);
    if (whole.length <= limits.words)
      return { any: whole.map(([word]) => `"${[...before, word].join(' ')}"`), isLoose: false };
    const [sampled] = sampledFrom.get(...range, limits.sampledWords) as [number];
    const isOften =
      sampled * SAMPLE > limits.halves || wordsFrom.all(...range, limits.sampledWords).length === limits.sampledWords;
    if (!isOften) return { any: [`"${tagged.join(' ')}" *`], isLoose: false };
    return { any: [before.length === 0 ? EVERY : `"${before.join(' ')}"`], isLoose: true };
  }

  return (terms, asked, known) => {
    const most = Math.max(1, Math.floor(limits.named / terms.length));

    /** Rows that name what is called so. */
    function naming(kind: RegistrationKind, term: Term): Sought {
      const { any, isLoose } = texts(WORDS_OF[kind], term);
      if (any.length === 0) return { any, isLoose };
      const rows: Row[] = isLoose ? [] : registered.all(any.join(' OR '), known, most + 1);
      if (isLoose || rows.length > most) return { any: [EVERY], isLoose: true };
      return { any: rows.filter(([, isLatest]) => isLatest === 1).map(([id]) => idWord(kind, id as string)), isLoose };
    }

    const within = kept((i, tier) => {
      const term = terms[i]!;
      if (tier === NAMED_IN.document) return naming('document', term);
      const own = texts(TIERS[tier - 1]!.tag, term);
      return tier === NAMED_IN.mission && asked === 'mandates' ? together([own, naming('mission', term)]) : own;
    });
    const upTo = kept((i, tier) => together(Array.from({ length: tier }, (_, t) => within(i, t + 1))));
    const all = (tier: number): Sought[] => terms.map((_, i) => upTo(i, tier));
    const one = (tier: number): Sought => together(terms.map((_, i) => within(i, tier)));
    const canBeUpTo = (tier: number): boolean => tier > 0 && all(tier).every(({ any }) => any.length > 0);
    return {
      canBeUpTo,
      canBeIn: (tier) => one(tier).any.length > 0 && canBeUpTo(tier),
      rowsUpTo: (i, tier) => expressionOf(upTo(i, tier)),
      rows: (i, tier) => expressionOf(terms.length === 1 ? within(i, tier) : upTo(i, tier)),
      rowsOfAny(tier) {
        const sought = together(all(tier));
        return sought.any.length === 0 || sought.isLoose ? null : expressionOf(sought);
      },
      rowsIn(tier) {
        const own = terms.length === 1 ? [one(tier)] : [...all(tier), one(tier)];
        const weightier = canBeUpTo(tier - 1) ? all(tier - 1) : [];
        const match = `(${own.map(either).join(' AND ')})`;
        const isLoose = [...own, ...weightier].some((each) => each.isLoose);
        // What is loose would leave out too much: who reads the rows sees which are meant.
        const isLeftOut = weightier.length > 0 && !weightier.some((each) => each.isLoose);
        return { match: isLeftOut ? `${match} NOT (${weightier.map(either).join(' AND ')})` : match, isLoose };
      },
    };
  };
}
