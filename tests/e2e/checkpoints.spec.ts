/** Checkpoints, what they are signed with, and what they are not signed for. */
import Libsql from 'libsql';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqliteEventLog } from '#event-log';
import { openEventStoreDbEventLog } from '#event-log/testing';
import { openTrustedLeaves } from '#read-models';
import { formatSignerKey, parseSignerKey, toBase64 } from '#transparency';
import { verifyConsistency } from '#transparency/testing';
import { openLogKey, readConfig, WrongSetting } from '#setup';
import { startDouble } from '../faults/eventstoredb-double.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Answer } from './ledger.js';
import { listenLedger, openLedger } from './hosted.js';
import { eventually, launch } from './ledger.js';
import type { Consistency } from './proofs.js';
import { LETTER, bytes, checkpointOf, covering, keysOf, reserve, statusOf } from './proofs.js';

/** Another test may have the machine for itself meanwhile. */
const PATIENCE_MS = 60_000;

describe('the key and the kept checkpoints', () => {
  /** A folder in which the letter and a decision were recorded and signed; each test has a copy. */
  let recorded: string;
  /** The newest note, and that of the letter alone. */
  let notes: string[];
  const QUERIES = ['', `?size=${LETTER}`];
  const SIZE = LETTER + 2;
  beforeAll(async () => {
    const ledger = await openLedger();
    await covering(ledger, LETTER);
    await ledger.send('POST', '/v1/decisions', reserve('before'));
    await covering(ledger, SIZE);
    notes = await Promise.all(QUERIES.map(async (query) => (await ledger.get(`/v1/log/checkpoint${query}`)).text));
    await ledger.stop();
    recorded = ledger.dataDir;
  }, 120_000);
  function copy(): string {
    const { path } = temporaryFolder();
    cpSync(recorded, path, { recursive: true });
    return path;
  }
  /** Without its views, which are then built anew, and without those files. */
  function copyWithout(...names: string[]): string {
    const path = copy();
    for (const name of ['views.db', ...names])
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(path, name + suffix), { force: true });
    return path;
  }

  it('are there before the first event, which has no checkpoint; the key belongs to its owner alone', async () => {
    const ledger = await openLedger({ LEDGER_DATASETS: 'none', LEDGER_ORIGIN: 'ledger.example.org/mandates' });
    const mode = statSync(join(ledger.dataDir, 'log-key')).mode & 0o777;
    expect(mode).toBe(0o600);
    expect(parseSignerKey(readFileSync(join(ledger.dataDir, 'log-key'), 'utf8')).verifier.text).toBe(
      (await keysOf(ledger))[0]!.text,
    );
    expect((await ledger.get('/v1/log/checkpoint')).body).toMatchObject({
      status: 404,
      detail: expect.stringContaining('no checkpoint yet') as string,
    });
    expect((await ledger.get('/v1/log/inclusion?leafIndex=0')).body).toMatchObject({ errors: [{ field: 'size' }] });
    expect((await ledger.get('/v1/log/consistency?from=1')).body).toMatchObject({ errors: [{ field: 'to' }] });
    expect(await statusOf(ledger)).toMatchObject({
      size: 0,
      checkpoint: null,
      trouble: null,
      origin: 'ledger.example.org/mandates',
    });
    await ledger.send('PUT', '/v1/documents/kst-1', { title: 'A letter', date: '2023-03-01' });
    expect(await covering(ledger, 1)).toMatchObject({ size: 1, origin: 'ledger.example.org/mandates' });
    await ledger.stop();
  });

  it('are drawn beforehand for several replicas by the program that the cluster file names', () => {
    const [, path, origin] = /node dist\/(\S+draw-log-key\.js) (\S+) > log-key/.exec(
      readFileSync('docker/compose.cluster.yaml', 'utf8'),
    )!;
    const program = fileURLToPath(new URL(`../../${path}`, import.meta.url));
    const draw = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    const [one, other] = [draw(origin!), draw(origin!)];
    expect(parseSignerKey(one.stdout).verifier.name).toBe(origin);
    expect(other.stdout).not.toBe(one.stdout);
    expect(draw()).toMatchObject({ status: 2, stdout: '' });
  });

  // That such an error ends the start in one line is seen in start.spec.ts.
  it.each([
    ['LEDGER_LOG_KEY', 'is a file without a key', 'no key of a log', join(temporaryFolder().path, 'wrong')],
    ['LEDGER_LOG_KEY', 'cannot be made', 'signs the log (LEDGER_LOG_KEY)', '/proc/none/log-key'],
    ['LEDGER_ORIGIN', 'is no name', 'LEDGER_ORIGIN is "a b"; it must be a name without blanks', 'a b'],
    ['LEDGER_WATCH_RATE', 'is no number', 'LEDGER_WATCH_RATE is "fast"; it must be a number of events', 'fast'],
  ])('%s that %s is refused by name', (name, _, words, value) => {
    if (value.endsWith('wrong')) writeFileSync(value, 'no key\n');
    expect(() => {
      const { logKey, origin } = readConfig({ [name]: value });
      openLogKey(logKey, origin);
    }).toThrow(
      expect.objectContaining({
        constructor: WrongSetting,
        message: expect.stringContaining(words) as string,
      }) as Error,
    );
  });

  it('stay what they were when the views are built anew', async () => {
    const after = await openLedger({ LEDGER_DATA_DIR: copyWithout() });
    expect(await statusOf(after)).toMatchObject({ trouble: null, checkpoint: { size: SIZE, signedAt: null } });
    for (const [i, query] of QUERIES.entries())
      expect((await after.get(`/v1/log/checkpoint${query}`)).text).toBe(notes[i]);
    expect((await after.get('/health/ready')).status).toBe(200);
    await after.stop();
  });

  /** Starts on the folder, and expects that nothing is signed and everybody is told why. */
  async function unready(LEDGER_DATA_DIR: string, words: string, env: Record<string, string> = {}) {
    const ledger = await listenLedger({ LEDGER_DATA_DIR, ...env });
    const { output } = ledger;
    const ready = () => ledger.get('/health/ready');
    const { status } = await eventually(ready, ({ text }) => text.includes(words), PATIENCE_MS);
    expect(status).toBe(503);
    expect(ledger.isReady()).toBe(false);
    const errors = (): string[] =>
      output()
        .split('\n')
        .filter((line) => line.includes('"level":50'))
        .map((line) => (JSON.parse(line) as { msg: string }).msg);
    await eventually(
      () => Promise.resolve(output()),
      (said) => said.includes(words),
      PATIENCE_MS,
    );
    const stop = async (): Promise<void> => {
      expect(await ledger.stop()).toBe(0);
      expect(errors()).toEqual([expect.stringContaining(words)]); // said once
    };
    return { output, ready, stop };
  }

  it('refuse to sign a log that was replaced', async () => {
    const folder = copyWithout();
    const beside = new Libsql(join(folder, 'events.db'));
    beside.exec(
      `DROP TRIGGER event_is_not_changed; UPDATE event SET metadata = replace(metadata, '"recordedBy":"', ` +
        `'"recordedBy":"x')`,
    );
    beside.close();
    const ledger = await unready(folder, `its first ${SIZE} events are not those that were recorded`);
    await ledger.stop();
    expect(existsSync(join(folder, 'checkpoints.db'))).toBe(true);
  });

  it('refuse to sign a log that was emptied, and say so to whoever waits for the start', async () => {
    const words = `a checkpoint of ${SIZE} events was signed, and the log has fewer`;
    const ledger = await unready(copyWithout('events.db'), words, { LEDGER_DATASETS: 'none' });
    await eventually(
      () => Promise.resolve(ledger.output()),
      (said) => said.includes('Waiting: ') && said.split('Waiting: ')[1]!.includes(words),
      PATIENCE_MS,
    );
    await ledger.stop();
  });

  it('refuse to sign with another key, until the one that signed is put back', async () => {
    const folder = copyWithout();
    const path = join(folder, 'log-key');
    const held = readFileSync(path, 'utf8');
    const { name } = parseSignerKey(held).verifier;
    writeFileSync(path, `${formatSignerKey(name, randomBytes(32))}\n`);
    const ledger = await unready(folder, 'is not one of this log');
    writeFileSync(path, held);
    expect((await eventually(ledger.ready, ({ status }) => status === 200, PATIENCE_MS)).text).toContain(
      `"size":${SIZE}`,
    );
    await ledger.stop();
  });

  it.each([
    [
      'the key of another origin',
      'LEDGER_ORIGIN is "other.example", but the key in',
      (): void => undefined,
      { LEDGER_ORIGIN: 'other.example' },
    ],
    ['no key any more', 'There is no key of the log at', (folder: string): void => rmSync(join(folder, 'log-key')), {}],
    [
      'kept checkpoints that are none',
      'checkpoints.db cannot be used',
      (folder: string): void =>
        writeFileSync(
          join(folder, 'checkpoints.db'),
          'not a database, but long enough to be taken for the header of one, surely',
        ),
      {},
    ],
  ])('end a start with %s in one sentence that says what to do', async (_, words, spoil, env) => {
    const folder = copyWithout();
    spoil(folder);
    const { exited, output } = launch({ LEDGER_DATA_DIR: folder, ...env });
    expect(await exited).toBe(1);
    expect(output()).toMatch(/^The ledger did not start\. .*\n$/);
    expect(output()).toContain(words);
  });

  it('keep the views that were there before a log was changed, until views built anew give what was signed', async () => {
    const folder = copy();
    const views = join(folder, 'views.db');
    const change = (from: string, to: string): void => {
      const beside = new Libsql(join(folder, 'events.db'));
      beside.exec(
        `DROP TRIGGER IF EXISTS event_is_not_changed; UPDATE event SET metadata = replace(metadata, '${from}', ` +
          `'${to}') WHERE position = 4`,
      );
      beside.close();
      writeFileSync(`${views}.damaged`, '');
    };
    const leaf = (path: string): string => {
      const leaves = openTrustedLeaves(path)!;
      const hash = toBase64(leaves.leafHash(3)!);
      leaves.close();
      return hash;
    };
    const asRecorded = leaf(views);
    for (const [from, to] of [
      ['"recordedBy":"', '"recordedBy":"x'],
      ['"recordedBy":"x', '"recordedBy":"y'],
    ] as const) {
      change(from, to);
      const ledger = await unready(folder, `its first ${SIZE} events are not those that were recorded`);
      await ledger.stop();
      expect(leaf(`${views}.previous`)).toBe(asRecorded);
    }
    change('"recordedBy":"y', '"recordedBy":"');
    const ledger = await openLedger({ LEDGER_DATA_DIR: folder });
    await eventually(
      () => Promise.resolve(existsSync(`${views}.previous`)),
      (isThere) => !isThere,
      PATIENCE_MS,
    );
    expect(leaf(views)).toBe(asRecorded);
    expect(await ledger.stop()).toBe(0);
  });
});

