/** Where the log of events is kept, and how each thread of this process opens it. */
import type { EventLog } from '#event-log/event-log.js';
import { openEventStoreDbEventLog } from '#event-log/eventstoredb/eventstoredb-event-log.js';
import { openSqliteEventLog } from '#event-log/sqlite/sqlite-event-log.js';
import { EVENT_TYPES, STREAM_PREFIXES } from '#mandate/events.js';

/** Plain data, so that it can be given to a thread. */
export type Store =
  { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'eventstoredb'; readonly connectionString: string };

const OURS = { prefixes: STREAM_PREFIXES, types: EVENT_TYPES };

/** @throws {LogNotOpened} */
export const openStore = (store: Store): EventLog =>
  store.kind === 'sqlite' ? openSqliteEventLog(store.path) : openEventStoreDbEventLog(store.connectionString, OURS);

/** Beside the one that writes. @throws {LogNotOpened} */
export const openStoreForReading = (store: Store): EventLog =>
  store.kind === 'sqlite' ? openSqliteEventLog(store.path, { readOnly: true }) : openStore(store);
