/** Current mandates. Rows say which mandates a list selects on a day; what an answer says is computed from the folded mandate when it is asked for. */
import { decisionOf, mandateOfStream } from '#mandate/events.js';
import { fold } from '#mandate/history.js';
import type { MakeUp, Mandate } from '#mandate/mandate.js';
import { registrationOf } from '#mandate/registry.js';
import type { MissionFacts } from '#mandate/standing.js';
import { changeDays, facetsOn, organisationsOf, regionOf, standingOn } from '#mandate/standing.js';
import type { Day } from '#mandate/term-date.js';
import { FOREVER, dayBefore } from '#mandate/term-date.js';
import { LRUCache } from 'lru-cache';
import type { Database, SqlValue } from './database.js';
import type { EventsView } from './events.view.js';
import type { FoldedMandate } from './folded-mandates.js';
import { FoldedMandates, foldEvents } from './folded-mandates.js';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';
import type { RegistryView } from './registry.view.js';
import type { Projection } from './view.js';

export const MANDATES_DDL = `
  CREATE TABLE mandate_span ( -- one row for each span of days on which a list selects the mandate by the same
    mandate_id TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    status TEXT NOT NULL,
    region TEXT,
    last_day TEXT,                -- of the term that runs
    organisations TEXT NOT NULL,  -- ' EU UN ': words between blanks, for instr()
    missions TEXT NOT NULL,
    categories TEXT NOT NULL,
    search TEXT NOT NULL,
    PRIMARY KEY (mandate_id, from_day)
  ) WITHOUT ROWID;
  CREATE TABLE mandate_mission (mission_id TEXT NOT NULL, mandate_id TEXT NOT NULL, PRIMARY KEY (mission_id, mandate_id)) WITHOUT ROWID;`;

/** Characters of answers that are kept for the next time that they are asked for. */
const KEPT_ANSWERS = 16_000_000;
/** Mandates whose rows are known without reading them. */
const KEPT_ROWS = 50_000;

export interface MandateAnswer {
  readonly json: string;
  readonly revision: number;
}

export interface MandateCriteria {
  readonly asOf: Day;
  readonly status?: string;
  readonly organisation?: string;
  readonly region?: string;
  readonly mission?: string;
  readonly category?: string;
  readonly expiringBefore?: Day;
  readonly q?: string;
}

export interface MandatesView extends Projection {
  /** GET /v1/mandates/{id} on a day; null for a mandate without decisions. */
  one(mandateId: string, asOf: Day): MandateAnswer | null;
  /** The same as of an earlier revision, replayed from the first event; null where the stream does not reach it. */
  atRevision(mandateId: string, asOf: Day, revision: number): MandateAnswer | null;
  /** GET /v1/mandates: how every mandate that meets the criteria stands on a day, by id. */
  list(criteria: MandateCriteria, page: Page<string>): PageOf;
}

export function openMandates(db: Database, events: EventsView, { missionFacts }: RegistryView): MandatesView {
  const folded = new FoldedMandates(events);
  const answers = new LRUCache<string, { readonly of: FoldedMandate; readonly answer: MandateAnswer }>({
    maxSize: KEPT_ANSWERS,
    sizeCalculation: ({ answer }) => answer.json.length,
  });
  const rows = spanRows(db, missionFacts);
  const linked = db.prepare('SELECT mandate_id FROM mandate_mission WHERE mission_id = ?');
  const select = selection(db);
  const changed = new Set<string>();

  function one(mandateId: string, asOf: Day): MandateAnswer | null {
    const mandate = folded.get(mandateId);
    if (mandate === null) return null;
    const key = `${mandateId} ${asOf}`;
    const kept = answers.get(key);
    if (kept?.of === mandate) return kept.answer;
    const answer = answerOn(mandate.history.mandate, asOf, mandate.revision, missionFacts);
    answers.set(key, { of: mandate, answer });
    return answer;
  }

  return {
    project(event) {
      const mandateId = mandateOfStream(event.stream);
      if (mandateId !== null) {
        folded.take(mandateId, event);
        changed.add(mandateId);
      } else if (registrationOf(event.type) === 'mission') {
        // What an answer says of its missions has changed with them.
        answers.clear();
        for (const [id] of linked.all(event.data['missionId'] as string)) changed.add(id as string);
      }
    },
    flush() {
      for (const mandateId of changed) {
        const mandate = folded.get(mandateId);
        if (mandate !== null) rows.write(mandate.history.mandate);
      }
      changed.clear();
    },
    rollback() {
      changed.clear();
      folded.clear();
      rows.forget();
      answers.clear();
    },
    one,
    atRevision(mandateId, asOf, revision) {
      const replayed = events.ofMandate(mandateId, 0, revision);
      if (replayed.length !== revision + 1) return null;
      const { history, open } = foldEvents(mandateId, replayed);
      // A revision inside a decision shows the effects up to it.
      const { mandate } = open.length === 0 ? history : fold(history, decisionOf(open));
      return answerOn(mandate, asOf, revision, missionFacts);
    },
    list: (criteria, page) => pageOf(select(criteria, page), page.limit, ([id]) => one(id as string, criteria.asOf)!.json),
  };
}

