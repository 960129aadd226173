/** Current mandates. Rows say which mandates a list selects on a day; what an answer says is computed from the folded mandate when it is asked for. */
import { mandateOfStream } from '#mandate/events.js';
import type { MakeUp, Mandate } from '#mandate/mandate.js';
import { REGISTRATIONS } from '#mandate/registry.js';
import type { MissionFacts, Standing, Status } from '#mandate/standing.js';
import { changeDays, facetsOn, organisationsOf, regionOf, standingOn } from '#mandate/standing.js';
import type { Day } from '#mandate/term-date.js';
import { FOREVER, dayBefore } from '#mandate/term-date.js';
import { LRUCache } from 'lru-cache';
import type { Database, Row, SqlValue } from './database.js';
import type { EventsView } from './events.view.js';
import type { FoldedMandate } from './folded-mandates.js';
import { KeptMandates, ProjectedMandates, foldEvents } from './folded-mandates.js';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';
import type { RegistryProjection, RegistryView } from './registry.view.js';
import type { Projection } from './view.js';

export const MANDATES_DDL = `
  CREATE TABLE mandate_span ( -- one row for each span of days on which a list selects the mandate by the same
    mandate_id TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    status TEXT NOT NULL,
    last_day TEXT,                -- of the term that runs
    region TEXT,
    organisations TEXT NOT NULL,  -- ' EU UN ': words between blanks, for instr()
    missions TEXT NOT NULL,
    categories TEXT NOT NULL,
    PRIMARY KEY (mandate_id, from_day)
  ) WITHOUT ROWID;`;

/** Characters of answers that are kept for the next time that they are asked for. */
const KEPT_ANSWERS = 16_000_000;
/** Mandates whose rows are known without reading them. */
const KEPT_ROWS = 5000;

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
}

export interface MandatesView {
  /** GET /v1/mandates/{id} on a day; null for a mandate without decisions. */
  one(mandateId: string, asOf: Day): MandateAnswer | null;
  /** The same as of an earlier revision, replayed from the first event; null where the stream does not reach it. */
  atRevision(mandateId: string, asOf: Day, revision: number): MandateAnswer | null;
  /** How a mandate that is not recorded would stand on a day. */
  standing(mandate: Mandate, asOf: Day): Standing;
  /** GET /v1/mandates: how every mandate that meets the criteria stands on a day, by id. */
  list(criteria: MandateCriteria, page: Page<string>): PageOf;
  /** The same of the mandates named alone, in their order, the first so many. */
  among(mandateIds: readonly string[], criteria: MandateCriteria, limit: number): { readonly mandateId: string; readonly json: string }[];
}

export function projectMandates(db: Database, events: EventsView, { missionFacts }: RegistryProjection): Projection {
  const projected = new ProjectedMandates(events);
  const rows = spanRows(db, missionFacts);
  const naming = db.prepare("SELECT DISTINCT mandate_id FROM mandate_span WHERE instr(missions, ' ' || ? || ' ')");
  const amended = new Set<string>();
  return {
    project(event) {
      const mandateId = mandateOfStream(event.stream);
      if (mandateId !== null) {
        projected.take(mandateId, event);
      } else if (event.type === REGISTRATIONS.mission.amended) {
        // What selects a mandate has changed with its missions. (One that is new is named by no mandate yet.)
        rows.forget();
        for (const [id] of naming.all(event.data['missionId'] as string)) amended.add(id as string);
      }
    },
    flush() {
      for (const { mandate } of projected.settle(amended)) rows.write(mandate);
      amended.clear();
    },
    rollback() {
      amended.clear();
      projected.clear();
      rows.forget();
    },
  };
}

