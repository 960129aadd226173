/** Kept checkpoints are read page by page, in order, as the file was when it was opened. */
import { join } from 'node:path';
import { openKeptCheckpoints, openKeptUnchanged, ViewsNotOpened } from '#read-models';
import { tamper } from '../cli/kept-ledger.js';
import { temporaryFolder } from '../temporary-folder.js';

describe('kept checkpoints', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('come the smallest first, and of one size in the order in which they were kept, whatever a page holds', () => {
    const path = join(folder.path, 'many.db');
    openKeptCheckpoints(path).close();
    // Three of each size, so that a page of a thousand ends between them.
    const SQL =
      'WITH RECURSIVE n(i) AS (SELECT 2599 UNION ALL SELECT i - 1 FROM n WHERE i > 0) INSERT INTO ' +
      "checkpoint SELECT i / 3, printf('note %d', i) FROM n";
    tamper(folder.path, (db) => db.exec(SQL), 'many.db');
    const writing = openKeptCheckpoints(path);
    const kept = openKeptUnchanged(path)!;
    expect([kept.count, kept.largestSize]).toEqual([2600, 866]);
    const first = kept.each().next();
    writing.keep({ size: 2000, note: 'too late' });
    const all = [...kept.each()];
    kept.close();
    writing.close();
    expect(first.value).toEqual(all[0]);
    const ascending = (size: number): string[] => [2, 1, 0].map((rest) => `note ${size * 3 + rest}`);
    expect(all.map(({ note }) => note)).toEqual(
      Array.from({ length: 867 }, (_, size) => ascending(size).filter((note) => note !== 'note 2600')).flat(),
    );
  });

  it('are refused where one is of no number of events, and are none where there is no file', () => {
    openKeptCheckpoints(join(folder.path, 'odd.db')).close();
    for (const size of ["'many'", '-1', '0.5', '9223372036854775807']) {
      tamper(
        folder.path,
        (db) => db.exec(`DELETE FROM checkpoint; INSERT INTO checkpoint VALUES (${size}, 'x')`),
        'odd.db',
      );
      expect(() => openKeptUnchanged(join(folder.path, 'odd.db'))).toThrow(ViewsNotOpened);
    }
    expect(openKeptUnchanged(join(folder.path, 'none.db'))).toBeNull();
  });
});
