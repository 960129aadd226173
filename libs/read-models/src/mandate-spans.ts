/** Rows that say by what a list selects a mandate, on which days, and while how much of the log was known. */
import type { Day, MakeUp, Mandate, MissionFacts, Status, Step } from '#mandate';
import { changeDays, dayBefore, facetsOn, FOREVER, organisationsOf, regionOf, unopened } from '#mandate';
import { LRUCache } from 'lru-cache';
import type { Database, Row, SqlValue } from '#sqlite';
import type { Page } from './page.js';
import type { Times } from './times.js';
import { MANDATES_AT_HAND } from './view.js';

const COLUMNS = `
    mandate_id TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    status TEXT NOT NULL,
    last_day TEXT,                -- of the term that runs
    region TEXT,
    organisations TEXT NOT NULL,  -- ' EU UN ': words between blanks, for instr()
    missions TEXT NOT NULL,
    categories TEXT NOT NULL,
    known_from INTEGER NOT NULL,  -- the size of the log from which on it holds`;

export const SPANS_DDL = `
  CREATE TABLE mandate_span ( -- one row for each span of days on which a list selects the mandate by the same${COLUMNS}
    PRIMARY KEY (mandate_id, from_day)
  ) WITHOUT ROWID;
  CREATE TABLE mandate_span_past ( -- those that something recorded later has replaced${COLUMNS}
    known_until INTEGER NOT NULL, -- the size from which on it does not hold any more
    PRIMARY KEY (mandate_id, from_day, known_from)
  ) WITHOUT ROWID;`;

/** What a list selects by, beside the three times. */
export interface MandateCriteria {
  readonly status?: string;
  readonly organisation?: string;
  readonly region?: string;
  readonly mission?: string;
  readonly category?: string;
  readonly expiringBefore?: Day;
}

export interface SpanRows {
  /**
   * Writes the rows of a mandate as it is known from this size of the log on, but for those that are as they were: most
   * decisions change what an answer says, not what selects it.
   */
  write(mandate: Mandate, knownFrom: number): void;
  /** To be read again: a batch was undone, or a mission was amended. */
  forget(): void;
}

