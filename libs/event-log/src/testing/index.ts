/** What tests outside of this library need of it, beside its face. */
export { canonicalJson } from '../canonical-json.js';
export type { CheckedAppend } from '../checked-append.js';
export type { Appended, ReadAllOptions } from '../event-log.js';
export { openEventStoreDbEventLog } from '../eventstoredb/eventstoredb-event-log.js';
export { Appends } from '../sqlite/appends.js';
export { openBesideLock, openForWriting } from '../sqlite/database.js';
export { Writer } from '../sqlite/writer.js';
