/**
 * Decisions and repairs as they were posted, with who recorded them and when: found by the last event of each, and read
 * from the rows of events.view.
 */
import type { Decision, Recorded } from '#mandate';
import { isAnnulment, isCorrection, isRepair, mandateOfStream, mandateStream, recordedOf, Repairs } from '#mandate';
import type { Database, Row } from '#sqlite';
import type { EventsView } from './events.view.js';
import { foldHistory } from './folded-mandates.js';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';
import type { RepairsView } from './repairs.view.js';
import type { Known } from './times.js';

export const DECISIONS_DDL = 'CREATE UNIQUE INDEX decision ON event (decision_id) WHERE decision_id IS NOT NULL;';

/** Which decisions are asked for. */
export interface DecisionCriteria {
  readonly mandateId?: string | null;
  /** A decision counts from the day on which it was taken, so this is a limit like decidedBy. */
  readonly asOf?: string | null;
  /** Those of later days are left out; an opening entry without a date never is. */
  readonly decidedBy?: string | null;
  readonly knownAt?: Known | null;
}

export interface DecisionAnswer {
  readonly json: string;
  readonly revision: number;
}

export interface DecisionsView {
  /**
   * One decision or repair as JSON text with the revision of its last event, and as it was repaired since; null for an
   * unknown id. @throws {BeyondTheLog}
   */
  one(decisionId: string, criteria?: DecisionCriteria): (DecisionAnswer & { readonly size: number }) | null;
  /** The mandate that a decision or repair is on; null for an unknown id. */
  mandateOf(decisionId: string): string | null;
  /** Decisions and repairs in recorded order, of one mandate or of all. @throws {BeyondTheLog} */
  list(criteria: DecisionCriteria, page: Page<number>): PageOf & { readonly size: number };
  /**
   * The decision whose last event is the one of that leaf index, as JSON text; null where the criteria leave it out.
   */
  at(leafIndex: number, criteria: DecisionCriteria): string | null;
}

export function openDecisions(db: Database, events: EventsView, repairs: RepairsView): DecisionsView {
  const last = 'SELECT leaf_index, stream, revision, position, metadata FROM event';
  const among = 'leaf_index < ?2 AND (?3 IS NULL OR decided_on IS NULL OR decided_on <= ?3)';
  const byId = db.prepare(`${last} WHERE decision_id = ?1 AND ${among}`);
  const byLeaf = db.prepare(`${last} WHERE leaf_index = ?1 AND ${among}`);
  const all = db.prepare(
    `${last} WHERE decision_id IS NOT NULL AND leaf_index > ?1 AND ${among} ORDER BY leaf_index LIMIT ?4`,
  );
  const ofStream = db.prepare(
    `${last} WHERE stream = ?5 AND decision_id IS NOT NULL AND leaf_index > ?1 AND ${among} ORDER BY revision LIMIT ` +
      '?4',
  );
  const streamOf = db.prepare('SELECT stream FROM event WHERE decision_id = ?');

  function answer([, stream, revision, position, metadata]: Row, size: number): DecisionAnswer {
    const { effectCount, recordedAt, recordedBy } = JSON.parse(metadata as string) as Record<string, unknown>;
    const mandateId = mandateOfStream(stream as string)!;
    const own = recordedOf(
      events.ofMandate(mandateId, (revision as number) - (effectCount as number) + 1, revision as number),
    );
    const known = {
      recordedAt,
      recordedBy,
      revision,
      position,
      ...repairOf(own),
      ...repairs.marksOf(own.decisionId, size),
    };
    return { json: JSON.stringify({ ...bodyOf(own, revision as number), ...known }), revision: revision as number };
  }

  /** A repair shows the decision as it was after it. */
  function bodyOf(own: Recorded, revision: number): object {
    const { decisionId, mandateId } = own;
    const {
      decidedOn = null,
      source,
      rationale = null,
      financing = null,
      effects,
    } = isRepair(own) ? repaired(own, revision) : own;
    return { decisionId, mandateId, decidedOn, source, rationale, financing, effects };
  }

  function repaired(own: Recorded, revision: number): Decision {
    const recordedThen = new Repairs(
      foldHistory(own.mandateId, events.ofMandate(own.mandateId, 0, revision)).history.recorded,
    );
    return recordedThen.corrected(recordedThen.rootOf(own)!);
  }

  return {
    one: (decisionId, criteria = {}) =>
      db.snapshot(() => {
        const size = events.sizeOf(criteria.knownAt ?? null);
        const row = byId.get(decisionId, size, latestDay(criteria));
        return row === undefined ? null : { ...answer(row, size), size };
      }),
    at(leafIndex, criteria) {
      const size = events.sizeOf(criteria.knownAt ?? null);
      const row = byLeaf.get(leafIndex, size, latestDay(criteria));
      return row === undefined ? null : answer(row, size).json;
    },
    mandateOf(decisionId) {
      const row = streamOf.get(decisionId);
      return row === undefined ? null : mandateOfStream(row[0] as string);
    },
    list: ({ mandateId = null, ...criteria }, { after, limit }) =>
      db.snapshot(() => {
        const size = events.sizeOf(criteria.knownAt ?? null);
        const values = [after ?? -1, size, latestDay(criteria), limit + 1];
        const rows = mandateId === null ? all.all(...values) : ofStream.all(...values, mandateStream(mandateId));
        return { ...pageOf(rows, limit, (row) => answer(row, size).json), size };
      }),
  };
}

const latestDay = ({ asOf = null, decidedBy = null }: DecisionCriteria): string | null =>
  asOf === null || decidedBy === null ? (asOf ?? decidedBy) : asOf < decidedBy ? asOf : decidedBy;

const repairOf = (recorded: Recorded): object => ({
  corrects: isCorrection(recorded) ? recorded.corrects : null,
  annuls: isAnnulment(recorded) ? recorded.annuls : null,
  reason: isRepair(recorded) ? recorded.reason : null,
});