export function spanRows(db: Database, missionFacts: MissionFacts): SpanRows {
  const read = db.prepare('SELECT * FROM mandate_span WHERE mandate_id = ?');
  const supersede = db.prepare(
    'INSERT INTO mandate_span_past SELECT *, ? FROM mandate_span WHERE mandate_id = ? AND from_day = ?',
  );
  const remove = db.prepare('DELETE FROM mandate_span WHERE mandate_id = ? AND from_day = ?');
  const put = db.prepare('INSERT OR REPLACE INTO mandate_span VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const written = new LRUCache<string, Written>({ max: MANDATES_AT_HAND });
  let columnsOf = columnsOfMakeUp(missionFacts);
  return {
    write(mandate, knownFrom) {
      const { mandateId } = mandate;
      const before = written.get(mandateId) ?? { of: null, spans: spansRead(read.all(mandateId)), isUniform: false };
      if (selectedAlike(before, mandate, columnsOf)) {
        written.set(mandateId, { ...before, of: mandate });
        return;
      }
      const spans = new Map(spansOf(mandate, columnsOf).map((span) => [span.from, span]));
      for (const from of before.spans.keys())
        if (!spans.has(from)) {
          supersede.run(knownFrom, mandateId, from);
          remove.run(mandateId, from);
        }
      for (const [from, span] of spans) {
        const earlier = before.spans.get(from);
        if (earlier !== undefined) {
          if (sameSpan(earlier, span)) continue;
          supersede.run(knownFrom, mandateId, from);
        }
        put.run(mandateId, from, span.until, span.status, span.lastDay, ...span.columns, knownFrom);
      }
      written.set(mandateId, { of: mandate, spans, isUniform: isUniform(mandate, columnsOf) });
    },
    forget() {
      written.clear();
      columnsOf = columnsOfMakeUp(missionFacts);
    },
  };
}

interface Written {
  /** Null where the rows were read. */
  readonly of: Mandate | null;
  readonly spans: ReadonlyMap<Day, Span>;
  /** Whatever it consists of on one day or another selects it by the same. */
  readonly isUniform: boolean;
}

const isUniform = ({ makeUp }: Mandate, columnsOf: ColumnsOfMakeUp): boolean =>
  makeUp.every(({ value }) => same(columnsOf(value), columnsOf(makeUp[0]!.value)));

/** Members of a mandate by which no list selects it. The others count, also one that is new. */
const NOT_SELECTED_BY: ReadonlySet<keyof Mandate> = new Set([
  'mandateId',
  'reviews',
  'declined',
  'reservations',
  'financing',
  'lastDecision',
]);
/** But for what the mandate consists of, of which not every change counts. */
const SELECTED_BY = (Object.keys(unopened('')) as (keyof Mandate)[]).filter(
  (member) => member !== 'makeUp' && !NOT_SELECTED_BY.has(member),
);

/**
 * Whether lists select the mandate as before. Most decisions change the strength or the contributions alone. A member
 * that a decision leaves alone stays the same object.
 */
function selectedAlike({ of: before, isUniform }: Written, after: Mandate, columnsOf: ColumnsOfMakeUp): boolean {
  if (before === null || SELECTED_BY.some((member) => before[member] !== after[member])) return false;
  if (before.makeUp === after.makeUp) return true;
  const first = before.makeUp[0] && columnsOf(before.makeUp[0].value);
  if (first === undefined) return false;
  // All before were the same, so only those that are new have to be looked at.
  const isSame = (step: Step<MakeUp>, i: number): boolean =>
    step === before.makeUp[i] || same(columnsOf(step.value), first);
  return isUniform && after.makeUp.every(isSame);
}

const spansRead = (rows: readonly Row[]): Map<Day, Span> => new Map(rows.map((row) => [row[1] as Day, spanOf(row)]));

const spanOf = ([, from, until, status, lastDay, ...columns]: Row): Span => ({
  from: from as Day,
  until: until as Day,
  status: status as Status,
  lastDay: lastDay as Day | null,
  columns: columns.slice(0, -1), // without known_from
});

interface Span {
  readonly from: Day;
  until: Day;
  readonly status: Status;
  readonly lastDay: Day | null;
  /** Those after last_day. */
  readonly columns: readonly SqlValue[];
}

const same = (a: readonly SqlValue[], b: readonly SqlValue[]): boolean => a.every((value, i) => value === b[i]);

const sameSpan = (a: Span, b: Span): boolean =>
  a.until === b.until && a.status === b.status && a.lastDay === b.lastDay && same(a.columns, b.columns);

/**
 * All of time, without gap or overlap; neighbours that would be selected by the same are one. None for a mandate whose
 * decisions were all annulled.
 */
function spansOf(mandate: Mandate, columnsOf: ColumnsOfMakeUp): Span[] {
  const spans: Span[] = [];
  if (mandate.lastDecision === null) return spans;
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
      for (const contribution of contributions)
        for (const category of contribution.categories) categories.add(category);
      columns = [...ofMissions(missions), words([...categories])];
      known.set(makeUp, columns);
    }
    return columns;
  };
}

const words = (list: readonly string[]): string => ` ${list.join(' ')} `;

/** Which mandates a list shows, by id. */
export interface Selection {
  /** From the rows: by the day and by what was known. One id more than the limit where there is a next page. */
  selected(criteria: MandateCriteria, times: Times, sizeNow: number, page: Page<string>): string[];
  /** The first so many of the ids given that a list would show, in the order in which they are given. */
  among(
    mandateIds: readonly string[],
    criteria: MandateCriteria,
    times: Times,
    sizeNow: number,
    limit: number,
  ): string[];
  /** Mandates that were there at any time, by id, whatever they were. */
  all(page: Page<string>): string[];
}

/** What a list asks of a span: ?1 is the day. */
const MEETS = `from_day <= ?1 AND until_day >= ?1
  AND (?2 IS NULL OR status = ?2)
  AND (?3 IS NULL OR instr(organisations, ' ' || ?3 || ' '))
  AND (?4 IS NULL OR region = ?4)
  AND (?5 IS NULL OR instr(missions, ' ' || ?5 || ' '))
  AND (?6 IS NULL OR instr(categories, ' ' || ?6 || ' '))
  AND (?7 IS NULL OR last_day < ?7)`;
