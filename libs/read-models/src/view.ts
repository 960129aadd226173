/** What a view is: its DDL, and what it does with each event. One file a view holds these and its queries. */
import type { RecordedEvent } from '#event-log/event-log.js';
import type { Database } from './database.js';

/** An event with its place among the ledger's own events, counted from 0. */
export interface ProjectedEvent extends RecordedEvent {
  readonly leafIndex: number;
}

export interface Projection {
  /** Called once an event, in log order, inside the batch's transaction. No clock, no chance: a rebuild must give the same rows. */
  project(event: ProjectedEvent): void;
  /** Called once at the end of each batch, still inside its transaction; `rollback` where the transaction was undone instead. */
  flush?(): void;
  rollback?(): void;
}

export interface View {
  readonly ddl: string;
  readonly open: (db: Database) => Projection;
}
