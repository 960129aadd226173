/** What is signed and what is not, on views that the test arranges. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { EventLog } from '#event-log';
import { openKeptCheckpoints } from '#read-models';
import type { KeyRotation, SignerKey } from '#transparency';
import { formatSignerKey, parseSignerKey, signCheckpoint } from '#transparency';
import type { Views } from '../views/views.js';
import { Checkpoints } from './checkpoints.js';

const ORIGIN = 'ledger.example/spec';
/** The root of any size of this spec's log, or of another log. */
const root = (size: number, log = 1): Buffer => Buffer.alloc(32, size * 16 + log);
const PATIENCE_MS = 20_000;

const keyOf = (name = ORIGIN): { readonly line: string; readonly key: SignerKey } => {
  const line = formatSignerKey(name, randomBytes(32));
  return { line, key: parseSignerKey(line) };
};

describe('checkpoints', () => {
  let dataDir: string;
  let logKey: string;
  let open: Checkpoints | null;
  let errors: string[];
  /** What the views hold, and how long the log is. */
  let size: number;
  let last: number;
  let rotations: KeyRotation[];

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'checkpoints-'));
    logKey = join(dataDir, 'log-key');
    [open, errors, size, last, rotations] = [null, [], 0, 0, []];
  });
  afterEach(async () => {
    await open?.onApplicationShutdown();
    rmSync(dataDir, { recursive: true });
  });

  const views = {
    get checkpoint() {
      return { size, position: String(size) };
    },
    tree: { size: () => size, root: (of: number) => root(of) },
    leaves: { rotations: () => rotations },
    grown: () => Promise.resolve(true),
    confirmed: () => undefined,
  } as unknown as Views;
  const log = {
    lastPosition: () => Promise.resolve(String(last)),
    comparePositions: (a: string, b: string) => Number(a) - Number(b),
  } as unknown as EventLog;
  const logger = pino(
    { level: 'error' },
    { write: (line) => void errors.push((JSON.parse(line) as { msg: string }).msg) },
  );

  function start(origin: string | null = null): Checkpoints {
    open = new Checkpoints({ dataDir, logKey, origin }, views, log, logger);
    open.onModuleInit();
    return open;
  }
  const put = (line: string): void => writeFileSync(logKey, `${line}\n`);
  const keep = (of: number, key: SignerKey, of2 = root(of)): void => {
    const kept = openKeptCheckpoints(join(dataDir, 'checkpoints.db'));
    kept.keep({ size: of, note: signCheckpoint({ origin: key.verifier.name, size: of, root: of2 }, key) });
    kept.close();
  };
  const hold = (events: number): void => void (size = last = events);
  async function until(holds: () => boolean): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; !holds();) {
      if (Date.now() > end) throw new Error(`still not; trouble: ${open?.trouble}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  const signedOf = (of: number): Promise<void> => until(() => open!.newest()?.size === of && open!.trouble === null);

  it('draw a key only while nothing was signed yet', async () => {
    hold(2);
    start();
    await signedOf(2);
    await open!.onApplicationShutdown();
    renameSync(logKey, `${logKey}.aside`);
    expect(() => start()).toThrow(
      /There is no key of the log at .*log-key.*checkpoints\.db.*put the key back.*give auditors/,
    );
    expect(existsSync(logKey)).toBe(false);
    open = null;
  });

  it('refuse to start with the key of another log, and name the log whose key is missing', () => {
    keep(2, keyOf().key);
    put(keyOf('other.example').line);
    expect(() => start()).toThrow(
      `is that of "other.example", and the checkpoints in ${join(dataDir, 'checkpoints.db')} are those of "${ORIGIN}"`,
    );
  });

  it('wait for a new key that has not come yet, and never draw one in its place', async () => {
    const [older, newer] = [keyOf(), keyOf()];
    put(older.line);
    hold(2);
    start();
    await signedOf(2);
    rmSync(logKey);
    rotations = [{ from: older.key.verifier, to: newer.key.verifier }];
    hold(3);
    await until(() => open!.trouble !== null);
    expect(open!.trouble).toMatch(/log-key cannot be read or made \(ENOENT\)\. It holds the key that signs the log/);
    expect(existsSync(logKey)).toBe(false);
    put(keyOf('other.example').line); // like a key that was drawn anew
    await until(() => open!.trouble!.includes(`is that of "other.example", and this log is "${ORIGIN}"`));
    put(newer.line);
    await signedOf(3);
    expect(open!.verifiers().map(({ text }) => text)).toEqual([newer.key.verifier.text, older.key.verifier.text]);
  });

  it('use the key of the kept checkpoints once it is put back', async () => {
    const [right, wrong] = [keyOf(), keyOf()];
    keep(2, right.key);
    put(wrong.line);
    hold(3);
    start();
    await until(() => open!.trouble !== null);
    expect(open!.trouble).toMatch(/size 2.* is not one of this log's key .*put the key that signed it back/);
    put(right.line);
    await signedOf(3);
    expect(readFileSync(logKey, 'utf8').trim()).toBe(right.line);
  });

  it('are no alarm until the views have reached the event that names the new key', async () => {
    const [older, newer] = [keyOf(), keyOf()];
    keep(4, older.key);
    put(newer.line);
    [size, last] = [4, 5];
    start();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect([open!.isPending, open!.trouble, errors]).toEqual([true, null, []]);
    expect(await open!.covering(1, 10)).toBeNull(); // nobody could verify that checkpoint
    rotations = [{ from: older.key.verifier, to: newer.key.verifier }];
    hold(5);
    await signedOf(5);
    expect([open!.isPending, errors]).toEqual([false, []]);
  });

  it('ignore a change to a key of another name', async () => {
    const own = keyOf();
    put(own.line);
    rotations = [{ from: keyOf('other.example').key.verifier, to: keyOf('other.example').key.verifier }];
    hold(1);
    start();
    await signedOf(1);
    expect(open!.verifiers().map(({ text }) => text)).toEqual([own.key.verifier.text]);
  });

  it('report missing events one time, however the log grows in the meantime', async () => {
    const { line, key } = keyOf();
    put(line);
    keep(100, key);
    hold(1);
    start();
    await until(() => open!.trouble !== null);
    for (const [i, events] of [2, 3, 4].entries()) {
      const { trouble } = open!;
      hold(events);
      await new Promise((resolve) => setTimeout(resolve, 800));
      expect([i, open!.trouble]).toEqual([i, trouble]);
    }
    expect(errors).toEqual([expect.stringContaining('a checkpoint of 100 events was signed, and the log has fewer')]);
  });

  it('are refused at once for another log, also while the views follow it', async () => {
    const { line, key } = keyOf();
    put(line);
    keep(2, key, root(2, 2));
    [size, last] = [3, 9];
    start();
    await until(() => open!.trouble !== null);
    expect(open!.trouble).toContain('its first 2 events are not those that were recorded');
    expect(open!.isPending).toBe(false);
  });
});
