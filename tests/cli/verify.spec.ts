/**
 * `ledger verify` over more than 500 random manipulations of a store. It finds every one, and names the first wrong
 * event.
 */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '#event-log';
import { openKeptCheckpoints } from '#read-models';
import { signerKey } from '#transparency/testing';
import { temporaryFolder } from '../temporary-folder.js';
import { ORIGIN, copyOf, eventsIn, hashesOf, makeLedger, noteOf, project, tamper } from './kept-ledger.js';
import type { Draw } from './manipulations.js';
import { MANIPULATIONS } from './manipulations.js';
import { ledger, verified } from './commands.js';

const EACH = 36;

/** The generator of Numerical Recipes. It gives the same draws in every run. */
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

  const spoilt = (name: string, spoil: (data: string) => void): string => {
    const data = copyOf(kept, join(folder.path, name));
    spoil(data);
    return data;
  };
  const empty = (data: string): void => tamper(data, (db) => db.exec('DELETE FROM event'));

  it('finds a log that was emptied together with its checkpoints', async () => {
    const data = spoilt('emptied', (at) => {
      empty(at);
      rmSync(join(at, 'checkpoints.db'));
    });
    const { code, verdict } = await verified('--dir', data, '--key', key);
    expect([code, verdict.problem]).toEqual([1, 'unsigned']);
    expect(verdict.detail).toContain('it is not what the leaf rows of the views say');
    // A checkpoint of no events says nothing about any event.
    writeFileSync(join(folder.path, 'zero.txt'), noteOf([]));
    expect(
      (await verified('--dir', data, '--key', key, '--checkpoint', join(folder.path, 'zero.txt'))).verdict.problem,
    ).toBe('unsigned');
    const whole = spoilt('unsigned', (at) => rmSync(join(at, 'checkpoints.db')));
    expect(
      (await verified('--dir', whole, '--key', key, '--checkpoint', join(folder.path, 'zero.txt'))).verdict.problem,
    ).toBe('unsigned');
  });

  it('passes kept checkpoints over that an older key has signed, where a newer one is of as many events', async () => {
    const newer = signerKey(ORIGIN, Buffer.alloc(32, 9));
    writeFileSync(join(folder.path, 'newer.txt'), newer.verifier.text);
    const data = spoilt('rotated', () => undefined);
    const newest = ['--dir', data, '--key', join(folder.path, 'newer.txt')];
    const before = await verified(...newest);
    expect([before.code, before.verdict.problem]).toEqual([1, 'signature']);
    expect(before.verdict.detail).toContain('3 kept checkpoints up to size 62 are signed by other keys');
    expect(before.verdict.detail).toContain('Where the key was changed, GET /v1/log/key');
    keep(data, 62, noteOf(hashesOf(log), newer));
    const after = await verified(...newest);
    expect([after.code, after.verdict.signer]).toEqual([0, `${ORIGIN}+${newer.verifier.id}`]);
    expect(after.said).toContain(
      JSON.stringify({
        note:
          '3 kept checkpoints up to size 62 are signed by other keys; GET /v1/log/key and ledger key show have ' +
          'the older ones',
      }),
    );
    expect((await verified('--dir', data, '--key', key)).code).toBe(0);
  });

  it.each([
    [
      'whose signature is wrong',
      (): string =>
        noteOf(hashesOf(log.slice(0, 30))).replace(
          /(— \S+ \S{30})./,
          (all, before: string) => before + (all.endsWith('A') ? 'B' : 'A'),
        ),
    ],
    ['that is none', (): string => 'x'],
    ['that is not of its size', (): string => noteOf(hashesOf(log.slice(0, 31)))],
  ])('does not hold beside a kept checkpoint %s', async (name, note) => {
    const data = spoilt(name, () => undefined);
    keep(data, 30, note());
    const { code, verdict } = await verified('--dir', data, '--key', key);
    expect([code, verdict.problem, verdict.size]).toEqual([1, 'signature', 62]);
    expect(verdict.detail).toContain('he kept checkpoint of size 30 is not signed');
  });

  it('says of each checkpoint that it was given whether it fits, also of those after the first that does not', async () => {
    const sizes = [10, 30, 62, 63];
    const given = sizes.flatMap((size) => {
      const path = join(folder.path, `given-${size}.txt`);
      writeFileSync(path, noteOf([...hashesOf(log), Buffer.alloc(32)].slice(0, size)));
      return ['--checkpoint', path];
    });
    const data = spoilt('given', (at) =>
      tamper(at, (db) => db.exec(`UPDATE event SET metadata = '{}' WHERE position = 20`)),
    );
    const { said } = await verified('--dir', data, '--key', key, ...given);
    expect(said.slice(0, 4).map((line) => (JSON.parse(line) as { fits: unknown }).fits)).toEqual([
      true,
      false,
      false,
      null,
    ]);
  });

  it('names the event by the views that were there before they were built anew', async () => {
    const data = spoilt('previous', (at) => {
      for (const part of ['', '-wal', '-shm'].filter((each) => existsSync(join(at, `views.db${each}`))))
        renameSync(join(at, `views.db${part}`), join(at, `views.db.previous${part}`));
    });
    tamper(data, (db) => db.exec(`UPDATE event SET metadata = '{}' WHERE position = 31`));
    await rebuilt(data);
    const { code, verdict } = await verified('--dir', data, '--key', key);
    expect([code, verdict.first]).toEqual([1, expect.objectContaining({ leafIndex: 30, id: log[30]!.id })]);
  });

  it.each([
    [['--file', 'a', '--dir', 'b']],
    [['--proof', 'a', '--event', 'b', '--checkpoint', 'c']],
    [['--proof', 'a', '--event', 'b', '--dir', 'c']],
    [['--event', 'b']],
  ])('does not pass over half of %j', async (args) => {
    const { code, told } = await ledger(['verify', '--key', key, ...args]);
    expect([code, told[0]]).toEqual([2, expect.stringMatching(/--(file|proof)\b/)]);
  });

  it('is not led astray by views that are damaged, foreign, of another log or not there, and leaves them as they are', async () => {
    const draw = drawsFrom(5);
    const whole = readFileSync(join(kept, 'views.db'));
    const others: (Buffer | null)[] = [
      null,
      Buffer.from('somebody’s own text'),
      readFileSync(join(kept, 'events.db')),
      Buffer.alloc(0),
    ];
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
      // When no views can be built of the log, there are none.
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

function keep(folder: string, size: number, note: string): void {
  const kept = openKeptCheckpoints(join(folder, 'checkpoints.db'));
  kept.keep({ size, note });
  kept.close();
}

async function rebuilt(folder: string): Promise<void> {
  try {
    project(folder, await eventsIn(join(folder, 'events.db')));
  } catch {
    // A projection refuses what it cannot read. Then there are no views.
  }
}
