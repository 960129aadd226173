/** Mandates at the three times. Rows say which mandates a list selects on a day; what an answer says is computed from the folded mandate when it is asked for. */
import { mandateOfStream } from '#mandate/events.js';
import type { Mandate } from '#mandate/mandate.js';
import { REGISTRATIONS } from '#mandate/registry.js';
import type { MissionFacts, Standing } from '#mandate/standing.js';
import { standingOn } from '#mandate/standing.js';
import type { Day } from '#mandate/term-date.js';
import { LRUCache } from 'lru-cache';
import type { Database } from './database.js';
import type { EventsView } from './events.view.js';
import type { FoldedMandate } from './folded-mandates.js';
import { KeptMandates, ProjectedMandates, foldHistory, heldBy } from './folded-mandates.js';
import type { MandateCriteria } from './mandate-spans.js';
import { SPANS_DDL, meets, openSelection, spanRows } from './mandate-spans.js';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';
import type { RegistryProjection, RegistryView } from './registry.view.js';
import type { AskedTimes, Times } from './times.js';
import { timesShown } from './times.js';
import type { Projection } from './view.js';

export const MANDATES_DDL = SPANS_DDL;

/** Characters of answers that are kept for the next time that they are asked for. */
const KEPT_ANSWERS = 16_000_000;
/** Mandates that a page with decidedBy looks at: where few of them meet the criteria, it is shorter than its limit. */
const MOST_FOLDED = 1000;

export interface MandateAnswer {
  readonly json: string;
  readonly revision: number;
}

/** One mandate as it was at some times, for questions about several of them. */
export interface HeldMandate {
  readonly mandate: Mandate;
  readonly revision: number;
  readonly missionFacts: MissionFacts;
  readonly times: Times;
}

export interface MandatesView {
  /** GET /v1/mandates/{id}; null for a mandate without decisions that count. @throws {BeyondTheLog} */
  one(mandateId: string, asked: AskedTimes): MandateAnswer | null;
  /** The same as of an earlier revision, replayed from the first event; null where what is known of the stream does not reach it. */
  atRevision(mandateId: string, asked: AskedTimes, revision: number): MandateAnswer | null;
  /** The folded mandates themselves, in one snapshot; null for one that is not there. @throws {BeyondTheLog} */
  held<T>(asked: AskedTimes, questions: (held: (mandateId: string) => HeldMandate | null, times: Times) => T): T;
  /** How a mandate that is not recorded would stand on a day. */
  standing(mandate: Mandate, asOf: Day): Standing;
  /** GET /v1/mandates: how every mandate that meets the criteria stands, by id. @throws {BeyondTheLog} */
  list(criteria: MandateCriteria & AskedTimes, page: Page<string>): PageOf & { readonly times: Times };
}

export function projectMandates(db: Database, events: EventsView, { missionFacts }: RegistryProjection): Projection {
  const projected = new ProjectedMandates(events);
  const rows = spanRows(db, missionFacts);
  const naming = db.prepare("SELECT DISTINCT mandate_id FROM mandate_span WHERE instr(missions, ' ' || ? || ' ')");
  return {
    project(event, leafIndex) {
      const mandateId = mandateOfStream(event.stream);
      if (mandateId !== null) {
        const { mandate, open } = projected.take(mandateId, event);
        if (open.length === 0) rows.write(mandate, leafIndex + 1);
      } else if (event.type === REGISTRATIONS.mission.amended) {
        // What selects a mandate has changed with its missions. (One that is new is named by no mandate yet.)
        rows.forget();
        for (const [id] of naming.all(event.data['missionId'] as string)) rows.write(projected.get(id as string).mandate, leafIndex + 1);
      }
    },
    rollback() {
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
  const selection = openSelection(db);

  /** One snapshot of the views: the times as they are understood there, and each mandate as it was then. */
  function asking<T>(
    { asOf, decidedBy = null, knownAt = null }: AskedTimes,
    questions: (asked: {
      readonly times: Times;
      readonly sizeNow: number;
      readonly facts: MissionFacts;
      readonly get: (mandateId: string) => FoldedMandate | null;
    }) => T,
  ): T {
    return db.snapshot(() => {
      const sizeNow = events.sizeOf(null);
      const size = knownAt === null ? sizeNow : events.sizeOf(knownAt);
      const facts = registry.missionFacts(size);
      const get = (mandateId: string): FoldedMandate | null => folded.at(mandateId, size, decidedBy, sizeNow);
      return questions({ times: { asOf, decidedBy, size }, sizeNow, facts, get });
    });
  }

  function answer(held: FoldedMandate, times: Times, facts: MissionFacts): MandateAnswer {
    const key = `${held.mandate.mandateId} ${times.asOf}`;
    const kept = answers.get(key);
    if (kept?.of === held && kept.facts === facts) return withTimes(kept.answer, times);
    const fresh = answerOn(held, times.asOf, facts);
    answers.set(key, { of: held, facts, answer: fresh });
    return withTimes(fresh, times);
  }

  return {
    one: (mandateId, asked) =>
      asking(asked, ({ times, facts, get }) => {
        const held = get(mandateId);
        return held === null ? null : answer(held, times, facts);
      }),
    atRevision: (mandateId, asked, revision) =>
      asking(asked, ({ times: { asOf, decidedBy, size: known } }) => {
        const size = events.sizeWith(mandateId, revision);
        if (size === null || size > known) return null;
        // A revision inside a decision shows the effects up to it.
        const held = heldBy(foldHistory(mandateId, events.ofMandate(mandateId, 0, revision), { halves: true }), decidedBy);
        return held === null ? null : withTimes(answerOn(held, asOf, registry.missionFacts(size)), { asOf, decidedBy, size });
      }),
    held: (asked, questions) =>
      asking(asked, ({ times, facts, get }) =>
        questions((mandateId) => {
          const held = get(mandateId);
          return held === null ? null : { mandate: held.mandate, revision: held.revision, missionFacts: facts, times };
        }, times),
      ),
    standing: (mandate, asOf) => standingOn(mandate, asOf, registry.missionFacts(events.sizeOf(null))),
    list: ({ asOf, decidedBy, knownAt, ...criteria }, page) =>
      asking({ asOf, decidedBy: decidedBy ?? null, knownAt: knownAt ?? null }, ({ times, sizeNow, facts, get }) => {
        const shown = (held: FoldedMandate): string => answer(held, times, facts).json;
        if (times.decidedBy === null) {
          const rows = selection.selected(criteria, times, sizeNow, page);
          return { ...pageOf(rows, page.limit, ([id]) => shown(get(id as string)!)), times };
        }
        const items: string[] = [];
        const ids = selection.all({ after: page.after, limit: MOST_FOLDED + 1 });
        let last = page.after;
        for (const id of ids.slice(0, MOST_FOLDED)) {
          const held = get(id);
          const meant = held !== null && meets(held.mandate, asOf, criteria, facts);
          if (meant && items.length === page.limit) return { items, next: last, times };
          if (meant) items.push(shown(held));
          last = id;
        }
        return { items, next: ids.length > MOST_FOLDED ? last : null, times };
      }),
  };
}

/** But for the end, which differs with what was asked. */
function answerOn({ mandate, revision }: FoldedMandate, asOf: Day, missionFacts: MissionFacts): MandateAnswer {
  return { json: JSON.stringify({ ...standingOn(mandate, asOf, missionFacts), revision }).slice(0, -1), revision };
}

const withTimes = ({ json, revision }: MandateAnswer, times: Times): MandateAnswer => ({
  json: `${json},${JSON.stringify(timesShown(times)).slice(1)}`,
  revision,
});
