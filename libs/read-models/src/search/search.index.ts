/** The index of a search follows the views by a checkpoint of its own, so that projecting never waits for it. */
import type { RegistrationKind } from '#mandate';
import { mandateOfStream, registrationOf, REGISTRATIONS } from '#mandate';
import { LRUCache } from 'lru-cache';
import type { Database, Row } from '#sqlite';
import type { EventsView } from '../events.view.js';
import { EVERY, idWord, rowOf, rowOfRegistration, WORDS_OF } from './rows.js';
import type { PlacedText } from './texts.js';
import { TIERS, textsOfDecision, textsOfRegistration, tierOf } from './texts.js';
import { taggedWords } from './words.js';

/**
 * The index keeps no texts: a match is shown from the events. The texts come in words already, which `ascii` takes as
 * they are (search-words.ts).
 */
export const SEARCH_DDL = `
  -- rowid: search_row.row, or that of a registration (rows.ts)
  CREATE VIRTUAL TABLE search_text USING fts5(words, content = '', columnsize = 0, tokenize = 'ascii');
  CREATE TABLE search_row (row INTEGER PRIMARY KEY, leaf INTEGER NOT NULL); -- one a decision
  CREATE TABLE search_mandate ( -- numbered in the order of their first decisions
    no INTEGER PRIMARY KEY,
    mandate_id TEXT NOT NULL UNIQUE,
    first_leaf INTEGER NOT NULL UNIQUE
  );
  CREATE TABLE search_registration (leaf INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL);
  CREATE INDEX search_registered ON search_registration (kind, id, leaf);
  -- every word behind its tag, and in how many rows of a sample it is
  CREATE TABLE search_word (word TEXT PRIMARY KEY, sampled INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE search_checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL);
  INSERT INTO search_checkpoint VALUES (1, 0);`;

export interface SearchIndex {
  /** Takes in the next events that are in the views, at most so many, all or none. Answers whether there are more. */
  catchUp(most: number): boolean;
}

const KEPT_WORDS = 50_000;
const KEPT_MANDATES = 5000;
/** One row in so many counts for how often a word is. */
export const SAMPLE = 64;

/** Spread evenly, however many events a decision has. */
const isSampled = (leaf: number): boolean => Math.imul(leaf, 0x9e3779b1) >>> 26 === 0;

