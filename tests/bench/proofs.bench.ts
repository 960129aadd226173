/**
 * Leaves, the tree in tiles, and proofs, all in memory: what the proofs of the log cost besides reading and writing.
 */
import { createHash } from 'node:crypto';
import { canonicalJson } from '#event-log/testing';
import type { EventTexts, TileSource } from '#transparency';
import { consistencyProof, GrowingTree, inclusionProof, leafHash, leafOfRow, leafText } from '#transparency';
import type { Tile } from '#transparency/testing';
import type { Figure } from './figures.js';
import { figure, plain } from './figures.js';
import { median, percentile } from './processes.js';
import { decisionsOfClient, storedEvents } from './workload.js';

const ROUNDS = 5;
const EVENTS = 50_000;
const BATCH = 500;
const LEAVES = 1_000_000;
const PROOFS = 2000;
const PROOF_MS = 2;

export function proofs(): Promise<Figure[]> {
  const events = someEvents();
  const rates: Record<'kept' | 'hashed' | 'checked', number[]> = { kept: [], hashed: [], checked: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.hashed.push(
      perSecond(() =>
        events.forEach((event) =>
          createHash('sha256')
            .update(`\0${leafText(event)}`)
            .digest(),
        ),
      ),
    );
    rates.kept.push(
      perSecond(() => {
        const tree = new GrowingTree(new MapOfTiles(), 0);
        for (let at = 0; at < events.length; at += BATCH) {
          tree.append(events.slice(at, at + BATCH).map((event) => leafHash(leafText(event))));
          tree.root();
        }
      }),
    );
    rates.checked.push(
      perSecond(() => events.forEach((event) => leafHash((leafOfRow(event) as { leaf: string }).leaf))),
    );
  }
  const bytes = Math.round(events.reduce((sum, event) => sum + leafText(event).length, 0) / events.length);
  const floor = 'createHash over the bytes alone';
  return Promise.resolve([
    figure(`leaves of ${bytes} bytes, tiles, and a root every ${BATCH}`, rates.kept, floor, rates.hashed, null),
    figure('leaves of stored rows, checked and hashed', rates.checked, floor, rates.hashed, null),
    ...proofTimes(),
  ]);
}

class MapOfTiles implements TileSource {
  private readonly tiles = new Map<string, Uint8Array>();
  keep = (tiles: readonly Tile[]): void =>
    tiles.forEach(({ level, index, bytes }) => this.tiles.set(`${level}/${index}`, bytes));
  read = (level: number, index: number): Uint8Array => this.tiles.get(`${level}/${index}`)!;
}

function proofTimes(): Figure[] {
  const source = new MapOfTiles();
  const tree = new GrowingTree(source, 0);
  const hash = Buffer.alloc(32);
  for (let at = 0; at < LEAVES; at += BATCH)
    source.keep(tree.append(Array.from({ length: BATCH }, (_, i) => hash.fill(0).fill(`${at + i}`))));
  const of = (n: number): number => (n * 7919 * 104_729) % LEAVES;
  const time = (job: string, prove: (n: number) => unknown): Figure => {
    const times = Array.from({ length: PROOFS }, (_, n) => 1000 / perSecond(() => prove(n), 1));
    const [p50, p99] = [median(times), percentile(times, 0.99)];
    return plain(
      `${job} at 1M leaves`,
      `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`,
      `p50 < ${PROOF_MS} ms`,
      p50 < PROOF_MS,
    );
  };
  return [
    time('inclusion proof', (n) => inclusionProof(source, of(n), LEAVES)),
    time('consistency proof', (n) => consistencyProof(source, 1 + of(n), LEAVES)),
  ];
}

function perSecond(work: () => void, count = EVENTS): number {
  const began = performance.now();
  work();
  return (count / (performance.now() - began)) * 1000;
}

function someEvents(): EventTexts[] {
  const events: EventTexts[] = [];
  for (const decision of decisionsOfClient('p', 0, EVENTS / 2)) {
    const { stream, events: stored } = storedEvents(decision);
    for (const { id, type, data, metadata } of stored)
      events.push({
        id,
        stream,
        revision: events.length,
        type,
        dataText: canonicalJson(data),
        metadataText: canonicalJson(metadata),
      });
  }
  return events;
}
