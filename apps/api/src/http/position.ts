/** Positions in the log, as requests give them. */
import type { EventLog } from '#event-log';
import { Problem } from './problem.js';

/** The position that a parameter or header gives; null without one. @throws {Problem} 400 invalid, which names it */
export function positionOf(log: EventLog, field: string, given: unknown): string | null {
  if (given === undefined) return null;
  try {
    log.comparePositions(given as string, given as string);
    return given as string;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Problem(
      'invalid',
      `${field} is not a position of this ledger. Take it from the answer to a write, or leave it out.`,
      {
        errors: [{ field: field, message: 'must be the position that a write answered with' }],
      },
    );
  }
}
