import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { eventLine, leafOfLine, leafOfRow, LONGEST_LINE_CHARACTERS } from './checked-leaf.js';
import { leafText } from './leaf.js';

const row = {
  id: '6f0c2f1e-0b1f-5d9c-8c8e-0d7f3a1f2b3c',
  stream: 'mandate-eumm-georgia',
  revision: 3,
  type: 'StrengthIncreased',
  dataText: '{"a":1,"b":["é",{"c":null,"d":true}]}',
  metadataText: '{"schemaVersion":1}',
};
const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
const lineOf = (data: string): string =>
  `{"leafIndex":7,"position":"12/12","id":"${row.id}","stream":"${row.stream}","revision":3,"type":"${row.type}","data":${data},"metadata":{}}`;

/**
 * Texts that are no canonical object, and what is said of them: in a stored row, and in a line of an export (null: it
 * is taken).
 */
const TEXTS: readonly (readonly [string, string, string | null])[] = [
  ['{"a":1.5}', 'data.a is not an integer within ±(2^53−1)', 'data.a is not an integer within ±(2^53−1)'],
  ['{"a":9007199254740992}', 'data.a is not an integer within ±(2^53−1)', 'data.a is not an integer within ±(2^53−1)'],
  ['{"a":[1,{"b":-9007199254740993}]}', 'data.a[1].b is not an integer', 'data.a[1].b is not an integer'],
  ['{"a":1e400}', 'data.a is not an integer', 'data.a is not an integer'],
  ['{"a":1.0}', 'data has the number 1.0, which', 'the line has the number 1.0, which'],
  ['{"a":1e2}', 'data has the number 1e2, which', 'the line has the number 1e2, which'],
  ['{"a":-0}', 'data has the number -0, which', 'the line has the number -0, which'],
  ['{"a":1,"a":1}', 'data has the key "a" twice', 'the line has the key "a" twice'],
  ['{"a":1,"\\u0061":2}', 'data has the key "a" twice', 'the line has the key "a" twice'],
  [
    '{"b":{"a":1},"c":[{"a":1},{"d":"\\"a\\":","d":0}]}',
    'data has the key "d" twice',
    'the line has the key "d" twice',
  ],
  ['{"__proto__":1,"__proto__":1}', 'data has the key "__proto__" twice', 'the line has the key "__proto__" twice'],
  ['{"a":"\\u0000"}', 'data.a has a control character', 'data.a has a control character'],
  ['{"a":"\\r"}', 'data.a has a control character', 'data.a has a control character'],
  ['{"a":"\u0085"}', 'data.a has a control character', 'data.a has a control character'],
  ['{"a":"\u007f"}', 'data.a has a control character', 'data.a has a control character'],
  ['{"a\\u0007":1}', 'a key of data has a control character', 'a key of data has a control character'],
  ['{"a":"\\ud83d"}', 'data.a is not well-formed Unicode', 'data.a is not well-formed Unicode'],
  ['{"a":"\ude00"}', 'data.a is not well-formed Unicode', 'data.a is not well-formed Unicode'],
  [nested(65), 'is nested deeper than 64', 'is nested deeper than 64'],
  [nested(100_000), 'is nested deeper than 64', 'is nested deeper than 64'],
  ['[]', 'data is not an object', 'data is not an object'],
  ['null', 'data is not an object', 'data is not an object'],
  ['"a"', 'data is not an object', 'data is not an object'],
  ['{', 'data is not JSON', 'the line is not JSON'],
  ['', 'data is not JSON', 'the line is not JSON'],
  ['{"a":"\u0001"}', 'data is not JSON', 'the line is not JSON'],
  ['{"b":1,"a":1}', 'data is not in canonical form', null],
  ['{ "a":1}', 'data is not in canonical form', null],
  ['{"a":"\\u00e9"}', 'data is not in canonical form', null],
  ['{"a":"\\/"}', 'data is not in canonical form', null],
];
/** Of these everything is right. */
const CANONICAL = [
  '{}',
  '{"10":1,"9":2}', // in the order of UTF-16, not of numbers
  '{"__proto__":{"toJSON":1}}',
  '{"a":"tab\\tnewline\\nquote\\"backslash\\\\backslash b\\\\b"}',
  '{"\ud83d\ude00":1,"\ufb33":2}', // in the order of UTF-16, not of code points
  '{"a":-9007199254740991}',
  nested(64),
];

describe('a row of a store', () => {
  it('gives its leaf', () => {
    expect(leafOfRow(row)).toEqual({ event: row, leaf: leafText(row) });
  });
  it.each(CANONICAL)('may hold %s', (dataText) => {
    expect(leafOfRow({ ...row, dataText }).wrong).toBeUndefined();
    expect(leafOfRow({ ...row, metadataText: dataText })).toMatchObject({
      leaf: leafText({ ...row, metadataText: dataText }),
    });
  });
  it.each(TEXTS.map(([text, wrong]) => [text.slice(0, 60), text, wrong]))('may not hold %s', (_, text, wrong) => {
    expect(leafOfRow({ ...row, dataText: text }).wrong).toContain(wrong);
    expect(leafOfRow({ ...row, metadataText: text }).wrong).toContain(wrong.replace('data', 'metadata'));
  });
  it.each([
    [{ id: row.id.toUpperCase() }, 'id is not a lower-case UUID'],
    [{ id: null }, 'id is not a lower-case UUID'],
    [{ revision: -1 }, 'revision is not an integer from 0'],
    [{ revision: 1.5 }, 'revision is not an integer from 0'],
    [{ revision: '3' }, 'revision is not an integer from 0'],
    [{ stream: '' }, 'stream is not text'],
    [{ stream: Buffer.from('a') }, 'stream is not text'],
    [{ type: undefined }, 'type is not text'],
    [{ type: 'a\u0000' }, 'type has a control character'],
    [{ dataText: Buffer.from('{}') }, 'data is not text'],
    [{ metadataText: null }, 'metadata is not text'],
  ])('with %p is wrong', (changes, wrong) => {
    expect(leafOfRow({ ...row, ...changes }).wrong).toContain(wrong);
  });
});

