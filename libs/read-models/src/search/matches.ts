/** What the rows of the index say, read from the events: in which tier a term is, and what is shown of it. */
import type { RegistrationKind } from '#mandate';
import type { Database } from '#sqlite';
import type { EventsView } from '../events.view.js';
import type { Asked } from './question.js';
import type { Place, PlacedText } from './texts.js';
import { PLACES, tierOf } from './texts.js';
import type { Marked, Term } from './words.js';
import { holds, mark } from './words.js';
import { EVENT, saidBy } from './search.index.js';

export interface Match {
  readonly in: Place;
  /** HTML whose only markup is <mark>. */
  readonly text: string;
}

/** What a decision says, by the leaf index of its last event. */
export type Texts = (leaf: number) => readonly PlacedText[];

/**
 * Reads, for one page, what decisions say, with what the missions and documents that they name are called as far as it
 * is known.
 */
export function openTexts(db: Database, events: EventsView): (asked: Asked, known: number) => Texts {
  const row = db.prepare(`SELECT ${EVENT} FROM event WHERE leaf_index = ?`);
  const latest = db.prepare('SELECT max(leaf) FROM search_registration WHERE kind = ? AND id = ? AND leaf < ?');
  return (asked, known) => {
    const named = new Map<string, readonly PlacedText[]>(); // mostly the same few
    function called(kind: RegistrationKind, id: string): readonly PlacedText[] {
      const key = `${kind} ${id}`;
      const before = named.get(key);
      if (before !== undefined) return before;
      const at = latest.get(kind, id, known)![0] as number | null;
      const texts = at === null ? [] : saidBy(row.get(at)!, events).texts;
      named.set(key, texts);
      return texts;
    }
    return (leaf) => {
      const said = saidBy(row.get(leaf)!, events);
      if ('kind' in said) return said.texts;
      const missions = asked === 'mandates' ? [...said.missions].flatMap((id) => called('mission', id)) : [];
      return [...said.texts, ...missions, ...[...said.documents].flatMap((id) => called('document', id))];
    };
  };
}

/** The weightiest tier in which the term is; Infinity where it is nowhere. */
export const bestTier = (texts: readonly PlacedText[], term: Term): number =>
  texts.reduce((best, each) => (tierOf(each.in) < best && holds(each.text, term) ? tierOf(each.in) : best), Infinity);

/** The text that holds most of the terms. */
export function matchIn(texts: readonly PlacedText[], terms: readonly Term[]): Match {
  const marked = texts.map((each) => ({ in: each.in, marked: mark(each.text, terms) }));
  const best = marked.reduce((a, b) => (isBetter(b, a) ? b : a));
  return { in: best.in, text: best.marked!.html() };
}

type Candidate = { readonly in: Place; readonly marked: Marked | null };

/** The text with more of the terms, then the one in the weightier place. */
function isBetter(a: Candidate, b: Candidate): boolean {
  const more = (a.marked?.terms ?? 0) - (b.marked?.terms ?? 0);
  return more !== 0 ? more > 0 : PLACES.indexOf(a.in) < PLACES.indexOf(b.in);
}
