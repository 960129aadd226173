/**
 * Full-text search: one row of the index a decision and one a registration of a mission or document, known from the event that its row
 * is numbered by. The index follows the views by a checkpoint of its own, so that projecting never waits for it.
 */
import type { RegistrationKind } from '#mandate/registry.js';
import { REGISTRATIONS, registrationOf } from '#mandate/registry.js';
import { mandateOfStream } from '#mandate/events.js';
import type { Database, Row, Statement } from './database.js';
import type { EventsView } from './events.view.js';
import type { Page } from './page.js';
import type { Place, PlacedText } from './search-texts.js';
import { COLUMNS, PLACES, textsOfDecision, textsOfRegistration } from './search-texts.js';
import type { Marked, Term } from './search-words.js';
import { expressionOf, indexed, mark } from './search-words.js';

const names = COLUMNS.map(({ name }) => name).join(', ');

/** The index keeps no texts: a match is shown from the events. The texts come in words already, which `ascii` takes as they are (search-words.ts). */
export const SEARCH_DDL = `
  CREATE VIRTUAL TABLE search_text USING fts5(${names}, content = '', tokenize = 'ascii'); -- rowid: leaf_index
  CREATE TABLE search_decision (leaf INTEGER PRIMARY KEY, mandate_id TEXT NOT NULL);
  CREATE TABLE search_registration (leaf INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL);
  CREATE INDEX search_registered ON search_registration (kind, id, leaf);
  CREATE TABLE search_cited (document_id TEXT NOT NULL, leaf INTEGER NOT NULL, PRIMARY KEY (document_id, leaf)) WITHOUT ROWID;
  CREATE TABLE search_named ( -- missions and documents of each mandate, from the first decision that names them
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    mandate_id TEXT NOT NULL,
    leaf INTEGER NOT NULL,
    PRIMARY KEY (kind, id, mandate_id)
  ) WITHOUT ROWID;
  CREATE TABLE search_checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL);
  INSERT INTO search_checkpoint VALUES (1, 0);`;

/** Where something stands in the order of what was found: the less the score the better, then by key. */
export type Rank<Key> = readonly [score: number, key: Key];

export interface Found<Key> {
  readonly rank: Rank<Key>;
  /** Rows in which the terms were found. */
  readonly leaves: readonly number[];
}

export interface Match {
  readonly in: Place;
  /** HTML whose only markup is <mark>. */
  readonly text: string;
}

export interface SearchView {
  /** How many events are in the index. */
  size(): number;
  /** Mandates that have every term somewhere in their texts, the best first. @param known only what the first so many events say; all where null */
  mandates(terms: readonly Term[], known: number | null, after: Rank<string> | null): Found<string>[];
  /** The same of decisions, on one mandate or on all, by the leaf index of their last event; at most `limit`. */
  decisions(terms: readonly Term[], known: number | null, mandateId: string | null, page: Page<Rank<number>>): Found<number>[];
  /** The text that holds most of the terms. */
  match(leaves: readonly number[], terms: readonly Term[]): Match;
}

export interface SearchIndex {
  /** Takes in the next events that are in the views, at most so many, all or none. Answers whether there are more. */
  catchUp(most: number): boolean;
}

const EVENT = 'leaf_index, stream, revision, type, data, metadata, decision_id';

export function followForSearch(db: Database, events: EventsView): SearchIndex {
  const next = db.prepare(`SELECT ${EVENT} FROM event WHERE leaf_index >= ? ORDER BY leaf_index LIMIT ?`);
  const text = db.prepare(`INSERT INTO search_text (rowid, ${names}) VALUES (${['', ...COLUMNS].map(() => '?').join(', ')})`);
  const decision = db.prepare('INSERT INTO search_decision VALUES (?, ?)');
  const registration = db.prepare('INSERT INTO search_registration VALUES (?, ?, ?)');
  const cited = db.prepare('INSERT INTO search_cited VALUES (?, ?)');
  const named = db.prepare('INSERT OR IGNORE INTO search_named VALUES (?, ?, ?, ?)');
  const save = db.prepare('UPDATE search_checkpoint SET size = ?');
  const size = db.prepare('SELECT size FROM search_checkpoint');
  const viewsSize = db.prepare('SELECT size FROM checkpoint');

  function write(leaf: number, texts: readonly PlacedText[]): void {
    const columns = COLUMNS.map(({ places }) =>
      indexed(texts.filter((each) => (places as readonly Place[]).includes(each.in)).map((each) => each.text)),
    );
    text.run(leaf, ...columns);
  }

  function take(row: Row): void {
    const said = saidBy(row, events);
    if (said === null) return;
    const { leaf, texts } = said;
    write(leaf, texts);
    if ('kind' in said) return registration.run(leaf, said.kind, said.id);
    decision.run(leaf, said.mandateId);
    for (const id of said.documents) cited.run(id, leaf);
    for (const id of said.documents) named.run('document', id, said.mandateId, leaf);
    for (const id of said.missions) named.run('mission', id, said.mandateId, leaf);
  }

  return {
    catchUp(most) {
      const from = size.get()![0] as number;
      const until = viewsSize.get()![0] as number;
      if (from === until) return false;
      const rows = next.all(from, Math.min(most, until - from));
      db.transaction(() => {
        for (const row of rows) take(row);
        save.run(from + rows.length);
      });
      return from + rows.length < until;
    },
  };
}

