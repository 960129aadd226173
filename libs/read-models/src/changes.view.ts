/**
 * What differs in the mandates between two days, and what the ledger learnt between two moments: sought among what can
 * have changed alone.
 */
import type { ChangeKind, Day, DecisionReference } from '#mandate';
import { causesOf, changesBetween, changesLearnt, MANDATE_PREFIX, mandateStream } from '#mandate';
import type { Database } from '#sqlite';
import { openEventfulDays } from './eventful-days.js';
import type { Asking, MandatesView } from './mandates.view.js';
import type { Page, PageOf } from './page.js';
import type { AskedTimes, Known, Times } from './times.js';

/** Mandates that a page looks at: where few of them differ, it is shorter than its limit. */
const MOST_LOOKED_AT = 1000;

export interface ChangesView {
  /** Between two days, by the decisions that count and what is known. @throws {BeyondTheLog} */
  between(
    from: Day,
    to: Day,
    asked: Omit<AskedTimes, 'asOf'>,
    page: Page<string>,
  ): PageOf<string> & { readonly times: Times };
  /** Between two moments of knowledge, as the mandates stand on a day. @throws {BeyondTheLog} */
  learnt(from: Known, to: Known, asked: Omit<AskedTimes, 'knownAt'>, page: Page<string>): PageOf<string> & Learnt;
}

export interface Learnt {
  /** Sizes of the log, as the two moments were understood. */
  readonly from: number;
  readonly to: number;
}

/**
 * Mandates that name, or named, a mission that was amended. The amendments are looked for first, since there hardly
 * ever is one.
 */
const naming = (spans: string): string => `
    UNION SELECT mandate_id FROM event CROSS JOIN ${spans}
    WHERE leaf_index >= ?1 AND leaf_index < ?2 AND type = 'MissionAmended' AND mandate_id > ?3
      AND instr(missions, ' ' || substr(stream, 9) || ' ')`;

export function openChanges(db: Database, mandates: MandatesView): ChangesView {
  const eventful = openEventfulDays(db);
  const recordedOn = db.prepare(`
    SELECT DISTINCT substr(stream, 9) AS id FROM event
    WHERE leaf_index >= ?1 AND leaf_index < ?2 AND stream LIKE '${MANDATE_PREFIX}%'
      AND substr(stream, ${MANDATE_PREFIX.length + 1}) > ?3
    ${['mandate_span', 'mandate_span_past'].map(naming).join('')}
    ORDER BY 1 LIMIT ?4`);
  const recordings = db.prepare(
    'SELECT decision_id, decided_on, data FROM event WHERE stream = ? AND leaf_index >= ? AND leaf_index < ? AND ' +
      'decision_id IS NOT NULL ORDER BY revision',
  );

  function recordedBetween(mandateId: string, from: number, to: number): DecisionReference[] {
    return recordings.all(mandateStream(mandateId), from, to).map(([decisionId, decidedOn, text]) => {
      const { source, replacement } = JSON.parse(text as string) as {
        source?: unknown;
        replacement?: { source?: unknown };
      };
      return { decisionId, decidedOn, source: source ?? replacement?.source ?? null } as DecisionReference;
    });
  }

  return {
    between: (from, to, asked, page) =>
      mandates.asking({ ...asked, asOf: to }, (after) =>
        mandates.asking({ ...asked, asOf: from, knownAt: { size: after.times.size } }, (before) => {
          const ids = eventful(from, to, page.after ?? '', MOST_LOOKED_AT + 1);
          const look = (mandateId: string): string | null => {
            const held = after.get(mandateId);
            const changes = held && changesBetween(held.mandate, from, to, after.facts);
            if (changes === null) return null;
            const decisions = causesOf(after.history(mandateId), from, to, after.facts);
            return itemOf(mandateId, changes.kinds, bodyOf(before, mandateId), bodyOf(after, mandateId), decisions);
          };
          return { ...lookThrough(ids, page, look), times: after.times };
        }),
      ),
    learnt: (from, to, asked, page) =>
      mandates.asking({ ...asked, knownAt: from }, (before) =>
        mandates.asking({ ...asked, knownAt: to }, (after) => {
          const [first, end] = [before.times.size, after.times.size];
          const ids = recordedOn.all(first, end, page.after ?? '', MOST_LOOKED_AT + 1).map(([id]) => id as string);
          const look = (mandateId: string): string | null => {
            const [was, is] = [before.get(mandateId), after.get(mandateId)];
            const known = (held: typeof was, { facts }: Asking) =>
              held && { mandate: held.mandate, missionFacts: facts };
            const changes = changesLearnt(known(was, before), known(is, after), asked.asOf);
            // Repairs that cancel each other out were recorded all the same.
            if (changes === null && was?.revision === is?.revision) return null;
            return itemOf(
              mandateId,
              changes?.kinds ?? [],
              bodyOf(before, mandateId),
              bodyOf(after, mandateId),
              recordedBetween(mandateId, first, end),
            );
          };
          return { ...lookThrough(ids, page, look), from: first, to: end };
        }),
      ),
  };
}

const bodyOf = ({ get, answer }: Asking, mandateId: string): string => {
  const held = get(mandateId);
  return held === null ? 'null' : answer(held).json;
};

const itemOf = (
  mandateId: string,
  kinds: readonly ChangeKind[],
  before: string,
  after: string,
  decisions: readonly DecisionReference[],
): string =>
  `{"mandateId":"${mandateId}","kinds":${JSON.stringify(kinds)},"before":${before},"after":${after},` +
  `"decisions":${JSON.stringify(decisions)}}`;

/**
 * @param ids one more than are looked at, where there are more @param look the item of a mandate; null where nothing
 * differs
 */
function lookThrough(
  ids: readonly string[],
  { after, limit }: Page<string>,
  look: (mandateId: string) => string | null,
): PageOf<string> {
  const items: string[] = [];
  let last = after;
  for (const id of ids.slice(0, MOST_LOOKED_AT)) {
    const item = look(id);
    if (item !== null && items.length === limit) return { items, next: last };
    if (item !== null) items.push(item);
    last = id;
  }
  return { items, next: ids.length > MOST_LOOKED_AT ? last : null };
}
