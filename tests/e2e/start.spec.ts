/** Start and stop, as an operator sees them: one clear line and a non-zero exit for what cannot be. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.js';
import { openSqliteEventLog } from '#event-log';
import { collect } from '../contract/event-log.contract.js';
import { openLedger } from './hosted.js';
import { launch, startLedger } from './ledger.js';

describe('the start', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  const fails = async (env: Record<string, string>): Promise<string> => {
    const { exited, output } = launch({ LEDGER_DATA_DIR: join(folder.path, 'fails'), LEDGER_DATASETS: 'none', ...env });
    expect(await exited).toBe(1);
    const lines = output().trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^The ledger did not start\. /);
    return lines[0]!;
  };

  it.each([
    ['PORT', 'eighty', /PORT is "eighty"; it must be a number from 0 to 65535/],
    ['PORT', '70000', /PORT is "70000"/],
    ['HOST', '203.0.113.7', /HOST is "203\.0\.113\.7", which is no address of this machine/],
    ['LEDGER_STORE', 'postgres://me:secret@host/db', /LEDGER_STORE is "postgres:\/\/…@host\/db"/],
    ['LEDGER_DATASETS', 'kst-1', /LEDGER_DATASETS names kst-1, which is not under datasets\/ \(there: kst-29521-446\)/],
    ['LEDGER_DATASETS', '../etc', /LEDGER_DATASETS is "\.\.\/etc"/],
    ['LEDGER_LOG_LEVEL', 'loud', /LEDGER_LOG_LEVEL is "loud"; it must be one of/],
  ])('with %s=%s says what would be right', async (name, value, sentence) => {
    expect(await fails({ [name]: value })).toMatch(sentence);
  });

  it('says that the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await fails({ PORT: String(port) })).toContain(`PORT ${port} on 127.0.0.1 is taken by another program.`);
    other.close();
  });

  it('says that the data folder cannot be written', async () => {
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    expect(await fails({ LEDGER_DATA_DIR: join(file, 'data') })).toMatch(
      /LEDGER_DATA_DIR: the folder .* cannot be written \(ENOTDIR\)\. Choose another one/,
    );
    expect(await fails({ LEDGER_READ_MODEL: join(file, 'views.db') })).toMatch(/LEDGER_READ_MODEL: the folder/);
  });

  it('says that another process has the ledger', async () => {
    const env = { LEDGER_DATA_DIR: join(folder.path, 'shared'), LEDGER_DATASETS: 'none' };
    const first = await openLedger(env);
    expect(await fails(env)).toMatch(/is in use by another ledger process\. Stop that one first/);
    await first.stop();
  });

  it('says that the token file holds no token', async () => {
    const dataDir = join(folder.path, 'token');
    const first = await openLedger({ LEDGER_DATA_DIR: dataDir, LEDGER_DATASETS: 'none' });
    await first.stop();
    writeFileSync(join(dataDir, 'recorder-token'), '\n');
    expect(await fails({ LEDGER_DATA_DIR: dataDir })).toMatch(/holds no recorder token\. Remove the file/);
  });

  it('prints where everything is, and keeps the token for its owner alone', async () => {
    const dataDir = join(folder.path, 'fresh');
    const ledger = await startLedger({ LEDGER_DATA_DIR: dataDir });
    expect(ledger.output()).toMatch(/Recording kst-29521-446: \d+ of \d+\n/);
    expect(ledger.output()).toContain(`Swagger UI      ${ledger.url}/docs/`);
    expect(ledger.output()).toContain(`recorder token  ${join(dataDir, 'recorder-token')}`);
    expect(statSync(join(dataDir, 'recorder-token')).mode & 0o777).toBe(0o600);
    expect(ledger.output()).not.toContain(ledger.token);
    expect((await ledger.get('/health/live')).body).toEqual({ status: 'live' });
    expect((await ledger.get('/health/ready')).body).toMatchObject({ status: 'ready' });
    await ledger.stop();
  });

  it('starts empty where no dataset is asked for', async () => {
    const ledger = await openLedger({ LEDGER_DATA_DIR: join(folder.path, 'none'), LEDGER_DATASETS: 'none' });
    expect((await ledger.get('/v1/mandates')).body).toMatchObject({ items: [], nextCursor: null, knownAt: 'size:0' });
    expect((await ledger.get('/health/ready')).body).toEqual({ status: 'ready', size: 0 });
    await ledger.stop();
    const again = await openLedger({ LEDGER_DATA_DIR: join(folder.path, 'none') });
    // its first start is over
    expect((await again.get('/v1/mandates')).body).toMatchObject({ items: [], nextCursor: null });
    await again.stop();
  });
});

describe('the stop', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'on %s answers what is in flight, then exits with 0 and leaves nothing open',
    async (signal) => {
      const ledger = await startLedger();
      const source = { documentId: 'kst-29521-446', locator: 'x' };
      const post = (id: string) =>
        ledger.send('POST', '/v1/decisions', {
          decisionId: id,
          mandateId: 'untso',
          decidedOn: '2022-09-01',
          source,
          effects: [{ type: 'reserve', right: 'r' }],
        });
      // A request that the server has not begun to read when it stops is cut off; what it has read is answered.
      const posts = Array.from({ length: 20 }, (_, i) =>
        post(`stop-${i}`).then(
          ({ status }) => status,
          () => null,
        ),
      );
      await posts[0];
      expect(await ledger.stop(signal)).toBe(0);
      expect(ledger.output()).toContain('Stopped; everything that was acknowledged is stored.');
      const statuses = await Promise.all(posts);
      // the one file is the whole log
      expect(statSync(join(ledger.dataDir, 'events.db-wal'), { throwIfNoEntry: false })?.size ?? 0).toBe(0);
      const log = openSqliteEventLog(join(ledger.dataDir, 'events.db'));
      const stored = new Set((await collect(log.readAll())).map(({ metadata }) => metadata['decisionId']));
      await log.close();
      statuses.forEach((status, i) => expect([i, stored.has(`stop-${i}`)]).toEqual([i, status === 201]));
      expect(readFileSync(join(ledger.dataDir, 'first-start.json'), 'utf8')).toContain('[]');
    },
  );
});
