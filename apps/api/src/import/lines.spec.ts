import fc from 'fast-check';
import { LONGEST_LINE_BYTES, LineSplitter } from './lines.js';

const linesOf = (pieces: readonly Buffer[]): [number, string | null][] => {
  const splitter = new LineSplitter();
  const lines = [...pieces.flatMap((piece) => [...splitter.push(piece)]), ...splitter.end()];
  return lines.map(({ number, bytes }) => [number, bytes?.toString('latin1') ?? null]);
};

describe('lines', () => {
  it('do not depend on the pieces in which they arrive; blank lines count and are left out', () => {
    const bytes = fc.array(fc.constantFrom(0x0a, 0x0a, 0x0d, 0x20, 0x09, 0x61, 0xc3), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(60), { maxLength: 8 }), (given, cuts) => {
        const all = Buffer.from(given);
        const at = [0, ...cuts.map((cut) => Math.min(cut, all.length)).sort((a, b) => a - b), all.length];
        const pieces = at.slice(1).map((end, i) => all.subarray(at[i], end));
        const expected = all
          .toString('latin1')
          .split('\n')
          .map((text, i): [number, string] => [i + 1, text])
          .filter(([, text]) => /[^ \t\r]/.test(text));
        expect(linesOf(pieces)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('are skipped if they are one byte too long, and are not kept in memory', () => {
    const long = (length: number): Buffer => Buffer.alloc(length, 'a');
    const end = Buffer.from('\n');
    const pieces = [
      long(LONGEST_LINE_BYTES),
      end,
      long(LONGEST_LINE_BYTES),
      long(1),
      end,
      ...Array.from({ length: 2000 }, () => long(1)),
      end,
    ];
    expect(linesOf(pieces).map(([number, text]) => [number, text?.length ?? null])).toEqual([
      [1, LONGEST_LINE_BYTES],
      [2, null],
      [3, 2000],
    ]);
  });
});
