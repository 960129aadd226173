import fc from 'fast-check';
import { eventLine } from './checked-leaf.js';
import type { Difference, FoundEvent, Identity, TrustedLog } from './compared-log.js';
import { ComparedLog, foundLine, foundRow } from './compared-log.js';
import type { EventTexts } from './leaf.js';

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const event = (n: number): EventTexts => ({
  id: idOf(n),
  stream: `mandate-${n % 3}`,
  revision: Math.floor(n / 3),
  type: 'StrengthIncreased',
  dataText: `{"to":${n}}`,
  metadataText: '{}',
});
const events = (count: number): EventTexts[] => Array.from({ length: count }, (_, n) => event(n));

function trust(of: readonly EventTexts[], identities = true): TrustedLog {
  const rows = of.map(foundRow);
  return {
    size: of.length,
    leafHash: (i) => rows[i]?.leafHash ?? null,
    identity: (i) =>
      identities && of[i] !== undefined ? { id: of[i].id, stream: of[i].stream, revision: of[i].revision } : null,
  };
}

function compared(
  trusted: TrustedLog,
  store: readonly { readonly [field in keyof EventTexts]: unknown }[],
): Difference | null {
  return comparedFound(trusted, store.map(foundRow));
}
function comparedFound(trusted: TrustedLog, store: readonly FoundEvent[]): Difference | null {
  const log = new ComparedLog(trusted);
  for (const row of store) {
    const difference = log.compare(row);
    if (difference !== null) return difference;
  }
  return log.end();
}

const identity = ({ id, stream, revision }: EventTexts): Identity => ({ id, stream, revision });
const recorded = events(9);
const without = (...places: number[]): EventTexts[] => recorded.filter((_, n) => !places.includes(n));
const altered = (n: number, changes: object): (typeof recorded)[number][] =>
  recorded.map((each, i) => (i === n ? { ...each, ...changes } : each));
const moved = (from: number, to: number): EventTexts[] => without(from).toSpliced(to, 0, event(from));
const stranger = { ...event(100), revision: 7 };

describe('a log that is as it was', () => {
  it('does not differ, also where it has grown since', () => {
    expect(compared(trust(recorded), recorded)).toBeNull();
    expect(compared(trust(recorded), [...recorded, stranger])).toBeNull();
    expect(compared(trust([]), [])).toBeNull();
  });
  it('is read as lines as well', () => {
    const lines = recorded.map((each, leafIndex) =>
      foundLine(eventLine({ leafIndex, position: String(leafIndex), ...each })),
    );
    expect(comparedFound(trust(recorded), lines)).toBeNull();
  });
  it('may be compared from a place on', () => {
    const log = new ComparedLog(trust(recorded), 5);
    for (const each of recorded.slice(5)) expect(log.compare(foundRow(each))).toBeNull();
    expect([log.next, log.differs, log.soFar(), log.end()]).toEqual([9, false, null, null]);
  });
});

