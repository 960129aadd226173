/**
 * What a word is, the same for what is indexed, what is asked, and what is marked: a run of letters and digits, without
 * case and diacritics.
 */

/** What every text has to hold one after the other; with `prefix` the last word may go on. */
export interface Term {
  readonly words: readonly string[];
  readonly prefix: boolean;
}

/** More are refused: each is a search of its own. */
export const MOST_TERMS = 16;

const RUN = /[\p{L}\p{N}\p{M}]+/gu;
const ASCII = /^[\x00-\x7f]*$/;
const ASCII_RUN = /[a-z0-9]+/g;
/**
 * Between the texts of one column, so that no phrase reaches from one into the next; being no letter it is never asked
 * for.
 */
const BETWEEN = '\ue000';
const EXCERPT_CHARACTERS = 240;
const BEFORE_CHARACTERS = 80;

interface Word {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

const fold = (run: string): string => run.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const { 0: run, index: start } of text.matchAll(RUN)) {
    const word = fold(run);
    if (word !== '') words.push({ word, start, end: start + run.length });
  }
  return words;
}

/** The words of texts that count the same, as the index takes them: each behind the tag of its tier. */
export function taggedWords(tag: string, texts: readonly string[]): string[] {
  const tagged: string[] = [];
  for (const text of texts) {
    if (tagged.length > 0) tagged.push(BETWEEN);
    const words = ASCII.test(text)
      ? (text.toLowerCase().match(ASCII_RUN) ?? [])
      : wordsOf(text).map(({ word }) => word);
    for (const word of words) tagged.push(tag + word);
  }
  return tagged;
}

/**
 * The terms of a question: each word, and each phrase in double quotes; everything else in it parts words. What stands
 * last may be
 * typed half, unless its phrase is closed. Empty where there is no letter or digit.
 */
export function termsOf(q: string): Term[] {
  const terms = new Map<string, Term>();
  const parts = q.split('"');
  const closed = parts.length % 2 === 1;
  for (const [i, part] of parts.entries()) {
    const words = wordsOf(part).map(({ word }) => word);
    if (words.length === 0) continue;
    const isLast = !parts.slice(i + 1).some((later) => wordsOf(later).length > 0);
    const isPhrase = i % 2 === 1;
    const prefix = isLast && !(isPhrase && closed);
    const own = isPhrase ? [words] : words.map((word) => [word]);
    for (const [n, each] of own.entries()) {
      const term = { words: each, prefix: prefix && n === own.length - 1 };
      terms.set(JSON.stringify(term), term);
    }
  }
  return [...terms.values()];
}

export interface Marked {
  /** How many of the terms are in the text. */
  readonly terms: number;
  /** HTML: the part of the text around the first of them, each within <mark>. */
  readonly html: () => string;
}

/** Looks for the terms in one text; null where none of them is in it. */
export function mark(text: string, terms: readonly Term[]): Marked | null {
  const words = wordsOf(text);
  const found = terms.map((term) =>
    words.flatMap((_, at) => (isAt(words, at, term) ? [{ at, last: at + term.words.length - 1 }] : [])),
  );
  const hits = found.flat();
  if (hits.length === 0) return null;
  return {
    terms: found.filter((each) => each.length > 0).length,
    html() {
      const marked = words.map((_, i) => hits.some(({ at, last }) => at <= i && i <= last));
      // A phrase is one mark, whatever stands between its words.
      const joined = words.map((_, i) => hits.some(({ at, last }) => at < i && i <= last));
      return excerpt(text, words, marked, joined);
    },
  };
}

export function holds(text: string, term: Term): boolean {
  const words = wordsOf(text);
  return words.some((_, at) => isAt(words, at, term));
}

const isAt = (words: readonly Word[], at: number, { words: wanted, prefix }: Term): boolean =>
  wanted.every((word, i) => {
    const there = words[at + i]?.word;
    return there === word || (prefix && i === wanted.length - 1 && there?.startsWith(word) === true);
  });

function excerpt(text: string, words: readonly Word[], marked: readonly boolean[], joined: readonly boolean[]): string {
  const first = words[marked.indexOf(true)]!;
  const whole = text.length <= EXCERPT_CHARACTERS;
  const start = whole ? 0 : (words.find((word) => word.start >= first.start - BEFORE_CHARACTERS)?.start ?? 0);
  const end = whole
    ? text.length
    : Math.max(first.end, words.findLast((word) => word.end <= start + EXCERPT_CHARACTERS)?.end ?? 0);
  let html = start > 0 ? '… ' : '';
  let at = start;
  for (const [i, word] of words.entries()) {
    if (word.start < start || word.end > end || marked[i] !== true) continue;
    const goesOn = joined[i] === true && html.endsWith('</mark>');
    if (goesOn) html = html.slice(0, -'</mark>'.length);
    html +=
      escaped(text.slice(at, word.start)) +
      (goesOn ? '' : '<mark>') +
      escaped(text.slice(word.start, word.end)) +
      '</mark>';
    at = word.end;
  }
  return html + escaped(text.slice(at, end)) + (end < text.length ? ' …' : '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!);