export function openMandates(db: Database, events: EventsView, registry: RegistryView): MandatesView {
  const folded = new KeptMandates(events);
  const answers = new LRUCache<string, { readonly of: FoldedMandate; readonly facts: MissionFacts; readonly answer: MandateAnswer }>({
    maxSize: KEPT_ANSWERS,
    sizeCalculation: ({ answer }) => answer.json.length,
  });
  const select = selection(db);
  const selectAmong = selectionAmong(db);
  const sizeNow = db.prepare('SELECT size FROM checkpoint');

  /** Asks in one snapshot; the same one mandate after the other. */
  function asking<T>(questions: (one: MandatesView['one']) => T): T {
    return db.snapshot(() => {
      const size = sizeNow.get()![0] as number;
      const facts = registry.missionFacts();
      return questions((mandateId, asOf) => {
        const held = folded.get(mandateId, size);
        if (held === null) return null;
        const key = `${mandateId} ${asOf}`;
        const kept = answers.get(key);
        if (kept?.of === held && kept.facts === facts) return kept.answer;
        const answer = answerOn(held, asOf, facts);
        answers.set(key, { of: held, facts, answer });
        return answer;
      });
    });
  }

  return {
    one: (mandateId, asOf) => asking((one) => one(mandateId, asOf)),
    atRevision(mandateId, asOf, revision) {
      const replayed = events.ofMandate(mandateId, 0, revision);
      if (replayed.length !== revision + 1) return null;
      // A revision inside a decision shows the effects up to it.
      return answerOn(foldEvents(mandateId, replayed, { halves: true }), asOf, registry.missionFacts());
    },
    standing: (mandate, asOf) => standingOn(mandate, asOf, registry.missionFacts()),
    list: (criteria, page) => asking((one) => pageOf(select(criteria, page), page.limit, ([id]) => one(id as string, criteria.asOf)!.json)),
    among: (mandateIds, criteria, limit) =>
      asking((one) => {
        const selected = selectAmong(mandateIds, criteria, limit);
        return selected.map((mandateId) => ({ mandateId, json: one(mandateId, criteria.asOf)!.json }));
      }),
  };
}

function answerOn({ mandate, revision }: FoldedMandate, asOf: Day, missionFacts: MissionFacts): MandateAnswer {
  return { json: JSON.stringify({ ...standingOn(mandate, asOf, missionFacts), revision, asOf }), revision };
}

