/**
 * The tree in the views' file against the recursive definition of RFC 9162, for any batches, and after a batch that was
 * undone.
 */
import fc from 'fast-check';
import { join } from 'node:path';
import type { RecordedEvent } from '#event-log';
import { canonicalJson } from '#event-log/testing';
import { HASH, leafBytes, MTH, verifyConsistency, verifyInclusion } from '#transparency/testing';
import { temporaryFolder } from '../temporary-folder.js';
import { openViews } from './views.js';

function logOf(count: number): RecordedEvent[] {
  return Array.from({ length: count }, (_, i) => {
    const data = { documentId: 'kst', title: `Georgië ${i}`, date: '2022-06-17' };
    const metadata = { recordedAt: '2022-06-17T10:00:00.000Z', recordedBy: 'test' };
    return {
      id: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      stream: 'document-kst',
      revision: i,
      type: i === 0 ? 'DocumentRegistered' : 'DocumentAmended',
      data,
      metadata,
      dataText: canonicalJson(data),
      metadataText: canonicalJson(metadata),
      position: String(i + 1),
    };
  });
}

describe('the tree in the views', () => {
  it('has the root of RFC 9162 at every size, whatever the batches, and after one that was undone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (batches, seed) => {
          const folder = temporaryFolder();
          const log = logOf(batches.reduce((sum, count) => sum + count, 0));
          const leaves = log.map((event) => HASH(Buffer.of(0), leafBytes(event)));
          const path = join(folder.path, 'views.db');
          let views = openViews(path);
          const undone = seed % batches.length;
          let from = 0;
          for (const [i, count] of batches.entries()) {
            const batch = log.slice(from, from + count);
            if (i === undone)
              expect(() => views.projector.project([...batch, { ...batch.at(-1)!, revision: 0 }])).toThrow();
            if (i === undone && seed % 2 === 0) {
              views.close();
              views = openViews(path);
            }
            views.projector.project(batch);
            from += count;
          }
          const size = log.length;
          expect(views.tree.size()).toBe(size);
          for (const at of [0, 1, size, ...Array.from({ length: 5 }, (_, n) => ((seed + n * 7919) % size) + 1)])
            expect(views.tree.root(at)).toEqual(MTH(leaves.slice(0, at)));
          const leafIndex = seed % size;
          const at = leafIndex + 1 + (seed % (size - leafIndex));
          const root = views.tree.root(at);
          expect(views.tree.leafHashes(leafIndex, 1)).toEqual([leaves[leafIndex]!]);
          expect(verifyInclusion(leaves[leafIndex]!, leafIndex, at, views.tree.inclusion(leafIndex, at), root)).toBe(
            true,
          );
          expect(verifyConsistency(at, size, root, views.tree.root(size), views.tree.consistency(at, size))).toBe(true);
          expect(() => views.tree.root(size + 1)).toThrow(RangeError);
          expect(views.tree.leafHashes(size, 10)).toEqual([]);
          views.close();
          folder.remove();
        },
      ),
      { numRuns: 25 },
    );
  });
});
