/**
 * The three times of a question: the day that it is about, the day up to which decisions count, and how much of the log
 * is known (docs/domain.md).
 */
import type { Day } from '#mandate';

/** An instant in ms since 1970, or the number of the log's first events: exact, whatever the clocks said. */
export type Known = { readonly ms: number } | { readonly size: number };

export interface AskedTimes {
  readonly asOf: Day;
  /** Decisions of later days do not count; all count where null. */
  readonly decidedBy?: Day | null;
  /** All that there is where null. */
  readonly knownAt?: Known | null;
}

/** As they were understood: asked again, they give the same answer for ever. */
export interface Times {
  readonly asOf: Day;
  readonly decidedBy: Day | null;
  readonly size: number;
}

/** The members of an answer that repeat the three times; `knownAt` is what the parameter takes. */
export const timesShown = ({ asOf, decidedBy, size }: Times): object => ({ asOf, decidedBy, knownAt: `size:${size}` });

/** More of the log was asked for than there is. */
export class BeyondTheLog extends Error {
  constructor(readonly size: number) {
    super(`the log has ${size} events`);
  }
}
