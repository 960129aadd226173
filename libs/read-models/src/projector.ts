/**
 * Feeds every view from the log, strictly one event after the other; rows and checkpoint are one transaction, so a
 * crash anywhere loses nothing and projects nothing twice.
 */
import type { RecordedEvent } from '#event-log';
import type { Database } from '#sqlite';
import type { Projection } from './view.js';

export const CHECKPOINT_DDL = `
  CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), position TEXT, size INTEGER NOT NULL);
  INSERT INTO checkpoint VALUES (1, NULL, 0);`;

/** How far the views are: the position of the last event in them (null before the first) and the number of events. */
export interface Checkpoint {
  readonly position: string | null;
  readonly size: number;
}

export class Projector {
  private readonly save;
  private at: Checkpoint;

  /**
   * @param projections in the order in which each event is given to them: one may read what an earlier one has just
   * written
   */
  constructor(
    private readonly db: Database,
    private readonly projections: readonly Projection[],
  ) {
    this.save = db.prepare('UPDATE checkpoint SET position = ?, size = ?');
    const [position, size] = db.prepare('SELECT position, size FROM checkpoint').get()!;
    this.at = { position: position as string | null, size: size as number };
  }

  get checkpoint(): Checkpoint {
    return this.at;
  }

  /** Projects the next events of the log, all or none. @throws whatever a projection throws, with the batch undone */
  project(events: readonly RecordedEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    const next: Checkpoint = { position: last.position, size: this.at.size + events.length };
    try {
      this.db.transaction(() => {
        let leafIndex = this.at.size;
        for (const event of events) {
          for (const projection of this.projections) projection.project(event, leafIndex);
          leafIndex++;
        }
        for (const projection of this.projections) projection.flush?.();
        this.save.run(next.position, next.size);
      });
    } catch (error) {
      for (const projection of this.projections) projection.rollback?.();
      throw error;
    }
    this.at = next;
  }
}
