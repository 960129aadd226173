/** The quick way gives the leaf that the whole check gives, or none; and nothing else gives that leaf. */
import fc from 'fast-check';
import { eventLine, leafOfLine, leafOfRow } from './checked-leaf.js';
import type { EventTexts } from './leaf.js';
import { quickLeaf, quickLineLeaf } from './quick-leaf.js';

const ID = '040a1cc0-9d9b-57b5-9c4f-35f8332430d3';
const OTHER = '52d2e047-45f1-59b7-bebd-fe1710ca999e';
const event: EventTexts = {
  id: ID,
  stream: 'mandate-eumm-georgia',
  revision: 2,
  type: 'StrengthIncreased',
  dataText: '{"to":{"exactly":15}}',
  metadataText: '{"recordedBy":"recorder"}',
};

const plain = fc.constantFrom(
  'a',
  '"',
  '\\',
  'é',
  ',"id":"',
  ',"metadata":',
  '","revision":1,"stream":"',
  '}',
  '{',
  ' ',
);
const text = fc.array(plain, { maxLength: 8 }).map((parts) => parts.join(''));
const json = fc.dictionary(
  fc.constantFrom('a', 'b', 'id', 'metadata', 'z'),
  fc.oneof(text, fc.integer(), fc.dictionary(fc.constantFrom('id', 'metadata'), text)),
  {
    noNullPrototype: true,
  },
);
const canonical = json.map((value) =>
  JSON.stringify(value, (_, each: unknown) => (isPlain(each) ? sorted(each) : each)),
);
const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const sorted = (value: object): object =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
const events: fc.Arbitrary<EventTexts> = fc.record({
  id: fc.constantFrom(ID, OTHER),
  stream: fc.constantFrom('mandate-a', 'mandate-b'),
  revision: fc.nat(3),
  type: fc.constantFrom('A', 'B'),
  dataText: canonical,
  metadataText: canonical,
});

describe('a quick leaf', () => {
  it('is that of the whole check, where there is one', () => {
    expect(quickLeaf(event)).toBe((leafOfRow(event) as { leaf: string }).leaf);
    let quick = 0;
    fc.assert(
      fc.property(events, (each) => {
        const leaf = quickLeaf(each);
        if (leaf === null) return;
        quick++;
        expect(leafOfRow(each)).toMatchObject({ leaf });
      }),
    );
    expect(quick).toBeGreaterThan(20);
  });

  it('of a line is that of the whole check, where there is one', () => {
    let quick = 0;
    fc.assert(
      fc.property(events, fc.nat(9), (each, leafIndex) => {
        const line = eventLine({ ...each, leafIndex, position: '7' });
        const found = quickLineLeaf(line);
        if (found === null) return;
        quick++;
        expect(found.leafIndex).toBe(leafIndex);
        expect(leafOfLine(line)).toMatchObject({ leaf: found.leaf });
      }),
      { numRuns: 1000 },
    );
    expect(quick).toBeGreaterThan(20);
  });

  it('is not given of texts that could be taken apart in two ways', () => {
    const nested = { ...event, dataText: `{"a":1,"id":"${OTHER}","metadata":{}}` };
    const whole = (leafOfRow(nested) as { leaf: string }).leaf;
    const [, rest] = whole.split(`{"data":{"a":1,"id":"${OTHER}","metadata":`) as [string, string];
    // The same bytes, cut elsewhere: texts that no store of ours took in.
    const cut = { ...event, id: OTHER, dataText: '{"a":1', metadataText: rest.slice(0, rest.indexOf(',"revision"')) };
    expect(
      `{"data":${cut.dataText},"id":"${cut.id}","metadata":${cut.metadataText}${rest.slice(rest.indexOf(',"revision"'))}`,
    ).toBe(whole);
    expect([quickLeaf(nested), quickLeaf(cut)]).toEqual([null, null]);
    expect(leafOfRow(cut)).toHaveProperty('wrong');
  });

  it.each([
    ['an id that is none', { id: 'x' }],
    ['a revision that is none', { revision: 0.5 }],
    ['data that is no text', { dataText: null }],
    ['metadata that is no text', { metadataText: Buffer.from('{}') }],
    ['a type that is no text', { type: 1 }],
    ['a stream that is no text', { stream: null }],
  ])('is not given of %s', (_, wrong) => {
    expect(quickLeaf({ ...event, ...wrong })).toBeNull();
  });

  it.each([
    '',
    '{}',
    eventLine({ ...event, leafIndex: 0, position: '1' }).slice(0, -2),
    eventLine({ ...event, leafIndex: 0, position: '1' }).replace('"type"', '"kind"'),
    // raw, which is no JSON
    eventLine({ ...event, leafIndex: 0, position: '1' }).replace('"position":"1"', '"position":"\u0001"'),
  ])('is not given of the line %s', (line) => {
    expect(quickLineLeaf(line)).toBeNull();
  });
});
