/**
 * Mandates at the three times. Rows say which mandates a list selects on a day; what an answer says is computed from
 * the folded mandate when it is asked for.
 */
import type { Day, History, Mandate, MissionFacts, Standing } from '#mandate';
import { standingOn } from '#mandate';
import { LRUCache } from 'lru-cache';
import type { Database } from '#sqlite';
import type { EventsView } from './events.view.js';
import type { FoldedMandate } from './folded-mandates.js';
import { KeptMandates, foldHistory, heldBy } from './folded-mandates.js';
import type { MandateCriteria } from './mandate-spans.js';
import { meeting, openSelection } from './mandate-spans.js';
import type { Page, PageOf } from './page.js';
import type { RegistryView } from './registry.view.js';
import type { AskedTimes, Times } from './times.js';
import { timesShown } from './times.js';

/** Characters of answers that are kept for the next time that they are asked for. */
const KEPT_ANSWERS = 16_000_000;
/** Mandates that a page with decidedBy looks at: where few of them meet the criteria, it is shorter than its limit. */
const MOST_FOLDED = 1000;
const FOLDED_AT_ONCE = 50;

export interface MandateAnswer {
  readonly json: string;
  readonly revision: number;
}

/** The views in one snapshot, at some times. */
export interface Asking {
  readonly times: Times;
  readonly sizeNow: number;
  readonly facts: MissionFacts;
  /** Null for a mandate that is not there at those times. */
  readonly get: (mandateId: string) => FoldedMandate | null;
  /** The decisions that count at those times, and what they leave. */
  readonly history: (mandateId: string) => History;
  /** GET /v1/mandates/{id} of one that was got. */
  readonly answer: (held: FoldedMandate) => MandateAnswer;
}

export interface Selected {
  readonly items: readonly FoldedMandate[];
  readonly next: string | null;
  readonly asking: Asking;
}

export interface Among {
  readonly items: readonly { readonly mandateId: string; readonly json: string }[];
  readonly times: Times;
}

export interface MandatesView {
  /** GET /v1/mandates/{id}; null for a mandate without decisions that count. @throws {BeyondTheLog} */
  one(mandateId: string, asked: AskedTimes): MandateAnswer | null;
  /**
   * The same as of an earlier revision, replayed from the first event; null where what is known of the stream does not
   * reach it.
   */
  atRevision(mandateId: string, asked: AskedTimes, revision: number): MandateAnswer | null;
  /** Folded mandates that meet the criteria, by id. @throws {BeyondTheLog} */
  select(criteria: MandateCriteria & AskedTimes, page: Page<string>): Selected;
  /** One snapshot of the views for several questions. @throws {BeyondTheLog} */
  asking<T>(asked: AskedTimes, questions: (asked: Asking) => T): T;
  /** How a mandate that is not recorded would stand on a day. */
  standing(mandate: Mandate, asOf: Day): Standing;
  /** GET /v1/mandates: how every mandate that meets the criteria stands, by id. @throws {BeyondTheLog} */
  list(criteria: MandateCriteria & AskedTimes, page: Page<string>): PageOf & { readonly times: Times };
  /** The same of the mandates named alone, in their order, the first so many. @throws {BeyondTheLog} */
  among(mandateIds: readonly string[], criteria: MandateCriteria & AskedTimes, limit: number): Among;
}

export function openMandates(db: Database, events: EventsView, registry: RegistryView): MandatesView {
  const folded = new KeptMandates(events);
  const answers = new LRUCache<
    string,
    { readonly of: FoldedMandate; readonly facts: MissionFacts; readonly answer: MandateAnswer }
  >({
    maxSize: KEPT_ANSWERS,
    sizeCalculation: ({ answer }) => answer.json.length,
  });
  const selection = openSelection(db);

  function asking<T>({ asOf, decidedBy = null, knownAt = null }: AskedTimes, questions: (asked: Asking) => T): T {
    return db.snapshot(() => {
      const sizeNow = events.sizeOf(null);
      const times = { asOf, decidedBy, size: knownAt === null ? sizeNow : events.sizeOf(knownAt) };
      const facts = registry.missionFacts(times.size);
      return questions({
        times,
        sizeNow,
        facts,
        get: (mandateId) => folded.at(mandateId, times.size, decidedBy, sizeNow),
        history: (mandateId) => folded.history(mandateId, times.size, decidedBy),
        answer: (held) => answer(held, times, facts),
      });
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

  function selected(criteria: MandateCriteria, asked: Asking, page: Page<string>): Omit<Selected, 'asking'> {
    const { times, sizeNow, facts, get } = asked;
    if (times.decidedBy === null) {
      const rows = selection.selected(criteria, times, sizeNow, page);
      const items = rows.slice(0, page.limit).map((id) => get(id)!);
      return { items, next: rows.length > page.limit ? rows[page.limit - 1]! : null };
    }
    const items: FoldedMandate[] = [];
    const meets = meeting(criteria, times.asOf, facts);
    let last = page.after;
    for (let folded = 0; folded < MOST_FOLDED; folded += FOLDED_AT_ONCE) {
      const ids = selection.all({ after: last, limit: FOLDED_AT_ONCE });
      for (const id of ids) {
        const held = get(id);
        const meant = held !== null && meets(held.mandate);
        if (meant && items.length === page.limit) return { items, next: last };
        if (meant) items.push(held);
        last = id;
      }
      if (ids.length < FOLDED_AT_ONCE) return { items, next: null };
    }
    return { items, next: last };
  }

  return {
    asking,
    one: (mandateId, asked) =>
      asking(asked, ({ get, answer }) => {
        const held = get(mandateId);
        return held === null ? null : answer(held);
      }),
    atRevision: (mandateId, asked, revision) =>
      asking(asked, ({ times: { asOf, decidedBy, size: known } }) => {
        const size = events.sizeWith(mandateId, revision);
        if (size === null || size > known) return null;
        // A revision inside a decision shows the effects up to it.
        const held = heldBy(
          foldHistory(mandateId, events.ofMandate(mandateId, 0, revision), { halves: true }),
          decidedBy,
        );
        return held === null
          ? null
          : withTimes(answerOn(held, asOf, registry.missionFacts(size)), { asOf, decidedBy, size });
      }),
    standing: (mandate, asOf) => standingOn(mandate, asOf, registry.missionFacts(events.sizeOf(null))),
    select: (criteria, page) => asking(criteria, (asked) => ({ ...selected(criteria, asked, page), asking: asked })),
    among: (mandateIds, criteria, limit) =>
      asking(criteria, ({ times, sizeNow, facts, get, answer }) => {
        const shown = (held: FoldedMandate) => ({ mandateId: held.mandate.mandateId, json: answer(held).json });
        if (times.decidedBy === null) {
          const ids = selection.among(mandateIds, criteria, times, sizeNow, limit);
          return { items: ids.map((id) => shown(get(id)!)), times };
        }
        const items: { mandateId: string; json: string }[] = [];
        const meets = meeting(criteria, times.asOf, facts);
        for (const id of mandateIds) {
          const held = get(id);
          if (held === null || !meets(held.mandate)) continue;
          items.push(shown(held));
          if (items.length === limit) break;
        }
        return { items, times };
      }),
    list: (criteria, page) =>
      asking(criteria, (asked) => {
        const { items, next } = selected(criteria, asked, page);
        return { items: items.map((held) => asked.answer(held).json), next, times: asked.times };
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
