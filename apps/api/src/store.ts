/** Where the log of events is kept, and how each thread of this process opens it. */
import type { EventLog } from '#event-log/event-log.js';
import { openSqliteEventLog } from '#event-log/sqlite/sqlite-event-log.js';

/** Plain data, so that it can be given to a thread. */
export type Store = { readonly kind: 'sqlite'; readonly path: string };

/** @throws {LogNotOpened} */
export const openStore = ({ path }: Store): EventLog => openSqliteEventLog(path);

/** Beside the one that writes. @throws {LogNotOpened} */
export const openStoreForReading = ({ path }: Store): EventLog => openSqliteEventLog(path, { readOnly: true });
