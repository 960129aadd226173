import fc from 'fast-check';
import { parseJson } from './json-body.js';

const parse = (text: string): unknown => parseJson(Buffer.from(text));

/** A string of JSON in which every character is an escape, such as `"\\u0061"`. */
function inEscapes(text: string): string {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0'));
  return `"${units.map((unit) => `\\u${unit}`).join('')}"`;
}

describe('strict JSON', () => {
  it('is what JSON.parse gives, for any value without a key twice', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8, noUnicodeString: false }), fc.nat({ max: 3 }), (value, space) => {
        fc.pre(!JSON.stringify(value).includes('"__proto__"'));
        const text = JSON.stringify(value, null, space);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('finds a repeated key at any place and in any spelling', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1, maxLength: 4 }),
        fc.string(),
        fc.boolean(),
        (path, key, escaped) => {
          fc.pre(key !== '__proto__' && !path.includes('__proto__'));
          const plain = JSON.stringify(key);
          const second = escaped ? inEscapes(key) : plain;
          const text = path.reduceRight(
            (inner, name) => `{${JSON.stringify(name)}:[1,${inner}]}`,
            `{${plain}:"a:{\\"","z":{},${second}:1}`,
          );
          expect(() => parse(text)).toThrow(`has the key "${key}" twice`);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each(['{"a":1', '[1,]', '{a:1}', '', ' ', 'undefined', '{"a":1}x', "{'a':1}"])('refuses %p', (text) => {
    expect(() => parse(text)).toThrow(/is not JSON|is empty/);
  });
  it('refuses nesting deeper than 32, and takes 32', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parse(nested(32))).toBeInstanceOf(Array);
    expect(() => parse(nested(33))).toThrow(/nested 33 deep/);
    expect(() => parse(nested(200_000))).toThrow(/nested|not JSON/);
  });
  it('takes a byte order mark, and refuses what is not UTF-8', () => {
    expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 });
    expect(() => parseJson(Uint8Array.of(0x22, 0xc3, 0x28, 0x22))).toThrow(/is not UTF-8/);
  });
});
