/** Current mandates: one row for each span of days on which a mandate stands the same, with the answer's JSON ready in it. */
import type { DecisionEvent } from '#mandate/events.js';
import { decisionOf, endsDecision, mandateOfStream } from '#mandate/events.js';
import type { History } from '#mandate/history.js';
import { emptyHistory, fold } from '#mandate/history.js';
import { registrationOf } from '#mandate/registry.js';
import type { MissionFacts, Span, Standing } from '#mandate/standing.js';
import { spansOf, standingOn } from '#mandate/standing.js';
import type { Day } from '#mandate/term-date.js';
import { lastDay } from '#mandate/term-date.js';
import { LRUCache } from 'lru-cache';
import type { Database, SqlValue } from './database.js';
import { mandateEvents } from './events.view.js';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';
import { missionFacts } from './registry.view.js';
import type { View } from './view.js';

/** Folded mandates that the projector keeps at hand; one that fell out is folded again from the rows of events.view. */
const KEPT_DECISIONS = 50_000;

interface Kept {
  history: History;
  revision: number;
  /** Events of a decision whose last one has not come yet: a batch may end inside it. */
  open: DecisionEvent[];
}

export const mandatesView: View = {
  ddl: `
    CREATE TABLE mandate_span (
      mandate_id TEXT NOT NULL,
      from_day TEXT NOT NULL,
      until_day TEXT NOT NULL,
      revision INTEGER NOT NULL,
      status TEXT NOT NULL,
      region TEXT,
      last_day TEXT NOT NULL,       -- of the term that runs, '' where none does
      organisations TEXT NOT NULL,  -- ' EU UN ': words between blanks, for instr()
      missions TEXT NOT NULL,
      categories TEXT NOT NULL,
      search TEXT NOT NULL,
      json TEXT NOT NULL,
      PRIMARY KEY (mandate_id, from_day)
    ) WITHOUT ROWID;
    CREATE TABLE mandate_mission (mission_id TEXT NOT NULL, mandate_id TEXT NOT NULL, PRIMARY KEY (mission_id, mandate_id)) WITHOUT ROWID;`,
  open(db) {
    const clear = db.prepare('DELETE FROM mandate_span WHERE mandate_id = ?');
    const insert = db.prepare('INSERT INTO mandate_span VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    const link = db.prepare('INSERT OR IGNORE INTO mandate_mission VALUES (?, ?)');
    const linked = db.prepare('SELECT mandate_id FROM mandate_mission WHERE mission_id = ?');
    const latest = db.prepare('SELECT max(revision) FROM event WHERE mandate_id = ?');
    const stored = mandateEvents(db);
    const facts = missionFacts(db);
    const kept = new LRUCache<string, Kept>({ maxSize: KEPT_DECISIONS, sizeCalculation: ({ history }) => 1 + history.decisions.length });
    const dirty = new Map<string, Kept>();

    function keep(mandateId: string, throughRevision: number): Kept {
      return dirty.get(mandateId) ?? kept.get(mandateId) ?? replay(mandateId, stored(mandateId, 0, throughRevision));
    }

    function write({ history: { mandate, mandateId }, revision }: Kept): void {
      clear.run(mandateId);
      for (const span of spansOf(mandate, facts)) insert.run(...rowOf(span, revision));
      for (const { value } of mandate.makeUp) for (const mission of value.missions) link.run(mission, mandateId);
      for (const mission of mandate.subjectMissions) link.run(mission, mandateId);
    }

    return {
      project(event) {
        const mandateId = mandateOfStream(event.stream);
        if (mandateId !== null) {
          const entry = keep(mandateId, event.revision - 1);
          take(entry, event, event.revision);
          dirty.set(mandateId, entry);
        } else if (registrationOf(event.type) === 'mission') {
          // What a mandate's answer says of its missions has changed with them.
          for (const [id] of linked.all(event.data['missionId'] as string))
            dirty.set(id as string, keep(id as string, latest.get(id as string)![0] as number));
        }
      },
      flush() {
        for (const [mandateId, entry] of dirty) {
          write(entry);
          kept.set(mandateId, entry);
        }
        dirty.clear();
      },
      rollback() {
        dirty.clear();
        kept.clear();
      },
    };
  },
};

function replay(mandateId: string, events: readonly DecisionEvent[]): Kept {
  const entry: Kept = { history: emptyHistory(mandateId), revision: -1, open: [] };
  events.forEach((event, revision) => take(entry, event, revision));
  return entry;
}

function take(entry: Kept, event: DecisionEvent, revision: number): void {
  entry.open.push(event);
  entry.revision = revision;
  if (!endsDecision(event)) return;
  entry.history = fold(entry.history, decisionOf(entry.open));
  entry.open = [];
}

function rowOf({ from, until, standing }: Span, revision: number): SqlValue[] {
  const { mandateId, title, status, region, organisations, missions, contributions, term } = standing;
  const words = (list: readonly string[]): string => ` ${list.join(' ')} `;
  const search = [title, mandateId, ...missions, ...contributions.map(({ description }) => description ?? '')].join('\n');
  return [
    ...[mandateId, from, until, revision, status, region],
    status === 'in-force' ? lastDay(term?.until) : '',
    ...[words(organisations), words(missions), words(contributions.flatMap(({ categories }) => categories))],
    ...[withoutAccents(search), JSON.stringify({ ...standing, revision })],
  ];
}

/** Lower case and without diacritics, so that a search for `georgie` finds `Georgië`. */
const withoutAccents = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The stored answer with the day that was asked for. */
const withAsOf = (json: string, asOf: Day): string => `${json.slice(0, -1)},"asOf":"${asOf}"}`;

export interface MandateAnswer {
  readonly json: string;
  readonly revision: number;
}

/** GET /v1/mandates/{id} on a day; null for a mandate without decisions. */
export function mandateQuery(db: Database): (mandateId: string, asOf: Day) => MandateAnswer | null {
  const select = db.prepare(
    'SELECT json, revision FROM mandate_span WHERE mandate_id = ? AND from_day <= ? ORDER BY from_day DESC LIMIT 1',
  );
  return (mandateId, asOf) => {
    const row = select.get(mandateId, asOf);
    return row === undefined ? null : { json: withAsOf(row[0] as string, asOf), revision: row[1] as number };
  };
}

/** The same as of an earlier revision, replayed from the first event; null where the stream does not reach it. */
export function mandateAtRevisionQuery(db: Database): (mandateId: string, asOf: Day, revision: number) => MandateAnswer | null {
  const stored = mandateEvents(db);
  const facts: MissionFacts = missionFacts(db);
  return (mandateId, asOf, revision) => {
    const events = stored(mandateId, 0, revision);
    if (events.length !== revision + 1) return null;
    const { history, open } = replay(mandateId, events);
    // A revision inside a decision shows the effects up to it.
    const { mandate } = open.length === 0 ? history : fold(history, decisionOf(open));
    const standing: Standing & { revision: number } = { ...standingOn(mandate, asOf, facts), revision };
    return { json: withAsOf(JSON.stringify(standing), asOf), revision };
  };
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

/** GET /v1/mandates: how every mandate that meets the criteria stands on a day, by id. */
export function mandatesQuery(db: Database): (criteria: MandateCriteria, page: Page<string>) => PageOf {
  const select = db.prepare(`
    SELECT mandate_id, json FROM mandate_span
    WHERE mandate_id > ?1 AND from_day <= ?2 AND until_day >= ?2
      AND (?3 IS NULL OR status = ?3)
      AND (?4 IS NULL OR instr(organisations, ' ' || ?4 || ' '))
      AND (?5 IS NULL OR region = ?5)
      AND (?6 IS NULL OR instr(missions, ' ' || ?6 || ' '))
      AND (?7 IS NULL OR instr(categories, ' ' || ?7 || ' '))
      AND (?8 IS NULL OR (last_day <> '' AND last_day < ?8))
      AND (?9 IS NULL OR instr(search, ?9))
    ORDER BY mandate_id LIMIT ?10`);
  return ({ asOf, status, organisation, region, mission, category, expiringBefore, q }, { after, limit }) => {
    const optional = [status, organisation, region, mission, category, expiringBefore, q && withoutAccents(q)];
    const rows = select.all(after ?? '', asOf, ...optional.map((value) => value ?? null), limit + 1);
    return pageOf(rows, limit, ([, json]) => withAsOf(json as string, asOf));
  };
}