type Said = { readonly leaf: number; readonly texts: readonly PlacedText[] } & (
  | { readonly kind: RegistrationKind; readonly id: string }
  | { readonly mandateId: string; readonly missions: ReadonlySet<string>; readonly documents: ReadonlySet<string> }
);

/** What is to be found by an event; null for one that does not end its decision. */
function saidBy([leafIndex, stream, revision, type, data, metadata, decisionId]: Row, events: EventsView): Said | null {
  const leaf = leafIndex as number;
  const kind = registrationOf(type as string);
  if (kind !== null) {
    const registered = JSON.parse(data as string) as Record<string, unknown>;
    return { leaf, kind, id: registered[REGISTRATIONS[kind].idField] as string, texts: textsOfRegistration(kind, registered) };
  }
  if (decisionId === null) return null;
  const mandateId = mandateOfStream(stream as string)!;
  const { effectCount } = JSON.parse(metadata as string) as { readonly effectCount: number };
  const own = events.ofMandate(mandateId, (revision as number) - effectCount + 1, revision as number);
  return { leaf, mandateId, ...textsOfDecision(mandateId, own) };
}

/** What a decision says itself; the other columns are those of missions and documents. */
const OWN = `{${COLUMNS.filter(({ name }) => name !== 'mission' && name !== 'document')
  .map(({ name }) => name)
  .join(' ')}}`;
const weights = COLUMNS.map(({ weight }) => weight).join(', ');

/** Parameters of every search: 1 the number of events that are known, 2 and 3 the place to go on after, 4 the limit, 5 the mandate asked for. */
const FIRST_EXPRESSION = 6;
const KNOWN_ALL = Number.MAX_SAFE_INTEGER;

/** Rows that hold an expression; the score is asked for here, since FTS5 gives it to nobody who groups. */
const hits = (parameter: number): string =>
  `(SELECT rowid AS leaf, bm25(search_text, ${weights}) AS score FROM search_text WHERE search_text MATCH ?${parameter} AND rowid < ?1 LIMIT -1)`;

/** What was registered last, as far as it is known. */
const NEWEST = `NOT EXISTS (
  SELECT 1 FROM search_registration AS later WHERE later.kind = was.kind AND later.id = was.id AND later.leaf > was.leaf AND later.leaf < ?1)`;

/** How what is found is reached from the rows of decisions, and from those of missions and documents. */
const MANDATES = {
  own: (n: number) => `SELECT mandate_id AS entity, score, hit.leaf AS leaf FROM ${hits(n)} AS hit JOIN search_decision USING (leaf)`,
  registered: (n: number) => `
    SELECT named.mandate_id, score, hit.leaf FROM ${hits(n)} AS hit
    JOIN search_registration AS was ON was.leaf = hit.leaf AND ${NEWEST}
    JOIN search_named AS named ON named.kind = was.kind AND named.id = was.id AND named.leaf < ?1`,
};
const DECISIONS = {
  own: (n: number) => `
    SELECT hit.leaf AS entity, score, hit.leaf AS leaf FROM ${hits(n)} AS hit
    JOIN search_decision AS decision ON decision.leaf = hit.leaf AND (?5 IS NULL OR decision.mandate_id = ?5)`,
  registered: (n: number) => `
    SELECT cited.leaf, score, hit.leaf FROM ${hits(n)} AS hit
    JOIN search_registration AS was ON was.leaf = hit.leaf AND was.kind = 'document' AND ${NEWEST}
    JOIN search_cited AS cited ON cited.document_id = was.id AND cited.leaf < ?1
    JOIN search_decision AS decision ON decision.leaf = cited.leaf AND (?5 IS NULL OR decision.mandate_id = ?5)`,
};

