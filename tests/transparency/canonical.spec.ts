/** One program writes canonical JSON for the log, and another one checks it for the verifier. Both have to agree. */
import fc from 'fast-check';
import { EventRefused } from '#event-log';
import { canonicalJson } from '#event-log/testing';
import { canonicalText } from '#transparency/testing';

/** Undefined when it is refused. */
function written(value: unknown): string | undefined {
  try {
    return canonicalJson(value as never);
  } catch (error) {
    if (!(error instanceof EventRefused)) throw error;
    return undefined;
  }
}
const checked = (value: unknown): string | undefined => {
  const { text, wrong } = canonicalText(value, 'data') as { text?: string; wrong?: string };
  return wrong === undefined ? text : undefined;
};

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
  fc.string({ unit: 'binary', maxLength: 4 }),
  // controls, what JSON escapes, halves of surrogate pairs, and characters that UTF-8 orders differently from UTF-16
  fc.constantFrom(
    '\t',
    '\n',
    '\r',
    '\u0000',
    '\u007f',
    '\u009f',
    '"',
    '\\',
    '/',
    '\ud800',
    '\udc00x',
    '\ufb33',
    '𝒳',
    'é',
  ),
);
const number = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(0, -0, 1.5, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e21, NaN, Infinity),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 5, noNullPrototype: false }),
  ),
}));
const nested = (depth: number): unknown =>
  depth === 0 ? 'x' : depth % 2 === 0 ? [nested(depth - 1)] : { a: nested(depth - 1) };

describe('canonical JSON of the log and of the verifier', () => {
  it('is the same text, and the same values have none', () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(value, (drawn) => {
        const ours = written(drawn);
        seen[ours === undefined ? 'refused' : 'accepted']++;
        expect(checked(drawn)).toBe(ours);
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(100);
  });

  it('reaches to the same depth', () => {
    for (const depth of [1, 62, 63, 64, 65, 66])
      expect([depth, checked(nested(depth))]).toEqual([depth, written(nested(depth))]);
    expect([written(nested(64)), written(nested(65))]).toEqual([expect.any(String), undefined]);
  });
});
