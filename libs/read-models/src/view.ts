/** What a view does with events. One file a view holds its DDL, its projection and its queries. */
import type { RecordedEvent } from '#event-log';

export interface Projection {
  /**
   * Called once an event, in log order, inside the batch's transaction. No clock, no chance: a rebuild must give the
   * same rows.
   * @param leafIndex the event's place among the ledger's own events, counted from 0
   */
  project(event: RecordedEvent, leafIndex: number): void;
  /** Called once at the end of each batch, still inside its transaction. */
  flush?(): void;
  /** Called where the transaction was undone: what is kept in memory beside the rows is forgotten. */
  rollback?(): void;
}

/**
 * So many mandates are kept at hand by each projection that knows their last state; others are read again. The thread
 * that projects has little memory.
 */
export const MANDATES_AT_HAND = 500;