/** The same of what was known at a size of the log, ?10, which is less than the present one. */
const KNOWN = 'known_from <= ?10';
const KNOWN_PAST = `${KNOWN} AND known_until > ?10`;

const asked = (
  { status, organisation, region, mission, category, expiringBefore }: MandateCriteria,
  asOf: Day,
): SqlValue[] => [
  asOf,
  ...[status, organisation, region, mission, category, expiringBefore].map((value) => value ?? null),
];

/** Mandates looked up in one statement. */
const LOOKED_UP = 500;

export function openSelection(db: Database): Selection {
  const page = (from: string): string => `SELECT mandate_id FROM ${from} WHERE mandate_id > ?8 AND ${MEETS}`;
  const now = db.prepare(`${page('mandate_span')} ORDER BY mandate_id LIMIT ?9`);
  const then = db.prepare(
    `${page('mandate_span')} AND ${KNOWN} UNION ALL ${page('mandate_span_past')} AND ${KNOWN_PAST} ORDER BY ` +
      'mandate_id LIMIT ?9',
  );
  const named = (from: string): string =>
    `SELECT json_each.key AS place, value FROM json_each(?8) CROSS JOIN ${from} ON mandate_id = value WHERE ${MEETS}`;
  const amongNow = db.prepare(`${named('mandate_span')} ORDER BY place LIMIT ?9`);
  const amongThen = db.prepare(
    `${named('mandate_span')} AND ${KNOWN} UNION ALL ${named('mandate_span_past')} AND ${KNOWN_PAST} ORDER BY place ` +
      'LIMIT ?9',
  );
  const ids = db.prepare(`
    SELECT DISTINCT mandate_id FROM mandate_span WHERE mandate_id > ?1
    UNION SELECT DISTINCT mandate_id FROM mandate_span_past WHERE mandate_id > ?1
    ORDER BY mandate_id LIMIT ?2`);
  return {
    selected(criteria, { asOf, size }, sizeNow, { after, limit }) {
      const values = [...asked(criteria, asOf), after ?? '', limit + 1];
      const rows = size === sizeNow ? now.all(...values) : then.all(...values, size);
      return rows.map(([id]) => id as string);
    },
    among(mandateIds, criteria, { asOf, size }, sizeNow, limit) {
      const selected: string[] = [];
      for (let i = 0; i < mandateIds.length && selected.length < limit; i += LOOKED_UP) {
        const values = [
          ...asked(criteria, asOf),
          JSON.stringify(mandateIds.slice(i, i + LOOKED_UP)),
          limit - selected.length,
        ];
        const rows = size === sizeNow ? amongNow.all(...values) : amongThen.all(...values, size);
        selected.push(...rows.map(([, id]) => id as string));
      }
      return selected;
    },
    all: ({ after, limit }) => ids.all(after ?? '', limit).map(([id]) => id as string),
  };
}

/** Whether a list would show a mandate on a day: what the rows say, for one that has no rows. */
export function meeting(
  criteria: MandateCriteria,
  day: Day,
  missionFacts: MissionFacts,
): (mandate: Mandate) => boolean {
  const columnsOf = columnsOfMakeUp(missionFacts);
  const has = (list: string, word: string | undefined): boolean => word === undefined || list.includes(` ${word} `);
  return (mandate) => {
    const { status, lastDay, makeUp } = facetsOn(mandate, day);
    const [region, organisations, missions, categories] = columnsOf(makeUp) as string[];
    return (
      (criteria.status === undefined || criteria.status === status) &&
      has(organisations!, criteria.organisation) &&
      (criteria.region === undefined || criteria.region === region) &&
      has(missions!, criteria.mission) &&
      has(categories!, criteria.category) &&
      (criteria.expiringBefore === undefined || (lastDay !== null && lastDay < criteria.expiringBefore))
    );
  };
}
