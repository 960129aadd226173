/** Checkpoints, what they are signed with, and what they are not signed for. */
import Libsql from 'libsql';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEventStoreDbEventLog } from '#event-log/eventstoredb/eventstoredb-event-log.js';
import { openSqliteEventLog } from '#event-log/sqlite/sqlite-event-log.js';
import { openTrustedLeaves } from '#read-models/trusted-leaves.js';
import { toBase64 } from '#transparency/base64.js';
import { formatSignerKey, parseSignerKey } from '#transparency/keys.js';
import { verifyConsistency } from '#transparency/proofs.js';
import { startDouble } from '../faults/eventstoredb-double.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Answer } from './ledger.js';
import { eventually, launch, startLedger } from './ledger.js';
import type { Consistency } from './proofs.js';
import { LETTER, bytes, checkpointOf, covering, keysOf, reserve, statusOf } from './proofs.js';

/** Another test may have the machine for itself meanwhile. */
const PATIENCE_MS = 60_000;

describe('the key and the kept checkpoints', () => {
  it('are there before the first event, which has no checkpoint; the key belongs to its owner alone', async () => {
    const ledger = await startLedger({ LEDGER_DATASETS: 'none', LEDGER_ORIGIN: 'ledger.example.org/mandates' });
    const mode = statSync(join(ledger.dataDir, 'log-key')).mode & 0o777;
    expect(mode).toBe(0o600);
    expect(parseSignerKey(readFileSync(join(ledger.dataDir, 'log-key'), 'utf8')).verifier.text).toBe((await keysOf(ledger))[0]!.text);
    expect((await ledger.get('/v1/log/checkpoint')).body).toMatchObject({
      status: 404,
      detail: expect.stringContaining('no checkpoint yet') as string,
    });
    expect((await ledger.get('/v1/log/inclusion?leafIndex=0')).body).toMatchObject({ errors: [{ field: 'size' }] });
    expect((await ledger.get('/v1/log/consistency?from=1')).body).toMatchObject({ errors: [{ field: 'to' }] });
    expect(await statusOf(ledger)).toMatchObject({ size: 0, checkpoint: null, trouble: null, origin: 'ledger.example.org/mandates' });
    await ledger.send('PUT', '/v1/documents/kst-1', { title: 'A letter', date: '2023-03-01' });
    expect(await covering(ledger, 1)).toMatchObject({ size: 1, origin: 'ledger.example.org/mandates' });
    await ledger.stop();
  });

  it('are drawn beforehand for several replicas by the program that the cluster file names', () => {
    const [, path, origin] = /node dist\/(\S+draw-log-key\.js) (\S+) > log-key/.exec(readFileSync('docker/compose.cluster.yaml', 'utf8'))!;
    const program = fileURLToPath(new URL(`../../${path}`, import.meta.url));
    const draw = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    const [one, other] = [draw(origin!), draw(origin!)];
    expect(parseSignerKey(one.stdout).verifier.name).toBe(origin);
    expect(other.stdout).not.toBe(one.stdout);
    expect(draw()).toMatchObject({ status: 2, stdout: '' });
  });

  it.each([
    ['LEDGER_LOG_KEY', 'LEDGER_LOG_KEY: ', { LEDGER_LOG_KEY: 'package.json' }],
    ['LEDGER_LOG_KEY', 'signs the log (LEDGER_LOG_KEY)', { LEDGER_LOG_KEY: '/proc/none/log-key' }],
    ['LEDGER_ORIGIN', 'LEDGER_ORIGIN is "a b"; it must be a name without blanks', { LEDGER_ORIGIN: 'a b' }],
    ['LEDGER_WATCH_RATE', 'LEDGER_WATCH_RATE is "fast"; it must be a number of events', { LEDGER_WATCH_RATE: 'fast' }],
  ])('%s is refused by name: %s', async (_, words, env) => {
    const folder = temporaryFolder();
    const key = 'LEDGER_LOG_KEY' in env && env.LEDGER_LOG_KEY === 'package.json' ? { LEDGER_LOG_KEY: join(folder.path, 'wrong') } : {};
    if ('LEDGER_LOG_KEY' in key) writeFileSync(key.LEDGER_LOG_KEY, 'no key\n');
    const { exited, output } = launch({ LEDGER_DATA_DIR: join(folder.path, 'data'), ...env, ...key });
    expect(await exited).toBe(1);
    expect(output()).toContain(words);
  });

  it('stay what they were when the views are built anew', async () => {
    const LEDGER_DATA_DIR = temporaryFolder().path;
    const before = await startLedger({ LEDGER_DATA_DIR });
    await covering(before, LETTER);
    await before.send('POST', '/v1/decisions', reserve('before'));
    await covering(before, LETTER + 2);
    const notes = await Promise.all(['', `?size=${LETTER}`].map(async (query) => (await before.get(`/v1/log/checkpoint${query}`)).text));
    await before.stop();
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(LEDGER_DATA_DIR, `views.db${suffix}`), { force: true });
    const after = await startLedger({ LEDGER_DATA_DIR });
    expect(await statusOf(after)).toMatchObject({ trouble: null, checkpoint: { size: LETTER + 2, signedAt: null } });
    for (const [i, query] of ['', `?size=${LETTER}`].entries()) expect((await after.get(`/v1/log/checkpoint${query}`)).text).toBe(notes[i]);
    expect((await after.get('/health/ready')).status).toBe(200);
    await after.stop();
  });

  /** Starts on the folder, expects that nothing is signed and why, and stops. */
  async function refusedOn(LEDGER_DATA_DIR: string, words: string, env: Record<string, string> = {}): Promise<void> {
    const { process: child, output, exited } = launch({ LEDGER_DATA_DIR, PORT: '0', LEDGER_LOG_LEVEL: 'info', ...env });
    await eventually(
      () => Promise.resolve(output()),
      (said) => said.includes(words) && said.includes('Waiting: '),
      PATIENCE_MS,
    );
    expect(output()).not.toContain('The mandate ledger is ready');
    const errors = output()
      .split('\n')
      .filter((line) => line.includes('"level":50'))
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(errors).toEqual([...new Set(errors)]); // each said once
    child.kill('SIGINT');
    expect(await exited).toBe(0);
  }
  const recordedFolder = async (): Promise<string> => {
    const ledger = await startLedger();
    await covering(ledger, LETTER);
    await ledger.stop();
    return ledger.dataDir;
  };
  const without = (folder: string, ...names: string[]): void => {
    for (const name of names) for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, name + suffix), { force: true });
  };

  it('refuse to sign a log that was replaced, one that was emptied, and one with another key', async () => {
    const replaced = await recordedFolder();
    without(replaced, 'views.db', 'events.db', 'first-start.json');
    await refusedOn(replaced, 'its first 116 events are not those that were recorded');
    expect(existsSync(join(replaced, 'checkpoints.db'))).toBe(true);

    const emptied = await recordedFolder();
    without(emptied, 'views.db', 'events.db');
    await refusedOn(emptied, 'a checkpoint of 116 events was signed, and the log has 0', { LEDGER_DATASETS: 'none' });

    const rekeyed = await recordedFolder();
    const { name } = parseSignerKey(readFileSync(join(rekeyed, 'log-key'), 'utf8')).verifier;
    writeFileSync(join(rekeyed, 'log-key'), `${formatSignerKey(name, randomBytes(32))}\n`);
    await refusedOn(rekeyed, 'is not one of this log');
    const { exited, output } = launch({ LEDGER_DATA_DIR: rekeyed, LEDGER_ORIGIN: 'other.example' });
    expect(await exited).toBe(1);
    expect(output()).toContain(`LEDGER_ORIGIN is "other.example", but the key in ${join(rekeyed, 'log-key')} is that of "${name}"`);
  }, 240_000);

  it('keep the views that were there before a log was changed, until views built anew give what was signed', async () => {
    const folder = await recordedFolder();
    const views = join(folder, 'views.db');
    const change = (from: string, to: string): void => {
      const beside = new Libsql(join(folder, 'events.db'));
      beside.exec(
        `DROP TRIGGER IF EXISTS event_is_not_changed; UPDATE event SET metadata = replace(metadata, '${from}', '${to}') WHERE position = 4`,
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
      await refusedOn(folder, 'its first 116 events are not those that were recorded');
      expect(leaf(`${views}.previous`)).toBe(asRecorded);
    }
    change('"recordedBy":"y', '"recordedBy":"');
    const ledger = await startLedger({ LEDGER_DATA_DIR: folder });
    await eventually(
      () => Promise.resolve(existsSync(`${views}.previous`)),
      (isThere) => !isThere,
      PATIENCE_MS,
    );
    expect(leaf(views)).toBe(asRecorded);
    expect(await ledger.stop()).toBe(0);
  }, 240_000);

  it('say what is to be done where the kept checkpoints cannot be used', async () => {
    const folder = temporaryFolder().path;
    writeFileSync(join(folder, 'checkpoints.db'), 'not a database, but long enough to be taken for the header of one, surely');
    const { exited, output } = launch({ LEDGER_DATA_DIR: folder });
    expect(await exited).toBe(1);
    expect(output()).toMatch(/checkpoints\.db cannot be used .*restore it from a backup/);
  });
});