export function followForSearch(db: Database, events: EventsView): SearchIndex {
  const next = db.prepare(`SELECT ${EVENT} FROM event WHERE leaf_index >= ? ORDER BY leaf_index LIMIT ?`);
  const text = db.prepare('INSERT INTO search_text (rowid, words) VALUES (?, ?)');
  const row = db.prepare('INSERT INTO search_row VALUES (?, ?)');
  const mandate = db.prepare('SELECT no FROM search_mandate WHERE mandate_id = ?');
  const newMandate = db.prepare('INSERT INTO search_mandate (mandate_id, first_leaf) VALUES (?, ?)');
  const registration = db.prepare('INSERT INTO search_registration VALUES (?, ?, ?)');
  const word = db.prepare('INSERT OR IGNORE INTO search_word VALUES (?, 0)');
  const count = db.prepare('UPDATE search_word SET sampled = sampled + 1 WHERE word = ?');
  const save = db.prepare('UPDATE search_checkpoint SET size = ?');
  const size = db.prepare('SELECT size FROM search_checkpoint');
  const viewsSize = db.prepare('SELECT size FROM checkpoint');
  const knownWords = new Set<string>();
  const knownMandates = new LRUCache<string, number>({ max: KEPT_MANDATES });

  function numberOf(mandateId: string, leaf: number): number {
    const known = knownMandates.get(mandateId);
    if (known !== undefined) return known;
    if (mandate.get(mandateId) === undefined) newMandate.run(mandateId, leaf);
    const no = mandate.get(mandateId)![0] as number;
    knownMandates.set(mandateId, no);
    return no;
  }

  function learn(words: readonly string[], leaf: number): void {
    if (knownWords.size > KEPT_WORDS) knownWords.clear();
    for (const each of words) {
      if (knownWords.has(each)) continue;
      word.run(each);
      knownWords.add(each);
    }
    if (isSampled(leaf)) for (const each of new Set(words)) count.run(each);
  }

  /** The row of the index, which is written when all of the batch are known. */
  function take(said: Said): IndexRow {
    const { leaf, texts } = said;
    if ('kind' in said) {
      registration.run(leaf, said.kind, said.id);
      const words = taggedWords(WORDS_OF[said.kind], texts.map((each) => each.text)); // prettier-ignore
      learn(words, leaf);
      return { row: rowOfRegistration(leaf), words };
    }
    const at = rowOf(numberOf(said.mandateId, leaf), said.revision);
    row.run(at, leaf);
    const words = TIERS.flatMap(({ tag }, i) => {
      const own = texts.filter((each) => tierOf(each.in) === i + 1).map((each) => each.text);
      return own.length === 0 ? [] : taggedWords(tag, own);
    });
    learn(words, leaf);
    for (const id of said.missions) words.push(idWord('mission', id));
    for (const id of said.documents) words.push(idWord('document', id));
    words.push(EVERY);
    return { row: at, words };
  }

  /** What these rows say, in order. */
  function* saidByAll(rows: readonly Row[]): Generator<Said> {
    const open = new Map<unknown, EventData[]>();
    for (const each of rows) {
      const [, stream, , type, data, , decisionId] = each;
      if (registrationOf(type as string) === null) {
        if (!open.has(stream)) open.set(stream, []);
        open.get(stream)!.push({ data: JSON.parse(data as string) as EventData['data'] });
        if (decisionId === null) continue;
      }
      yield saidBy(each, events, open.get(stream));
      open.delete(stream);
    }
  }

  return {
    catchUp(most) {
      const from = size.get()![0] as number;
      const until = viewsSize.get()![0] as number;
      if (from === until) return false;
      const rows = next.all(from, Math.min(most, until - from));
      try {
        db.transaction(() => {
          // In order of the rows, since FTS5 begins a new segment with each that goes back.
          const written = [...saidByAll(rows)].map(take).sort((a, b) => a.row - b.row);
          for (const each of written) text.run(each.row, each.words.join(' '));
          save.run(from + rows.length);
        });
      } catch (error) {
        knownWords.clear();
        knownMandates.clear();
        throw error;
      }
      return from + rows.length < until;
    },
  };
}

interface IndexRow {
  readonly row: number;
  readonly words: readonly string[];
}

/** The columns that `saidBy` reads. */
export const EVENT = 'leaf_index, stream, revision, type, data, metadata, decision_id';

export type Said = { readonly leaf: number; readonly texts: readonly PlacedText[] } & (
  | { readonly kind: RegistrationKind; readonly id: string }
  | {
      readonly mandateId: string;
      readonly revision: number;
      readonly missions: ReadonlySet<string>;
      readonly documents: ReadonlySet<string>;
    }
);

type EventData = Parameters<typeof textsOfDecision>[1][number];

/**
 * What is to be found by the registration or by the last event of a decision. @param own the decision's events, as far
 * as they are at hand
 */
export function saidBy(
  [leafIndex, stream, last, type, data, metadata]: Row,
  events: EventsView,
  own: readonly EventData[] = [],
): Said {
  const leaf = leafIndex as number;
  const kind = registrationOf(type as string);
  if (kind !== null) {
    const registered = JSON.parse(data as string) as EventData['data'];
    return {
      leaf,
      kind,
      id: registered[REGISTRATIONS[kind].idField] as string,
      texts: textsOfRegistration(kind, registered),
    };
  }
  const mandateId = mandateOfStream(stream as string)!;
  const revision = last as number;
  const { effectCount } = JSON.parse(metadata as string) as { readonly effectCount: number };
  const all = own.length === effectCount ? own : events.ofMandate(mandateId, revision - effectCount + 1, revision);
  return { leaf, mandateId, revision, ...textsOfDecision(mandateId, all) };
}
