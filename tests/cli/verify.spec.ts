/** `ledger verify` over more than 500 manipulations of a store, each drawn at random: every one is found, and the first wrong event is named. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '#event-log/event-log.js';
import { temporaryFolder } from '../temporary-folder.js';
import { copyOf, eventsIn, makeLedger, project, tamper } from './kept-ledger.js';
import type { Draw } from './manipulations.js';
import { MANIPULATIONS } from './manipulations.js';
import { verified } from './commands.js';

const EACH = 36;

/** Numerical Recipes' generator: the same draws in every run. */
function drawsFrom(seed: number): Draw {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('ledger verify', () => {
  const folder = temporaryFolder();
  const kept = join(folder.path, 'kept');
  const key = join(kept, 'key.txt');
  let log: RecordedEvent[];
  beforeAll(async () => {
    log = await makeLedger(kept, 31, [20, 21, 62]);
  });
  afterAll(() => folder.remove());

  it('holds for what was signed', async () => {
    const { code, verdict } = await verified('--dir', kept, '--key', key);
    expect(verdict).toMatchObject({ ok: true, size: 62, problem: null, first: null });
    expect(code).toBe(0);
  });

  it.each(Object.keys(MANIPULATIONS))(`finds %s, each of ${EACH} times, and names the event`, async (name) => {
    const draw = drawsFrom(name.length * 7919);
    for (let round = 0; round < EACH; round++) {
      const spoilt = copyOf(kept, join(folder.path, 'spoilt'));
      let done!: ReturnType<(typeof MANIPULATIONS)[string]>;
      tamper(spoilt, (db) => (done = MANIPULATIONS[name]!(db, log, draw)));
      const { code, verdict } = await verified('--dir', spoilt, '--key', key);
      const { leafIndex, kind } = done;
      expect({ code, ok: verdict.ok, problem: verdict.problem, leafIndex: verdict.first?.leafIndex }).toEqual({
        code: 1,
        ok: false,
        problem: kind,
        leafIndex,
      });
      const { id, stream, revision } = log[leafIndex]!;
      if (kind === 'inserted') expect(verdict.first!.id).not.toBe(id);
      else expect(verdict.first).toEqual({ leafIndex, id, stream, revision });
      rmSync(spoilt, { recursive: true });
    }
  });

  it('is not led astray by views that are damaged, foreign, of another log or not there, and leaves them as they are', async () => {
    const draw = drawsFrom(5);
    const whole = readFileSync(join(kept, 'views.db'));
    const others: (Buffer | null)[] = [null, Buffer.from('somebody’s own text'), readFileSync(join(kept, 'events.db')), Buffer.alloc(0)];
    for (let n = 0; n < 24; n++)
      others.push(
        Buffer.from(whole)
          .fill(n % 2 === 0 ? 0xff : 0, 4096 + draw(whole.length - 12_000))
          .subarray(0, whole.length),
      );
    for (const views of others) {
      const data = copyOf(kept, join(folder.path, 'odd'));
      rmSync(join(data, 'views.db'));
      if (views !== null) writeFileSync(join(data, 'views.db'), views);
      const held = await verified('--dir', data, '--key', key);
      expect([held.code, held.verdict.problem]).toEqual([0, null]);
      tamper(data, (db) => db.exec(`UPDATE event SET metadata = '{}' WHERE position = 31`));
      const { code, verdict } = await verified('--dir', data, '--key', key);
      expect([code, verdict.problem, verdict.first?.leafIndex ?? 30]).toEqual([1, 'altered', 30]);
      if (verdict.first === null) expect(verdict.detail).toContain('one of events 21 to 61');
      if (views !== null) expect(readFileSync(join(data, 'views.db')).equals(views)).toBe(true);
      rmSync(data, { recursive: true });
    }
  });

  it('finds each of them as well where the views were built anew from what was tampered with, and gives the range', async () => {
    const draw = drawsFrom(11);
    for (const [name, tampering] of Object.entries(MANIPULATIONS)) {
      const spoilt = copyOf(kept, join(folder.path, 'spoilt'));
      let done!: ReturnType<(typeof MANIPULATIONS)[string]>;
      tamper(spoilt, (db) => (done = tampering(db, log, draw)));
      rmSync(join(spoilt, 'views.db'));
      // Views that cannot be built of it are not there at all.
      if (!/no text|revision|before the first/.test(name)) await rebuilt(spoilt);
      const { code, verdict } = await verified('--dir', spoilt, '--key', key);
      expect([name, code, verdict.ok]).toEqual([name, 1, false]);
      if (verdict.first === null) {
        const [, from, to] = /events (\d+) to (\d+)/.exec(verdict.detail)!;
        expect([Number(from) <= done.leafIndex, done.leafIndex <= Number(to)]).toEqual([true, true]);
      } else expect(verdict.first.leafIndex).toBe(done.leafIndex);
      rmSync(spoilt, { recursive: true });
    }
  });
});

async function rebuilt(folder: string): Promise<void> {
  try {
    project(folder, await eventsIn(join(folder, 'events.db')));
  } catch {
    // A projection refuses what it cannot read, and then there are none.
  }
}
