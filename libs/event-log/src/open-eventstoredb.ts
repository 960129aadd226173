import type { Ours } from './eventstoredb/stored-event.js';
import type { EventLog } from './event-log.js';

/**
 * Opens a log in an EventStoreDB, as `openEventStoreDbEventLog` says. The client is loaded here and not before: it
 * takes
 * about 30 MB in each thread.
 * @param ours which streams and event types of the store belong to the ledger
 * @throws {LogNotOpened} the connection string cannot be used
 */
export async function openEventStoreDb(
  connectionString: string,
  ours: Ours,
  options: { readonly takesOver?: boolean } = {},
): Promise<EventLog> {
  const { openEventStoreDbEventLog } = await import('./eventstoredb/eventstoredb-event-log.js');
  return openEventStoreDbEventLog(connectionString, ours, options);
}
