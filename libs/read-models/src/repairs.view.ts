/** Which repair was recorded of which decision, so that a wrong record is shown with what replaced it. */
import { REPAIR_EVENTS } from '#mandate';
import type { Database } from '#sqlite';
import type { Projection } from './view.js';

export const REPAIRS_DDL = `
  CREATE TABLE repair (
    leaf_index INTEGER PRIMARY KEY,
    target TEXT NOT NULL,       -- decisionId of what is repaired
    decision_id TEXT NOT NULL,  -- of the repair
    annuls INTEGER NOT NULL
  );
  CREATE INDEX repair_target ON repair (target, leaf_index);`;

export interface Marks {
  /** The last correction that counts; null where there is none. */
  readonly correctedBy: string | null;
  readonly annulledBy: string | null;
}

export interface RepairsView {
  /** How a decision or repair stands by the first events of the log. */
  marksOf(decisionId: string, size: number): Marks;
}

export function projectRepairs(db: Database): Projection {
  const insert = db.prepare('INSERT INTO repair VALUES (?, ?, ?, ?)');
  return {
    project(event, leafIndex) {
      const annuls = event.type === REPAIR_EVENTS.annulment;
      if (!annuls && event.type !== REPAIR_EVENTS.correction) return;
      const { data, metadata } = event;
      insert.run(
        leafIndex,
        data[annuls ? 'annuls' : 'corrects'] as string,
        metadata['decisionId'] as string,
        annuls ? 1 : 0,
      );
    },
  };
}

export function openRepairs(db: Database): RepairsView {
  const ofTarget = db.prepare(
    'SELECT decision_id, annuls FROM repair WHERE target = ? AND leaf_index < ? ORDER BY leaf_index DESC',
  );

  function marksOf(decisionId: string, size: number): Marks {
    let [correctedBy, annulledBy]: [string | null, string | null] = [null, null];
    for (const [repairId, annuls] of ofTarget.all(decisionId, size) as (readonly [string, number])[]) {
      if (marksOf(repairId, size).annulledBy !== null) continue;
      if (annuls === 1) annulledBy ??= repairId;
      else correctedBy ??= repairId;
    }
    return { correctedBy, annulledBy };
  }

  return { marksOf };
}
