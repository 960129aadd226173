/**
 * SQLite files: opening them, asking them, and the lock that keeps a second writer out.
 *
 * It lies under `#event-log` and `#read-models`, and knows nothing of either.
 */
export {
  type Damaged,
  type Database,
  type Row,
  type SqlValue,
  type Statement,
  closedBy,
  isBusy,
  isDamage,
  isFresh,
  openDatabase,
  openReadOnly,
  pragma,
  takeLock,
} from './sqlite.js';
