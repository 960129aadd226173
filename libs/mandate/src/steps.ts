/** A value that changes on days: each step holds from its day until the day before the next one. */
import type { Day } from './term-date.js';

export interface Step<T> {
  readonly from: Day;
  readonly value: T;
}
/** Ordered by `from`, one step a day. */
export type Steps<T> = readonly Step<T>[];

/** The value on a day; before the first step the first value, since that is what is going to begin. */
export function valueOn<T>(steps: Steps<T>, day: Day): T | undefined {
  return stepOn(steps, day)?.value;
}

export function stepOn<T>(steps: Steps<T>, day: Day): Step<T> | undefined {
  for (let i = steps.length - 1; i >= 0; i--) {
    const step = steps[i]!;
    if (step.from <= day) return step;
  }
  return steps[0];
}

/**
 * From a day on the value is changed; later steps keep their day and are changed as well.
 * @param before steps from this day on are left as they are; none where null
 */
export function changeFrom<T>(steps: Steps<T>, day: Day, before: Day | null, change: (value: T) => T): Steps<T> {
  const first = steps[0];
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return steps;
  if (day > last.from) return [...steps, { from: day, value: change(last.value) }]; // as nearly all changes are
  const isChanged = ({ from }: Step<T>): boolean => from >= day && (before === null || from < before);
  const changed = (step: Step<T>): Step<T> => (isChanged(step) ? { from: step.from, value: change(step.value) } : step);
  if (day <= first.from || steps.some(({ from }) => from === day)) return steps.map(changed);
  const split = { from: day, value: change(stepOn(steps, day)!.value) };
  return [...steps.filter(({ from }) => from < day), split, ...steps.filter(({ from }) => from > day).map(changed)];
}

/** From a day on there is a new value, whatever was planned for later. */
export function replaceFrom<T>(steps: Steps<T>, day: Day, value: T): Steps<T> {
  return [...steps.filter((step) => step.from < day), { from: day, value }];
}
