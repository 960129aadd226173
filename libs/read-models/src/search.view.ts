/**
 * Full-text search: one row of the index a decision and one a registration of a mission or document, known from the event that its row
 * is numbered by. The index follows the views by a checkpoint of its own, so that projecting never waits for it.
 */
import type { RegistrationKind } from '#mandate/registry.js';
import { REGISTRATIONS, registrationOf } from '#mandate/registry.js';
import { mandateOfStream } from '#mandate/events.js';
import { LRUCache } from 'lru-cache';
import type { Database, Row, SqlValue, Statement } from './database.js';
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

/** Rows that are counted to learn which word is the rarest. */
const OFTEN = 2000;
const KEPT_NAMES = 5000;
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
  const alreadyNamed = new LRUCache<string, true>({ max: KEPT_NAMES });

  function write(leaf: number, texts: readonly PlacedText[]): void {
    const columns = COLUMNS.map(({ places }) =>
      indexed(texts.filter((each) => (places as readonly Place[]).includes(each.in)).map((each) => each.text)),
    );
    text.run(leaf, ...columns);
  }

  /** Most decisions name what earlier ones on their mandate have named. */
  function name(kind: RegistrationKind, id: string, mandateId: string, leaf: number): void {
    const key = `${kind} ${id} ${mandateId}`;
    if (alreadyNamed.has(key)) return;
    named.run(kind, id, mandateId, leaf);
    alreadyNamed.set(key, true);
  }

  function take(said: Said): void {
    const { leaf, texts } = said;
    write(leaf, texts);
    if ('kind' in said) return registration.run(leaf, said.kind, said.id);
    decision.run(leaf, said.mandateId);
    for (const id of said.documents) {
      cited.run(id, leaf);
      name('document', id, said.mandateId, leaf);
    }
    for (const id of said.missions) name('mission', id, said.mandateId, leaf);
  }

  /** What these rows say, in order. */
  function* saidByAll(rows: readonly Row[]): Generator<Said> {
    const open = new Map<unknown, EventData[]>();
    for (const row of rows) {
      const [, stream, , type, data, , decisionId] = row;
      if (registrationOf(type as string) === null) {
        if (!open.has(stream)) open.set(stream, []);
        open.get(stream)!.push({ data: JSON.parse(data as string) as EventData['data'] });
        if (decisionId === null) continue;
      }
      yield saidBy(row, events, open.get(stream));
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
          for (const said of saidByAll(rows)) take(said);
          save.run(from + rows.length);
        });
      } catch (error) {
        alreadyNamed.clear();
        throw error;
      }
      return from + rows.length < until;
    },
  };
}

type Said = { readonly leaf: number; readonly texts: readonly PlacedText[] } & (
  | { readonly kind: RegistrationKind; readonly id: string }
  | { readonly mandateId: string; readonly missions: ReadonlySet<string>; readonly documents: ReadonlySet<string> }
);

type EventData = Parameters<typeof textsOfDecision>[1][number];

/** What is to be found by the registration or by the last event of a decision. @param own the decision's events, as far as they are at hand */
function saidBy([leafIndex, stream, revision, type, data, metadata]: Row, events: EventsView, own: readonly EventData[] = []): Said {
  const leaf = leafIndex as number;
  const kind = registrationOf(type as string);
  if (kind !== null) {
    const registered = JSON.parse(data as string) as EventData['data'];
    return { leaf, kind, id: registered[REGISTRATIONS[kind].idField] as string, texts: textsOfRegistration(kind, registered) };
  }
  const mandateId = mandateOfStream(stream as string)!;
  const { effectCount } = JSON.parse(metadata as string) as { readonly effectCount: number };
  const all = own.length === effectCount ? own : events.ofMandate(mandateId, (revision as number) - effectCount + 1, revision as number);
  return { leaf, mandateId, ...textsOfDecision(mandateId, all) };
}

/** Parameters of every search: 1 the number of events that are known, 2 and 3 the rank to go on after, 4 the limit, 5 the mandate asked for. */
const FIRST_EXPRESSION = 6;
const KNOWN_ALL = Number.MAX_SAFE_INTEGER;

const weights = COLUMNS.map(({ weight }) => weight).join(', ');
/**
 * Rows that hold an expression, with their mandate where they are of a decision. The score is asked for within: FTS5 gives it to nobody who groups.
 * @param among what the expressions before have found: other decisions' rows need no score
 */
const hits = (expression: number, entity: string, among: string | null): string => `
  SELECT search_text.rowid AS leaf, bm25(search_text, ${weights}) AS score, mandate_id
  FROM search_text LEFT JOIN search_decision ON search_decision.leaf = search_text.rowid
  WHERE search_text MATCH ?${expression} AND search_text.rowid < ?1
    ${among === null ? '' : `AND (mandate_id IS NULL OR ${entity} IN (SELECT entity FROM ${among}))`}
  LIMIT -1`;

