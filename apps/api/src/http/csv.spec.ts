import fc from 'fast-check';
import { csvCell, csvHeader, csvRows } from './csv.js';

/** Reads one record of RFC 4180, written from the grammar of section 2 and independent of how it is written here. */
function parseRecord(record: string): string[] {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    let cell = '';
    if (record[at] === '"') {
      for (at++; record[at] !== '"' || record[at + 1] === '"'; at++) {
        if (record[at] === '"') at++;
        cell += record[at]!;
      }
      at++;
    } else while (at < record.length && !',\r\n"'.includes(record[at]!)) cell += record[at++]!;
    cells.push(cell);
    if (record[at] === ',') at++;
    else {
      expect(record.slice(at)).toBe('\r\n');
      return cells;
    }
  }
}

describe('a CSV cell', () => {
  it.each([
    [null, ''],
    [12, '12'],
    [-1, '-1'],
    [true, 'true'],
    ['plain', 'plain'],
    ['', ''],
    ['a, b', '"a, b"'],
    ['say "so"', '"say ""so"""'],
    ['two\nlines', '"two\nlines"'],
    ['2022-12', '2022-12'],
  ])('%p is %p', (cell, text) => {
    expect(csvCell(cell)).toBe(text);
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\tindented',
    '\rx',
    '\nx',
    '  =1',
    '\u00a0=1',
    '\u3000=1',
    '\u200b=1',
    '\ufeff=1',
    '\uff1d1',
    '\uff0b1',
    '\uff0d1',
    '\uff20A',
    '\ufe661',
    '\ufe621',
    '\ufe631',
    '\ufe6bA',
    '\u22121',
    '=HYPERLINK("http://x","y")',
  ])('of text that a spreadsheet could take for a formula begins with an apostrophe: %p', (text) => {
    expect(csvCell(text).replace(/^"/, '')[0]).toBe("'");
  });

  it.each(['a=b', 'eumm-georgia', '1-2', "'quoted'", '(=1)', '\u2013 a dash', ' two blanks', 'é=1'])(
    '%p stays as it is',
    (text) => {
      expect(csvCell(text)).toBe(text);
    },
  );

  it('reads back as what it was, after an apostrophe that was added', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'é', ' ', '"', ',', '\n', '\t', '\r', '=', '-', '\uff1d', ';', "'"),
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
        const columns = Object.fromEntries(texts.map((_, i) => [`c${i}`, (row: readonly string[]) => row[i]!]));
        const read = parseRecord(csvRows(columns, [texts]));
        expect(read.map((cell, i) => (cell === `'${texts[i]!}` ? texts[i] : cell))).toEqual(texts);
        for (const cell of read) expect(cell).not.toMatch(/^\s*[=+\-@\uff1d]|^[\t\r\n]/);
      }),
    );
  });
});

describe('a table', () => {
  it('has its columns in the order in which they are written', () => {
    const columns = { z: ({ n }: { n: number }) => n, a: () => 'x,y' };
    expect(csvHeader(columns) + csvRows(columns, [{ n: 1 }, { n: 2 }])).toBe('z,a\r\n1,"x,y"\r\n2,"x,y"\r\n');
  });
});
