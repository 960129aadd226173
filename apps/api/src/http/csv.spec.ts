import fc from 'fast-check';
import { LEFT_OUT, SHOWN_ELSEWHERE, asItIs, columnsOf, csvCell, csvHeader, csvRows } from './csv.js';

/** Reads one record of RFC 4180. Written from the grammar of section 2, independently of the writer in csv.ts. */
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

  it('reads back as the same text, but for an added apostrophe', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'é', ' ', '"', ',', '\n', '\t', '\r', '=', '-', '\uff1d', ';', "'"),
    });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
        const columns = texts.map((_, i) => ({ name: `c${i}`, cell: (row: readonly string[]) => row[i]! }));
        const read = parseRecord(csvRows(columns, [texts]));
        expect(read.map((cell, i) => (cell === `'${texts[i]!}` ? texts[i] : cell))).toEqual(texts);
        for (const cell of read) expect(cell).not.toMatch(/^\s*[=+\-@\uff1d]|^[\t\r\n]/);
      }),
    );
  });
});

describe('a table', () => {
  interface Item {
    readonly name: string;
    readonly size: { readonly least: number; readonly most: number };
    readonly tag?: string;
    readonly note: string;
    readonly unit: string;
  }
  const columns = columnsOf<Item>({
    tag: asItIs,
    size: { least: ({ least }) => least, most: ({ most }, { unit }) => `${most} ${unit}` },
    name: asItIs,
    note: LEFT_OUT,
    unit: SHOWN_ELSEWHERE,
  });
  const item: Item = { name: 'x,y', size: { least: 1, most: 2 }, note: 'n', unit: 'heads' };

  it('has the columns of its members in the order of their entries', () => {
    expect(csvHeader(columns) + csvRows(columns, [item, { ...item, tag: 't' }])).toBe(
      'tag,least,most,name\r\n,1,2 heads,"x,y"\r\nt,1,2 heads,"x,y"\r\n',
    );
  });

  it('does not compile without an entry for a member', () => {
    // @ts-expect-error note has no entry
    columnsOf<Pick<Item, 'name' | 'note'>>({ name: asItIs });
  });
});