/** Missions and documents among the hits, as they were registered last as far as it is known. */
const registered = (hit: string): string => `
  ${hit} JOIN search_registration AS was ON ${hit}.mandate_id IS NULL AND was.leaf = ${hit}.leaf AND NOT EXISTS (
    SELECT 1 FROM search_registration AS later WHERE later.kind = was.kind AND later.id = was.id AND later.leaf > was.leaf AND later.leaf < ?1)`;

/** What is found by a decision's own texts, and by those of the missions and documents that it names: entity, score and row. */
interface Entities {
  /** The column of a decision's row. */
  readonly key: string;
  readonly found: (hit: string) => string;
}
const MANDATES: Entities = {
  key: 'mandate_id',
  found: (hit) => `
    SELECT mandate_id AS entity, score, leaf FROM ${hit} WHERE mandate_id IS NOT NULL
    UNION ALL
    SELECT named.mandate_id, score, ${hit}.leaf FROM ${registered(hit)}
    JOIN search_named AS named ON named.kind = was.kind AND named.id = was.id AND named.leaf < ?1`,
};
const DECISIONS: Entities = {
  key: 'search_text.rowid',
  found: (hit) => `
    SELECT leaf AS entity, score, leaf FROM ${hit} WHERE mandate_id IS NOT NULL AND (?5 IS NULL OR mandate_id = ?5)
    UNION ALL
    SELECT cited.leaf, score, ${hit}.leaf FROM ${registered(hit)}
    JOIN search_cited AS cited ON was.kind = 'document' AND cited.document_id = was.id AND cited.leaf < ?1
    JOIN search_decision AS decision ON decision.leaf = cited.leaf AND (?5 IS NULL OR decision.mandate_id = ?5)`,
};

/** One statement for each number of expressions: what has all of them, by the sum of its best scores for each. */
function searching(db: Database, { key, found }: Entities): (expressions: readonly string[], ...values: SqlValue[]) => Row[] {
  const prepared = new Map<number, Statement>();
  function prepare(count: number): Statement {
    const each = Array.from({ length: count }, (_, i) => i);
    const parts = each.map(
      (i) => `
        hit${i} AS MATERIALIZED (${hits(FIRST_EXPRESSION + i, key, i === 0 ? null : `best${i - 1}`)}),
        best${i} AS MATERIALIZED (SELECT entity, min(score) AS score, leaf FROM (${found(`hit${i}`)}) GROUP BY entity)`,
    );
    const score = each.map((i) => `best${i}.score`).join(' + ');
    const leaves = each.map((i) => `best${i}.leaf AS leaf${i}`).join(', ');
    const all = each.map((i) => (i === 0 ? 'best0' : `JOIN best${i} USING (entity)`)).join(' ');
    return db.prepare(`
      WITH ${parts.join(', ')}, found AS (SELECT ${score} AS score, entity, ${leaves} FROM ${all})
      SELECT * FROM found WHERE ?2 IS NULL OR (score, entity) > (?2, ?3) ORDER BY score, entity LIMIT ?4`);
  }
  const some = db.prepare(`SELECT count(*) FROM (SELECT 1 FROM search_text WHERE search_text MATCH ? LIMIT ${OFTEN})`);
  return (unordered, ...values) => {
    const expressions = rarestFirst(unordered, (expression) => some.get(expression)![0] as number);
    const statement = prepared.get(expressions.length) ?? prepare(expressions.length);
    prepared.set(expressions.length, statement);
    return statement.all(...values, ...expressions);
  };
}

const rarestFirst = (expressions: readonly string[], count: (expression: string) => number): string[] =>
  expressions
    .map((expression) => ({ expression, count: expressions.length === 1 ? 0 : count(expression) }))
    .sort((a, b) => a.count - b.count)
    .map(({ expression }) => expression);

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
      const [score, key] = after ?? [null, null];
      const rows = mandates(terms.map(expressionOf), known ?? KNOWN_ALL, score, key, -1, null);
      return rows.map((each) => foundIn<string>(each));
    },
    decisions(terms, known, mandateId, { after, limit }) {
      const [score, key] = after ?? [null, null];
      // What no document has is in the decision's own row or nowhere, and FTS5 itself is quickest to find rows that have all of it.
      const documents = terms.filter(isInDocuments);
      const own = terms.filter((term) => !documents.includes(term)).map(expressionOf);
      const either = documents.map(expressionOf);
      const expressions = own.length === 0 ? either : [own.join(' AND '), ...either];
      const rows = decisions(expressions, known ?? KNOWN_ALL, score, key, limit, mandateId);
      return rows.map((each) => foundIn<number>(each));
    },
    match(leaves, terms) {
      const texts = leaves.flatMap((leaf) => saidBy(row.get(leaf)!, events).texts);
      const marked = texts.map((each) => ({ in: each.in, marked: mark(each.text, terms) }));
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
