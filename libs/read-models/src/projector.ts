/** Feeds every view from the log, strictly one event after the other; rows and checkpoint are one transaction, so a crash anywhere loses nothing and projects nothing twice. */
import type { RecordedEvent } from '#event-log/event-log.js';
import type { Database } from './database.js';
import { openViewsFile } from './database.js';
import { decisionsView } from './decisions.view.js';
import { eventsView } from './events.view.js';
import { mandatesView } from './mandates.view.js';
import { registryView } from './registry.view.js';
import type { View } from './view.js';

/** In this order: a view may read what an earlier one has just projected. */
const VIEWS: readonly View[] = [eventsView, registryView, decisionsView, mandatesView];

/** Raise it whenever a projection changes what it writes; changed DDL is noticed by itself. */
const PROJECTION_VERSION = 1;

const DDL = `
  CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), position TEXT, size INTEGER NOT NULL);
  INSERT INTO checkpoint VALUES (1, NULL, 0);
  ${VIEWS.map((view) => view.ddl).join('\n')}`;

/** How far the views are: the position of the last event in them (null before the first) and the number of events. */
export interface Checkpoint {
  readonly position: string | null;
  readonly size: number;
}

/** Opens the views' file for the one projector that writes it, building it anew where it is not of this version. */
export const openViews = (path: string): Database => openViewsFile(path, `${PROJECTION_VERSION} ${DDL}`, DDL);

export function checkpointQuery(db: Database): () => Checkpoint {
  const select = db.prepare('SELECT position, size FROM checkpoint');
  return () => {
    const [position, size] = select.get()!;
    return { position: position as string | null, size: size as number };
  };
}

export class Projector {
  private readonly projections;
  private readonly saveCheckpoint;
  private at: Checkpoint;

  constructor(private readonly db: Database) {
    this.projections = VIEWS.map((view) => view.open(db));
    this.saveCheckpoint = db.prepare('UPDATE checkpoint SET position = ?, size = ?');
    this.at = checkpointQuery(db)();
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
        for (const [i, event] of events.entries()) {
          const projected = { ...event, leafIndex: this.at.size + i };
          for (const projection of this.projections) projection.project(projected);
        }
        for (const projection of this.projections) projection.flush?.();
        this.saveCheckpoint.run(next.position, next.size);
      });
    } catch (error) {
      for (const projection of this.projections) projection.rollback?.();
      throw error;
    }
    this.at = next;
  }
}
