/**
 * The log of events: what a store must do, and the two that do it, SQLite and EventStoreDB.
 *
 * A log takes events under a stream's expected revision, acknowledges what is on disk, and gives everything back in one
 * order. It knows nothing of mandates.
 *
 * Everybody outside of this folder imports `#event-log`, and no file behind it.
 */
export { UUID, checkAppend } from './checked-append.js';
export {
  EventIdInUse,
  type EventLog,
  EventRefused,
  EventUnreadable,
  type JsonObject,
  LogNotOpened,
  LogUnavailable,
  type NewEvent,
  OutcomeUnknown,
  type RecordedEvent,
  WrongExpectedRevision,
} from './event-log.js';
export { openEventStoreDb } from './open-eventstoredb.js';
export { copyWhole, lockLog } from './sqlite/database.js';
export { openSqliteEventLog } from './sqlite/sqlite-event-log.js';
export { openStoredRows } from './sqlite/stored-rows.js';
export { TextEvent, charactersOf } from './text-event.js';
export { Turns } from './turns.js';
export { inTime, pause } from './waiting.js';