describe('a change of the key', () => {
  it('is followed: the present size is signed by the new key, and every old checkpoint stays verifiable', async () => {
    const LEDGER_DATA_DIR = temporaryFolder().path;
    const double = await startDouble();
    const ledger = await openLedger({
      LEDGER_STORE: double.connectionString,
      LEDGER_DATASETS: 'kst-29521-446',
      LEDGER_DATA_DIR,
    });
    const before = await covering(ledger, LETTER);
    const path = join(LEDGER_DATA_DIR, 'log-key');
    const held = parseSignerKey(readFileSync(path, 'utf8'));
    const line = formatSignerKey(held.verifier.name, randomBytes(32));
    const [from, to] = [held.verifier.text, parseSignerKey(line).verifier.text];
    const log = openEventStoreDbEventLog(double.connectionString, {
      prefixes: ['ledger-log'],
      types: new Set(['LogKeyRotated']),
    });
    const metadata = { recordedAt: new Date().toISOString(), recordedBy: 'test', schemaVersion: 1 };
    await log.append(
      'ledger-log',
      [{ id: '6f0c2f1e-0b1f-5d9c-8c8e-0d7f3a1f2b3c', type: 'LogKeyRotated', data: { from, to }, metadata }],
      'none',
    );
    // Until the file holds the new key nothing is signed, and everybody is told.
    const { trouble } = await eventually(
      () => statusOf(ledger),
      (status) => status.trouble !== null,
    );
    expect(trouble).toContain("the log's key was changed to");
    expect((await ledger.get('/health/ready')).body).toMatchObject({
      status: 503,
      detail: expect.stringContaining('put the new key there') as string,
    });
    expect(await ledger.send('POST', '/v1/decisions', reserve('meanwhile'))).toMatchObject({ status: 201 });

    writeFileSync(`${path}.next`, `${line}\n`, { mode: 0o600 });
    renameSync(`${path}.next`, path);
    const after = await covering(ledger, LETTER + 3);
    expect(after.signer.text).toBe(to);
    expect((await keysOf(ledger)).map(({ text }) => text)).toEqual([to, from]);
    expect((await checkpointOf(ledger, `?size=${LETTER}`)).signer.text).toBe(from);
    const { body } = await ledger.get(`/v1/log/consistency?from=${LETTER}&to=${after.size}`);
    expect(
      verifyConsistency(LETTER, after.size, before.root, after.root, (body as Consistency).hashes.map(bytes)),
    ).toBe(true);
    await eventually(
      () => ledger.get('/health/ready'),
      ({ status }) => status === 200,
    );
    await ledger.stop();
    // The new key alone is in the file, and the old checkpoint is still one of this log.
    const again = await openLedger({ LEDGER_STORE: double.connectionString, LEDGER_DATA_DIR });
    expect(await statusOf(again)).toMatchObject({ trouble: null });
    await again.stop();
    await log.close();
    await double.close();
  }, 60_000);
});