function answerOn(mandate: Mandate, asOf: Day, revision: number, missionFacts: MissionFacts): MandateAnswer {
  return { json: JSON.stringify({ ...standingOn(mandate, asOf, missionFacts), revision, asOf }), revision };
}

/** Writes the rows of a mandate, but for those that are as they were: most decisions change what an answer says and not what selects it. */
function spanRows(db: Database, missionFacts: MissionFacts): { write(mandate: Mandate): void; forget(): void } {
  const clear = db.prepare('DELETE FROM mandate_span WHERE mandate_id = ?');
  const insert = db.prepare('INSERT INTO mandate_span VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const link = db.prepare('INSERT OR IGNORE INTO mandate_mission VALUES (?, ?)');
  const written = new LRUCache<string, string>({ max: KEPT_ROWS });
  return {
    write(mandate) {
      const { mandateId } = mandate;
      const spans = spansOf(mandate, missionFacts);
      const text = JSON.stringify(spans);
      if (written.get(mandateId) === text) return;
      clear.run(mandateId);
      for (const { from, until, facets } of spans) insert.run(mandateId, from, until, ...facets);
      for (const { value } of mandate.makeUp) for (const mission of value.missions) link.run(mission, mandateId);
      for (const mission of mandate.subjectMissions) link.run(mission, mandateId);
      written.set(mandateId, text);
    },
    forget: () => written.clear(),
  };
}

interface Span {
  readonly from: Day;
  until: Day;
  /** The columns after until_day. */
  readonly facets: readonly SqlValue[];
}

/** All of time, without gap or overlap; neighbours that would be selected by the same are one. */
function spansOf(mandate: Mandate, missionFacts: MissionFacts): Span[] {
  const spans: Span[] = [];
  for (const from of changeDays(mandate)) {
    const { status, lastDay, makeUp } = facetsOn(mandate, from);
    const facts = makeUp.missions.map(missionFacts);
    const facets = [status, regionOf(facts), lastDay, words(organisationsOf(facts)), ...wordsOf(makeUp, mandate.mandateId)];
    const last = spans.at(-1);
    if (last !== undefined && facets.every((value, n) => value === last.facets[n])) continue;
    if (last !== undefined) last.until = dayBefore(from);
    spans.push({ from, until: FOREVER, facets });
  }
  return spans;
}

const words = (list: readonly string[]): string => ` ${list.join(' ')} `;

/** Missions, categories and the text that `q` looks into; a make-up never changes once it is made. */
const wordsOfMakeUp = new WeakMap<MakeUp, readonly string[]>();
function wordsOf(makeUp: MakeUp, mandateId: string): readonly string[] {
  let known = wordsOfMakeUp.get(makeUp);
  if (known === undefined) {
    const { title, missions, contributions } = makeUp;
    const texts = new Set([title, mandateId, ...missions, ...contributions.flatMap(({ description }) => description ?? [])]);
    const categories = new Set(contributions.flatMap((contribution) => contribution.categories));
    known = [words(missions), words([...categories]), withoutAccents([...texts].join('\n'))];
    wordsOfMakeUp.set(makeUp, known);
  }
  return known;
}

/** Lower case and without diacritics, so that a search for `georgie` finds `Georgië`. */
const withoutAccents = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

function selection(db: Database): (criteria: MandateCriteria, page: Page<string>) => (readonly SqlValue[])[] {
  const select = db.prepare(`
    SELECT mandate_id FROM mandate_span
    WHERE mandate_id > ?1 AND from_day <= ?2 AND until_day >= ?2
      AND (?3 IS NULL OR status = ?3)
      AND (?4 IS NULL OR instr(organisations, ' ' || ?4 || ' '))
      AND (?5 IS NULL OR region = ?5)
      AND (?6 IS NULL OR instr(missions, ' ' || ?6 || ' '))
      AND (?7 IS NULL OR instr(categories, ' ' || ?7 || ' '))
      AND (?8 IS NULL OR last_day < ?8)
      AND (?9 IS NULL OR instr(search, ?9))
    ORDER BY mandate_id LIMIT ?10`);
  return ({ asOf, status, organisation, region, mission, category, expiringBefore, q }, { after, limit }) => {
    const optional = [status, organisation, region, mission, category, expiringBefore, q && withoutAccents(q)];
    return select.all(after ?? '', asOf, ...optional.map((value) => value ?? null), limit + 1);
  };
}