describe('the first difference', () => {
  it.each([
    ['data', altered(4, { dataText: '{"to":5}' }), 'altered', 4, 'is not as it was recorded'],
    ['metadata', altered(4, { metadataText: '{"recordedBy":"x"}' }), 'altered', 4, 'is not as it was recorded'],
    ['a revision', altered(4, { revision: 9 }), 'altered', 4, 'is not as it was recorded'],
    ['an id', altered(4, { id: idOf(77) }), 'altered', 4, 'was never recorded there'],
    ['text that is no JSON', altered(4, { dataText: '{"to"' }), 'altered', 4, 'cannot be read: data is not JSON'],
    [
      'a row of other types',
      altered(4, { dataText: null, revision: 'x' }),
      'altered',
      4,
      'cannot be read: revision is not an integer',
    ],
    [
      'a row of which nothing can be read',
      altered(4, { id: null, stream: Buffer.of(1), revision: null }),
      'altered',
      4,
      'cannot be read (id is not',
    ],
    ['the first event gone', without(0), 'removed', 0, 'is gone'],
    ['one gone', without(4), 'removed', 4, 'is gone'],
    ['several gone', without(4, 5, 7), 'removed', 4, 'is gone'],
    ['the last but one gone', without(7), 'removed', 7, 'is gone'],
    ['the last gone', without(8), 'truncated', 8, 'ends after 8 events, and there were 9'],
    ['the end gone', without(6, 7, 8), 'truncated', 6, 'ends after 6 events'],
    ['all gone', [], 'truncated', 0, 'ends after 0 events'],
    ['two swapped', moved(4, 3), 'reordered', 3, 'comes later'],
    ['one moved back', moved(8, 2), 'reordered', 2, 'comes later'],
    ['one moved to the end', moved(2, 8), 'reordered', 2, 'comes later'],
    [
      'the tail rewritten',
      [...recorded.slice(0, 4), ...events(30).slice(20, 25)],
      'altered',
      4,
      'was never recorded there',
    ],
    [
      'one altered and another gone',
      without(2).map((each) => (each.id === idOf(5) ? { ...each, dataText: '{}' } : each)),
      'removed',
      2,
      'gone',
    ],
  ] as const)('of %s', (_, store, kind, leafIndex, words) => {
    const found = compared(trust(recorded), store);
    expect(found).toMatchObject({ kind, first: { leafIndex, ...identity(event(leafIndex)) } });
    expect(found!.detail).toContain(words);
  });

  it.each([[0], [4], [8]])('of an event put in before event %d is that event', (n) => {
    expect(compared(trust(recorded), recorded.toSpliced(n, 0, stranger))).toMatchObject({
      kind: 'inserted',
      first: { leafIndex: n, ...identity(stranger) },
    });
    expect(compared(trust(recorded), recorded.toSpliced(n, 0, { ...stranger, dataText: '{' }))).toMatchObject({
      kind: 'inserted',
      first: { leafIndex: n, ...identity(stranger) },
    });
  });

  it('is told without what would harm a terminal', () => {
    const { first, detail } = compared(
      trust(recorded),
      recorded.toSpliced(4, 0, { ...stranger, stream: 'a\u009b2J' }),
    )!;
    expect(first).toMatchObject({ leafIndex: 4, id: stranger.id, stream: null });
    expect(detail).not.toContain('\u009b');
  });

  it('has its place without identities, and its kind by the hashes', () => {
    const unnamed = { id: null, stream: null, revision: null };
    expect(compared(trust(recorded, false), without(4))).toMatchObject({
      kind: 'removed',
      first: { leafIndex: 4, ...unnamed },
    });
    expect(compared(trust(recorded, false), moved(4, 3))).toMatchObject({ kind: 'reordered', first: { leafIndex: 3 } });
    expect(compared(trust(recorded, false), altered(4, { dataText: '{}' }))).toMatchObject({
      kind: 'altered',
      first: { leafIndex: 4 },
    });
    expect(compared(trust(recorded, false), recorded.toSpliced(4, 0, stranger))).toMatchObject({
      kind: 'inserted',
      first: { leafIndex: 4 },
    });
    expect(compared(trust(recorded, false), without(8))).toMatchObject({
      kind: 'truncated',
      first: { leafIndex: 8, ...unnamed },
    });
  });

  it('is known before it is known what happened', () => {
    const log = new ComparedLog(trust(recorded));
    for (const each of recorded.slice(0, 4)) expect(log.compare(foundRow(each))).toBeNull();
    expect(log.differs).toBe(false);
    expect(log.compare(foundRow(event(5)))).toBeNull();
    expect(log.differs).toBe(true);
    expect(log.soFar()).toMatchObject({ first: { leafIndex: 4 } });
  });
});

it('is found wherever anything was done to a log, at the first place that differs', () => {
  const change = fc.record({
    at: fc.nat(),
    to: fc.nat(),
    how: fc.constantFrom('alter', 'remove', 'insert', 'move', 'cut'),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.array(change, { minLength: 1, maxLength: 4 }), (count, changes) => {
      const before = events(count);
      let store = [...before];
      for (const [n, { at, to, how }] of changes.entries()) {
        const place = at % Math.max(1, store.length);
        if (how === 'insert') store.splice(place, 0, event(1000 + n));
        else if (store.length === 0) continue;
        else if (how === 'alter') store[place] = { ...store[place]!, dataText: `{"n":${n}}` };
        else if (how === 'remove') store.splice(place, 1);
        else if (how === 'cut') store = store.slice(0, place);
        else store.splice(to % store.length, 0, ...store.splice(place, 1));
      }
      const first = before.findIndex((each, i) => JSON.stringify(each) !== JSON.stringify(store[i]));
      expect(compared(trust(before), store)?.first.leafIndex ?? -1).toBe(first);
    }),
    { numRuns: 500 },
  );
});