describe('the same events', () => {
  it('have one root on every replica and in both stores, and one key signs alike', async () => {
    const double = await startDouble();
    const embedded = await openLedger();
    await covering(embedded, LETTER);
    // Event for event into the other kind of store.
    const from = openSqliteEventLog(join(embedded.dataDir, 'events.db'), { readOnly: true });
    for await (const page of from.readAll())
      for (const { stream, type, id, data, metadata } of page) {
        double.append(stream, [{ id, type, data, metadata }]);
      }
    await from.close();
    const key = join(temporaryFolder().path, 'log-key');
    writeFileSync(key, readFileSync(join(embedded.dataDir, 'log-key')), { mode: 0o600 });
    const env = { LEDGER_STORE: double.connectionString, LEDGER_LOG_KEY: key };
    const replicas = [await openLedger(env), await openLedger(env)];
    const notes = new Set<string>();
    for (const ledger of [embedded, ...replicas]) {
      await covering(ledger, LETTER);
      notes.add((await ledger.get('/v1/log/checkpoint')).text);
    }
    expect([...notes]).toHaveLength(1);
    const { body } = await replicas[0]!.send('POST', '/v1/decisions', reserve('on-one'));
    const { position } = body as { position: string };
    const [one, other] = await Promise.all(
      replicas.map((ledger): Promise<Answer> => ledger.get(`/v1/log/checkpoint?after=${position}`)),
    );
    expect(one!.text).toBe(other!.text);
    expect((await checkpointOf(replicas[1]!)).size).toBe(LETTER + 2);
    for (const ledger of [embedded, ...replicas]) await ledger.stop();
    await double.close();
  }, 90_000);
});
