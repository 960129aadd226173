import canonicalize from 'canonicalize';
import { createHash } from 'node:crypto';
import { leafBytes, leafHash, leafText } from './leaf.js';

const event = {
  id: '6f0c2f1e-0b1f-5d9c-8c8e-0d7f3a1f2b3c',
  stream: 'mandate-eumm-georgia',
  revision: 3,
  type: 'StrengthIncreased',
  dataText: '{"decisionId":"d","locator":"§ 3, “Georgië”\\n\\tსაქართველო"}',
  metadataText: '{"schemaVersion":1}',
};

describe('a leaf', () => {
  it('is RFC 8785 of exactly six members', () => {
    const { id, stream, revision, type, dataText, metadataText } = event;
    const [data, metadata] = [dataText, metadataText].map((text) => JSON.parse(text) as unknown);
    expect(leafText(event)).toBe(canonicalize({ type, stream, revision, metadata, id, data }));
    expect(leafBytes(event)).toEqual(Buffer.from(leafText(event), 'utf8'));
  });

  it('is hashed behind a zero byte', () => {
    const expected = createHash('sha256').update(Buffer.of(0)).update(leafText(event), 'utf8').digest();
    expect(leafHash(leafText(event))).toEqual(expected);
    expect(leafHash(leafBytes(event))).toEqual(expected);
  });
});

/** What is used of canonicalize is what RFC 8785 says. */
describe('RFC 8785', () => {
  it('its example of section 3.2.2 and 3.2.3', () => {
    const input = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`;
    expect(canonicalize(JSON.parse(input))).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('its order of keys, section 3.2.3', () => {
    const input = String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`;
    const canonical = canonicalize(JSON.parse(input))!;
    expect(Object.values(JSON.parse(canonical.replace('"1"', '"one"')) as object)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it('its integers, appendix B', () => {
    expect(canonicalize([0, -0, 9007199254740991, -9007199254740991, 1e3])).toBe(
      '[0,0,9007199254740991,-9007199254740991,1000]',
    );
  });
});
