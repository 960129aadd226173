import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';
import type { Json } from './event-log.js';
import { EventRefused } from './event-log.js';

describe('canonical JSON', () => {
  it('is RFC 8785, as an independent implementation writes it', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('é', '\u20ac', '\ufb33', '😀', '"', '\\', '/', '\n', '\t', '\u2028'),
        fc.string({ minLength: 1, maxLength: 1 }),
      ),
    });
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constant(null),
        fc.boolean(),
        fc.maxSafeInteger(),
        text,
        fc.array(tie('value')),
        fc.dictionary(text, tie('value')),
      ),
    }));
    fc.assert(
      fc.property(value, (given) => {
        let written: string;
        try {
          written = canonicalJson(given as never);
        } catch {
          return; // what cannot be stored is held by the contract suite
        }
        expect(written).toBe(canonicalize(given));
        expect(JSON.parse(written)).toEqual(given);
        expect(canonicalJson(JSON.parse(written) as never)).toBe(written);
      }),
      { numRuns: 3000 },
    );
  });
  it('orders keys by UTF-16 code units (RFC 8785, 3.2.3)', () => {
    expect(canonicalJson({ '\u20ac': 1, '1': 2, '\ud83d\ude00': 3, '\ufb33': 4, ö: 5 })).toBe(
      '{"1":2,"ö":5,"€":1,"😀":3,"\ufb33":4}',
    );
  });
  it('orders the keys that objects do not keep where they are put: integers, and the name of the prototype', () => {
    const given = JSON.parse(
      '{"b":[{"9":1,"10":2,"__proto__":{"z":1,"a":2}}],"a":{"__proto__":3,"c":4,"b":5}}',
    ) as Json;
    expect(canonicalJson(given)).toBe(
      '{"a":{"__proto__":3,"b":5,"c":4},"b":[{"10":2,"9":1,"__proto__":{"a":2,"z":1}}]}',
    );
  });
  it('refuses in what is ordered what it refuses elsewhere', () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
    expect(canonicalJson(deep(64) as never)).toHaveLength(129);
    for (const bad of [
      0.5,
      2 ** 53,
      10n,
      NaN,
      '\u0007',
      '\u0085',
      '\ud800',
      new Date(0),
      () => 1,
      Symbol('a'),
      deep(65),
      { toJSON: () => 1 },
    ])
      expect(() => canonicalJson({ a: 1, b: bad } as never)).toThrow(EventRefused);
    expect(() => canonicalJson({ '\ud800': 1 })).toThrow(EventRefused);
  });
  it('leaves out members that are undefined, and writes -0 as 0', () => {
    expect(canonicalJson({ b: -0, a: undefined as never })).toBe('{"b":0}');
  });
  it('says where what cannot be stored is', () => {
    expect(() => canonicalJson({ a: [{ b: 0.5 }] })).toThrow('$.a[0].b 0.5 is not an integer');
  });
});