describe('a line of an export', () => {
  const event = { leafIndex: 7, position: '12/12', ...row };
  it('gives its event and its leaf', () => {
    expect(leafOfLine(eventLine(event))).toEqual({ event, leaf: leafText(row) });
    expect(eventLine(event)).toBe(lineOf(row.dataText).replace('"metadata":{}', `"metadata":${row.metadataText}`));
  });
  it.each(CANONICAL)('may hold %s', (data) => {
    expect(leafOfLine(lineOf(data))).toMatchObject({ leaf: leafText({ ...row, dataText: data, metadataText: '{}' }) });
  });
  it.each(TEXTS.filter(([, , wrong]) => wrong !== null).map(([text, , wrong]) => [text.slice(0, 60), text, wrong!]))(
    'may not hold %s',
    (_, text, wrong) => {
      expect(leafOfLine(lineOf(text)).wrong).toContain(wrong);
    },
  );
  it.each(TEXTS.filter(([, , wrong]) => wrong === null).map(([text]) => text))(
    'has the leaf of its values with %s',
    (data) => {
      const dataText = canonicalize(JSON.parse(data))!;
      expect(leafOfLine(lineOf(data))).toMatchObject({
        event: { dataText },
        leaf: leafText({ ...row, dataText, metadataText: '{}' }),
      });
    },
  );
  it('may have its members in any order, and white space', () => {
    const turned = JSON.stringify(
      Object.fromEntries(Object.entries(JSON.parse(eventLine(event)) as object).reverse()),
      null,
      1,
    );
    expect(leafOfLine(turned)).toEqual({ event, leaf: leafText(row) });
  });
  it.each([
    ['[]', 'the line is not an object'],
    ['', 'the line is not JSON'],
    [lineOf('{}').replace('"position":"12/12",', ''), 'position is missing'],
    [lineOf('{}').replace('{', '{"extra":1,'), 'extra is no member of an event'],
    [lineOf('{}').replace('"leafIndex":7', '"leafIndex":-7'), 'leafIndex is not an integer from 0'],
    [lineOf('{}').replace('"leafIndex":7', '"leafIndex":7,"leafIndex":7'), 'the line has the key "leafIndex" twice'],
    [lineOf('{}').replace('"12/12"', '12'), 'position is not text'],
    [lineOf('{}').replace('"revision":3', '"revision":3.0'), 'the line has the number 3.0'],
    [lineOf('{}').replace('{', '{"\\u001b[2J":1,'), 'a key of the line has a control character'],
    [lineOf('{}').replace('{', `{"${'x'.repeat(1000)}":1,`), `${'x'.repeat(60)}… is no member of an event`],
    [' '.repeat(LONGEST_LINE_CHARACTERS + 1), 'the line is longer than'],
  ])('is wrong as %p', (line, wrong) => {
    expect(leafOfLine(line).wrong).toContain(wrong);
  });
});

it('sees the end of texts that are all escapes, and of long lists', () => {
  expect(leafOfRow({ ...row, dataText: `{"a":"${'\\n'.repeat(2_000_000)}", "a":1}` }).wrong).toContain(
    'the key "a" twice',
  );
  expect(leafOfLine(lineOf(`{"a":[${'1,'.repeat(1_000_000)}1.0]}`)).wrong).toContain('the number 1.0');
});

/** Canonical text is judged without canonicalize where it can be: the two agree on every text. */
describe('what is canonical', () => {
  const json = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }));
  const isAllowed = (value: unknown): boolean =>
    typeof value === 'number'
      ? Number.isSafeInteger(value)
      : typeof value === 'string'
        ? value.isWellFormed() && !/[^\P{Cc}\t\n]/u.test(value)
        : typeof value !== 'object' || value === null || Object.entries(value).flat().every(isAllowed);
  it('is what canonicalize writes and the restrictions allow', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalize(value)!;
        expect(leafOfRow({ ...row, dataText: text }).wrong === undefined).toBe(isAllowed(JSON.parse(text)));
        const plain = JSON.stringify(value);
        expect(leafOfRow({ ...row, dataText: plain }).wrong === undefined).toBe(
          isAllowed(JSON.parse(plain)) && plain === text,
        );
      }),
      { numRuns: 300 },
    );
  });
  it('is no text in which one character was changed, unless it is canonical again', () => {
    const character = fc.constantFrom(...'{}[]",:0123456789eE.-+ \t\n\\u/atrue\u0000\u007f\u0085é\ud83d');
    fc.assert(
      fc.property(json, fc.nat(), character, fc.boolean(), (value, at, by, inserted) => {
        const text = canonicalize(value)!;
        const i = at % text.length;
        const changed = text.slice(0, i) + by + text.slice(inserted ? i : i + 1);
        const result = leafOfRow({ ...row, dataText: changed });
        if (result.wrong === undefined) expect(canonicalize(JSON.parse(changed))).toBe(changed);
      }),
      { numRuns: 1000 },
    );
  });
});