/** Writes the rows of a mandate, but for those that are as they were: most decisions change what an answer says, or what selects from a day on. */
function spanRows(db: Database, missionFacts: MissionFacts): { write(mandate: Mandate): void; forget(): void } {
  const clear = db.prepare('DELETE FROM mandate_span WHERE mandate_id = ?');
  const remove = db.prepare('DELETE FROM mandate_span WHERE mandate_id = ? AND from_day = ?');
  const put = db.prepare('INSERT OR REPLACE INTO mandate_span VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const written = new LRUCache<string, ReadonlyMap<Day, Span>>({ max: KEPT_ROWS });
  let columnsOf = columnsOfMakeUp(missionFacts);
  return {
    write(mandate) {
      const { mandateId } = mandate;
      const before = written.get(mandateId);
      const spans = new Map(spansOf(mandate, columnsOf).map((span) => [span.from, span]));
      if (before === undefined) clear.run(mandateId);
      else for (const from of before.keys()) if (!spans.has(from)) remove.run(mandateId, from);
      for (const [from, span] of spans) {
        const { until, status, lastDay, columns } = span;
        if (!sameSpan(before?.get(from), span)) put.run(mandateId, from, until, status, lastDay, ...columns);
      }
      written.set(mandateId, spans);
    },
    forget() {
      written.clear();
      columnsOf = columnsOfMakeUp(missionFacts);
    },
  };
}

interface Span {
  readonly from: Day;
  until: Day;
  readonly status: Status;
  readonly lastDay: Day | null;
  /** Those after last_day. */
  readonly columns: readonly SqlValue[];
}

const same = (a: readonly SqlValue[], b: readonly SqlValue[]): boolean => a.every((value, i) => value === b[i]);

const sameSpan = (a: Span | undefined, b: Span): boolean =>
  a?.until === b.until && a.status === b.status && a.lastDay === b.lastDay && same(a.columns, b.columns);

/** All of time, without gap or overlap; neighbours that would be selected by the same are one. */
function spansOf(mandate: Mandate, columnsOf: ColumnsOfMakeUp): Span[] {
  const spans: Span[] = [];
  for (const from of changeDays(mandate)) {
    const { status, lastDay, makeUp } = facetsOn(mandate, from);
    const columns = columnsOf(makeUp);
    const last = spans.at(-1);
    if (last !== undefined) {
      if (last.status === status && last.lastDay === lastDay && same(last.columns, columns)) continue;
      last.until = dayBefore(from);
    }
    spans.push({ from, until: FOREVER, status, lastDay, columns });
  }
  return spans;
}

/** Region, organisations, missions and categories. */
type ColumnsOfMakeUp = (makeUp: MakeUp) => readonly SqlValue[];

/** A make-up never changes once it is made, so what is known of it holds until a mission is amended. */
function columnsOfMakeUp(missionFacts: MissionFacts): ColumnsOfMakeUp {
  const known = new WeakMap<MakeUp, readonly SqlValue[]>();
  const knownMissions = new WeakMap<readonly string[], readonly SqlValue[]>();

  function ofMissions(missions: readonly string[]): readonly SqlValue[] {
    let columns = knownMissions.get(missions);
    if (columns === undefined) {
      const facts = missions.map(missionFacts);
      columns = [regionOf(facts), words(organisationsOf(facts)), words(missions)];
      knownMissions.set(missions, columns);
    }
    return columns;
  }

  return (makeUp) => {
    let columns = known.get(makeUp);
    if (columns === undefined) {
      const { missions, contributions } = makeUp;
      const categories = new Set<string>();
      for (const contribution of contributions) for (const category of contribution.categories) categories.add(category);
      columns = [...ofMissions(missions), words([...categories])];
      known.set(makeUp, columns);
    }
    return columns;
  };
}

const words = (list: readonly string[]): string => ` ${list.join(' ')} `;

/** What a list asks of a span: ?1 is the day. */
const MEETS = `from_day <= ?1 AND until_day >= ?1
  AND (?2 IS NULL OR status = ?2)
  AND (?3 IS NULL OR instr(organisations, ' ' || ?3 || ' '))
  AND (?4 IS NULL OR region = ?4)
  AND (?5 IS NULL OR instr(missions, ' ' || ?5 || ' '))
  AND (?6 IS NULL OR instr(categories, ' ' || ?6 || ' '))
  AND (?7 IS NULL OR last_day < ?7)`;

const asked = ({ asOf, status, organisation, region, mission, category, expiringBefore }: MandateCriteria): SqlValue[] => [
  asOf,
  ...[status, organisation, region, mission, category, expiringBefore].map((value) => value ?? null),
];

function selection(db: Database): (criteria: MandateCriteria, page: Page<string>) => Row[] {
  const select = db.prepare(`SELECT mandate_id FROM mandate_span WHERE mandate_id > ?8 AND ${MEETS} ORDER BY mandate_id LIMIT ?9`);
  return (criteria, { after, limit }) => select.all(...asked(criteria), after ?? '', limit + 1);
}

/** Mandates looked up in one statement. */
const LOOKED_UP = 500;

function selectionAmong(db: Database): (mandateIds: readonly string[], criteria: MandateCriteria, limit: number) => string[] {
  const select = db.prepare(
    `SELECT value FROM json_each(?8) CROSS JOIN mandate_span ON mandate_id = value WHERE ${MEETS} ORDER BY json_each.key LIMIT ?9`,
  );
  return (mandateIds, criteria, limit) => {
    const selected: string[] = [];
    for (let i = 0; i < mandateIds.length && selected.length < limit; i += LOOKED_UP) {
      const some = JSON.stringify(mandateIds.slice(i, i + LOOKED_UP));
      for (const [id] of select.all(...asked(criteria), some, limit - selected.length)) selected.push(id as string);
    }
    return selected;
  };
}