/** One statement for each number of expressions: what has all of them, by the sum of its best scores for each. */
function searching(db: Database, { own, registered }: typeof MANDATES): (expressions: number) => Statement {
  const prepared = new Map<number, Statement>();
  return (expressions) => {
    let statement = prepared.get(expressions);
    if (statement === undefined) {
      const each = Array.from({ length: expressions }, (_, i) => `best${i}`);
      const bests = each.map((name, i) => {
        const [ofOwn, ofRegistered] = [own(FIRST_EXPRESSION + 2 * i), registered(FIRST_EXPRESSION + 2 * i + 1)];
        return `${name} AS MATERIALIZED (SELECT entity, min(score) AS score, leaf FROM (${ofOwn} UNION ALL ${ofRegistered}) GROUP BY entity)`;
      });
      const score = each.map((name) => `${name}.score`).join(' + ');
      const leaves = each.map((name, i) => `${name}.leaf AS leaf${i}`).join(', ');
      const all = each.map((name, i) => (i === 0 ? name : `JOIN ${name} USING (entity)`)).join(' ');
      statement = db.prepare(`
        WITH ${bests.join(', ')}, found AS (SELECT ${score} AS score, entity, ${leaves} FROM ${all})
        SELECT * FROM found WHERE ?2 IS NULL OR (score, entity) > (?2, ?3) ORDER BY score, entity LIMIT ?4`);
      prepared.set(expressions, statement);
    }
    return statement;
  };
}

const foundIn = <Key extends string | number>([score, key, ...leaves]: Row): Found<Key> => ({
  rank: [score as number, key as Key],
  leaves: [...new Set(leaves as number[])],
});

export function openSearch(db: Database, events: EventsView): SearchView {
  const size = db.prepare('SELECT size FROM search_checkpoint');
  const row = db.prepare(`SELECT ${EVENT} FROM event WHERE leaf_index = ?`);
  const inDocuments = db.prepare('SELECT 1 FROM search_text WHERE search_text MATCH ? LIMIT 1');
  const [mandates, decisions] = [searching(db, MANDATES), searching(db, DECISIONS)];
  const isInDocuments = (term: Term): boolean => inDocuments.get(`{document} : ${expressionOf(term)}`) !== undefined;

  return {
    size: () => size.get()![0] as number,
    mandates(terms, known, after) {
      const expressions = terms.flatMap((term) => [`${OWN} : ${expressionOf(term)}`, `{mission document} : ${expressionOf(term)}`]);
      const rows = mandates(terms.length).all(known ?? KNOWN_ALL, after?.[0] ?? null, after?.[1] ?? null, -1, null, ...expressions);
      return rows.map((each) => foundIn<string>(each));
    },
    decisions(terms, known, mandateId, { after, limit }) {
      // What no document has is in the decision's own row or nowhere, and FTS5 itself is quickest to find rows that have all of it.
      const own = terms.filter((term) => !isInDocuments(term));
      const either = terms.filter((term) => !own.includes(term)).map(expressionOf);
      const wanted = [...(own.length === 0 ? [] : [`(${own.map(expressionOf).join(' AND ')})`]), ...either];
      const expressions = wanted.flatMap((expression) => [`${OWN} : ${expression}`, `{document} : ${expression}`]);
      const rows = decisions(wanted.length).all(
        known ?? KNOWN_ALL,
        after?.[0] ?? null,
        after?.[1] ?? null,
        limit,
        mandateId,
        ...expressions,
      );
      return rows.map((each) => foundIn<number>(each));
    },
    match(leaves, terms) {
      const texts = leaves.flatMap((leaf) => saidBy(row.get(leaf)!, events)!.texts);
      const marked = texts.flatMap((text) => ({ in: text.in, marked: mark(text.text, terms) }));
      const best = marked.reduce((a, b) => (isBetter(b, a) ? b : a));
      return { in: best.in, text: best.marked!.html() };
    },
  };
}

type Candidate = { readonly in: Place; readonly marked: Marked | null };

/** The text with more of the terms, then the one in the weightier place. */
function isBetter(a: Candidate, b: Candidate): boolean {
  const more = (a.marked?.terms ?? 0) - (b.marked?.terms ?? 0);
  return more !== 0 ? more > 0 : PLACES.indexOf(a.in) < PLACES.indexOf(b.in);
}
