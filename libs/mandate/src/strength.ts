/** Head counts as the source words them, and as numbers (docs/domain.md). */

export type Strength =
  | { readonly exactly: number }
  | { readonly atMost: number }
  | { readonly atLeast: number }
  | { readonly between: readonly [number, number] }
  | { readonly about: number }
  | { readonly undisclosed: true };

/** Heads; null where the source does not bound that side. */
export interface StrengthRange {
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly approximate: boolean;
}

const UNBOUNDED: StrengthRange = { minimum: null, maximum: null, approximate: false };

export function strengthRange(strength: Strength | null | undefined): StrengthRange {
  if (strength === null || strength === undefined || 'undisclosed' in strength) return UNBOUNDED;
  if ('exactly' in strength) return { minimum: strength.exactly, maximum: strength.exactly, approximate: false };
  if ('atMost' in strength) return { minimum: 0, maximum: strength.atMost, approximate: false };
  if ('atLeast' in strength) return { minimum: strength.atLeast, maximum: null, approximate: false };
  if ('between' in strength) return { minimum: strength.between[0], maximum: strength.between[1], approximate: false };
  return { minimum: strength.about, maximum: strength.about, approximate: true };
}

/** Adds head counts; a side that one of them leaves unbounded is unbounded in the sum. */
export function addStrengths(ranges: readonly StrengthRange[]): StrengthRange {
  const side = (of: (range: StrengthRange) => number | null): number | null =>
    ranges.reduce<number | null>((sum, range) => {
      const heads = of(range);
      return sum === null || heads === null ? null : sum + heads;
    }, 0);
  return {
    minimum: side((range) => range.minimum),
    maximum: side((range) => range.maximum),
    approximate: ranges.some((range) => range.approximate),
  };
}

export function sameStrength(a: Strength | null, b: Strength | null): boolean {
  const [left, right] = [strengthRange(a), strengthRange(b)];
  return left.minimum === right.minimum && left.maximum === right.maximum && left.approximate === right.approximate;
}

/** Whether `to` raises the maximum, or keeps it and raises the minimum; an unbounded side cannot contradict it. */
export function isIncrease(held: Strength | null, to: Strength): boolean {
  return grows(strengthRange(held), strengthRange(to), 1);
}

/** The mirror of isIncrease. */
export function isReduction(held: Strength | null, to: Strength): boolean {
  return grows(strengthRange(held), strengthRange(to), -1);
}

function grows(held: StrengthRange, to: StrengthRange, sign: 1 | -1): boolean {
  if (held.maximum === null || to.maximum === null) return true;
  if (to.maximum !== held.maximum) return (to.maximum - held.maximum) * sign > 0;
  if (held.minimum === null || to.minimum === null) return true;
  return (to.minimum - held.minimum) * sign > 0;
}

/** As a clerk would read it: `12`, `at most 15`, `2 to 3`, `about 120`. */
export function describeStrength(strength: Strength | null): string {
  if (strength === null) return 'no strength';
  if ('undisclosed' in strength) return 'an undisclosed strength';
  if ('exactly' in strength) return `${strength.exactly}`;
  if ('atMost' in strength) return `at most ${strength.atMost}`;
  if ('atLeast' in strength) return `at least ${strength.atLeast}`;
  if ('between' in strength) return `${strength.between[0]} to ${strength.between[1]}`;
  return `about ${strength.about}`;
}
