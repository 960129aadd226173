/** Where the log of events is kept, and how each thread of this process opens it. */
import type { EventLog } from '#event-log';
import { openEventStoreDb, openSqliteEventLog } from '#event-log';
import { EVENT_TYPES, STREAM_PREFIXES } from '#mandate';
import { KEY_ROTATED, LOG_STREAM } from '#transparency';

/** Plain data, so that it can be given to a thread. */
export type Store =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'eventstoredb'; readonly connectionString: string };

/** @throws {LogNotOpened} */
export const openStore = async (store: Store): Promise<EventLog> =>
  store.kind === 'sqlite' ? openSqliteEventLog(store.path) : openEventStoreDb(store.connectionString, LEDGER_EVENTS);

/**
 * For a command that appends what no server does, and that may have been killed before: it goes on with ids that it had
 * claimed already.
 * @throws {LogNotOpened}
 */
export const openStoreToGoOn = async (store: Store): Promise<EventLog> =>
  store.kind === 'sqlite'
    ? openSqliteEventLog(store.path)
    : openEventStoreDb(store.connectionString, LEDGER_EVENTS, { takesOver: true });

/** Whatever else a store holds is not the ledger's. */
const LEDGER_EVENTS = { prefixes: [...STREAM_PREFIXES, LOG_STREAM], types: new Set([...EVENT_TYPES, KEY_ROTATED]) };

/** Beside the one that writes. @throws {LogNotOpened} */
export const openStoreForReading = async (store: Store): Promise<EventLog> =>
  store.kind === 'sqlite'
    ? openSqliteEventLog(store.path, { readOnly: true })
    : openEventStoreDb(store.connectionString, LEDGER_EVENTS);
