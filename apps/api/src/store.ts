/** Where the log of events is kept, and how each thread of this process opens it. */
import type { EventLog } from '#event-log/event-log.js';
import { openSqliteEventLog } from '#event-log/sqlite/sqlite-event-log.js';
import { EVENT_TYPES, STREAM_PREFIXES } from '#mandate/events.js';
import { KEY_ROTATED, LOG_STREAM } from '#transparency/key-rotation.js';

/** Plain data, so that it can be given to a thread. */
export type Store =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'eventstoredb'; readonly connectionString: string };

/** @throws {LogNotOpened} */
export const openStore = async (store: Store): Promise<EventLog> =>
  store.kind === 'sqlite' ? openSqliteEventLog(store.path) : openEventStoreDb(store.connectionString);

/**
 * For a command that appends what no server does, and that may have been killed before: it goes on with ids that it had
 * claimed already.
 * @throws {LogNotOpened}
 */
export const openStoreToGoOn = async (store: Store): Promise<EventLog> =>
  store.kind === 'sqlite' ? openSqliteEventLog(store.path) : openEventStoreDb(store.connectionString, true);

/** Whatever else a store holds is not the ledger's. */
const LEDGER_EVENTS = { prefixes: [...STREAM_PREFIXES, LOG_STREAM], types: new Set([...EVENT_TYPES, KEY_ROTATED]) };

/** Beside the one that writes. @throws {LogNotOpened} */
export const openStoreForReading = async (store: Store): Promise<EventLog> =>
  store.kind === 'sqlite'
    ? openSqliteEventLog(store.path, { readOnly: true })
    : openEventStoreDb(store.connectionString);

/** Its client is loaded where it is used alone: it takes some 30 MB in each thread. */
async function openEventStoreDb(connectionString: string, takesOver = false): Promise<EventLog> {
  const { openEventStoreDbEventLog } = await import('#event-log/eventstoredb/eventstoredb-event-log.js');
  return openEventStoreDbEventLog(connectionString, LEDGER_EVENTS, { takesOver });
}