describe('a change of the key', () => {
  it('is followed: the present size is signed by the new key, and every old checkpoint stays verifiable', async () => {
    const LEDGER_DATA_DIR = temporaryFolder().path;
    const double = await startDouble();
    const ledger = await startLedger({ LEDGER_STORE: double.connectionString, LEDGER_DATASETS: 'kst-29521-446', LEDGER_DATA_DIR });
    const before = await covering(ledger, LETTER);
    const path = join(LEDGER_DATA_DIR, 'log-key');
    const held = parseSignerKey(readFileSync(path, 'utf8'));
    const line = formatSignerKey(held.verifier.name, randomBytes(32));
    const [from, to] = [held.verifier.text, parseSignerKey(line).verifier.text];
    const log = openEventStoreDbEventLog(double.connectionString, { prefixes: ['ledger-log'], types: new Set(['LogKeyRotated']) });
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
    expect(verifyConsistency(LETTER, after.size, before.root, after.root, (body as Consistency).hashes.map(bytes))).toBe(true);
    await eventually(
      () => ledger.get('/health/ready'),
      ({ status }) => status === 200,
    );
    await ledger.stop();
    // The new key alone is in the file, and the old checkpoint is still one of this log.
    const again = await startLedger({ LEDGER_STORE: double.connectionString, LEDGER_DATA_DIR });
    expect(await statusOf(again)).toMatchObject({ trouble: null });
    await again.stop();
    await log.close();
    await double.close();
  }, 60_000);
});

describe('the same events', () => {
  it('have one root on every replica and in both stores, and one key signs alike', async () => {
    const double = await startDouble();
    const embedded = await startLedger();
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
    const replicas = [await startLedger(env), await startLedger(env)];
    const notes = new Set<string>();
    for (const ledger of [embedded, ...replicas]) {
      await covering(ledger, LETTER);
      notes.add((await ledger.get('/v1/log/checkpoint')).text);
    }
    expect([...notes]).toHaveLength(1);
    const { body } = await replicas[0]!.send('POST', '/v1/decisions', reserve('on-one'));
    const { position } = body as { position: string };
    const [one, other] = await Promise.all(replicas.map((ledger): Promise<Answer> => ledger.get(`/v1/log/checkpoint?after=${position}`)));
    expect(one!.text).toBe(other!.text);
    expect((await checkpointOf(replicas[1]!)).size).toBe(LETTER + 2);
    for (const ledger of [embedded, ...replicas]) await ledger.stop();
    await double.close();
  }, 90_000);
});
