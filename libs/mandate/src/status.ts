/** The statuses of a mandate, and what is true of a mandate that has one. */
import type { ChangeKind } from './change-kinds.js';

interface StatusFacts {
  /** The mandate is in force: it counts in totals, and lists find it by the last day of its term. */
  readonly counts: boolean;
  /** Its term runs, or is still to begin. */
  readonly runs: boolean;
  /** The change that tells that the mandate has come to it; null where what was opened or declared tells it. */
  readonly arrivesAs: ChangeKind | null;
}

/** In the order in which documentation and refusals list them. */
export const STATUS = {
  'in-force': { counts: true, runs: true, arrivesAs: 'began' },
  planned: { counts: false, runs: true, arrivesAs: null },
  'under-study': { counts: false, runs: false, arrivesAs: null },
  intended: { counts: false, runs: false, arrivesAs: null },
  ended: { counts: false, runs: false, arrivesAs: 'ended' },
  expired: { counts: false, runs: false, arrivesAs: 'expired' },
  declined: { counts: false, runs: false, arrivesAs: 'declined' },
} as const satisfies Readonly<Record<string, StatusFacts>>;

export type Status = keyof typeof STATUS;
export const STATUSES = Object.keys(STATUS) as readonly Status[];

export const statusFacts = (status: Status): StatusFacts => STATUS[status];
