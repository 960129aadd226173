/** Which event each leaf of the tree is, and what the log says about its own key. */
import type { KeyRotation } from '#transparency';
import { KEY_ROTATED, keyRotation, LOG_STREAM } from '#transparency';
import type { Database } from '#sqlite';
import type { LastEvent } from './events.view.js';

export interface EventLeaf {
  readonly eventId: string;
  readonly leafIndex: number;
}

export interface LeavesView {
  /** The event of a leaf; null beyond the last. */
  identity(leafIndex: number): LastEvent | null;
  /** The events of a decision or repair, in order; none of an unknown id. */
  ofDecision(decisionId: string): EventLeaf[];
  /** Each change of the log's key, in the order of the log. */
  rotations(): KeyRotation[];
}

export function openLeaves(db: Database): LeavesView {
  const at = db.prepare('SELECT id, stream, revision, position FROM event WHERE leaf_index = ?');
  const last = db.prepare("SELECT stream, revision, metadata -> '$.effectCount' FROM event WHERE decision_id = ?");
  const between = db.prepare(
    'SELECT id, leaf_index FROM event WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision',
  );
  const rotated = db.prepare('SELECT data FROM event WHERE stream = ? AND type = ? ORDER BY revision');
  return {
    identity(leafIndex) {
      const row = at.get(leafIndex);
      if (row === undefined) return null;
      const [id, stream, revision, position] = row as readonly [string, string, number, string];
      return { id, stream, revision, position };
    },
    ofDecision(decisionId) {
      const row = last.get(decisionId);
      if (row === undefined) return [];
      const [stream, revision, effectCount] = row as readonly [string, number, string];
      const events = between.all(stream, revision - Number(effectCount) + 1, revision);
      return events.map(([eventId, leafIndex]) => ({ eventId: eventId as string, leafIndex: leafIndex as number }));
    },
    rotations: () =>
      rotated
        .all(LOG_STREAM, KEY_ROTATED)
        .map(([data]) => keyRotation(JSON.parse(data as string)))
        .filter((rotation) => rotation !== null),
  };
}
