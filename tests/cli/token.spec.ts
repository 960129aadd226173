/** Tokens by name, created and revoked while the server runs. */
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ledger } from '../e2e/ledger.js';
import { openLedger } from '../e2e/hosted.js';
import { ledger } from './commands.js';

describe('ledger token', () => {
  let server: Ledger;
  let env: Record<string, string>;
  beforeAll(async () => {
    server = await openLedger({ LEDGER_DATASETS: 'none' });
    env = { LEDGER_DATA_DIR: server.dataDir };
  }, 60_000);
  afterAll(() => server.stop());
  const register = (documentId: string, token: string) =>
    server.send(
      'PUT',
      `/v1/documents/${documentId}`,
      { title: 'A letter', date: '2023-03-01' },
      { authorization: `Bearer ${token}` },
    );

  const names = async (): Promise<string[]> =>
    (await ledger(['token', 'list'], env)).said.map((line) => line.split(' ')[0]!);

  it('lets its bearer record under its name at once, and not any more once it is revoked', async () => {
    const { code, said } = await ledger(['token', 'create', 'clerk-a'], env);
    const other = (await ledger(['token', 'create', 'clerk-b'], env)).said[0]!;
    const [token] = said;
    expect(code).toBe(0);
    expect((await register('kst-a', token!)).status).toBe(201);
    expect((await register('kst-b', other)).status).toBe(201);
    expect((await register('kst-c', server.token)).status).toBe(201);
    expect((await register('kst-d', `${token}x`)).status).toBe(401);
    expect((await ledger(['token', 'revoke', 'clerk-a'], env)).code).toBe(0);
    expect((await register('kst-e', token!)).status).toBe(401);
    expect((await register('kst-f', other)).status).toBe(201);
    const { said: events } = await ledger(['export', '--out', '-'], env);
    const recorders = events
      .slice(1)
      .map((line) => (JSON.parse(line) as { metadata: { recordedBy: string } }).metadata.recordedBy);
    expect(recorders).toEqual(['clerk-a', 'clerk-b', 'recorder', 'clerk-b']);
  });

  it('keeps hashes alone, for its owner alone', async () => {
    const [token] = (await ledger(['token', 'create', 'clerk-c'], env)).said;
    const path = join(server.dataDir, 'tokens');
    expect(readFileSync(path, 'utf8')).not.toContain(token);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await names()).toEqual(['clerk-b', 'clerk-c']);
  });

  it('waits for another change of the tokens, so that none of the two is lost', async () => {
    const path = join(server.dataDir, 'tokens');
    const held = `${path}.next`;
    const without = readFileSync(path, 'utf8').replace(/^.* clerk-b .*\n/m, '');
    writeFileSync(held, without); // a revocation of clerk-b that has read, but not written yet
    const creating = ledger(['token', 'create', 'clerk-e'], env);
    await new Promise((resolve) => setTimeout(resolve, 200));
    renameSync(held, path);
    expect((await creating).code).toBe(0);
    expect(await names()).toEqual(['clerk-c', 'clerk-e']);
    expect(existsSync(held)).toBe(false);
    expect((await ledger(['token', 'create', 'clerk-b'], env)).code).toBe(0);
  });

  it('gives up where another change does not end, and says what to remove', async () => {
    const held = join(server.dataDir, 'tokens.next');
    writeFileSync(held, '');
    const { code, told } = await ledger(['token', 'revoke', 'clerk-b'], env);
    expect([code, told[0]]).toEqual([2, expect.stringContaining(`remove ${held} first`)]);
    rmSync(held);
    expect(await names()).toEqual(['clerk-c', 'clerk-e', 'clerk-b']);
  }, 30_000);

  it.each([[['list']], [['revoke', 'clerk-b']]])('makes no data folder for %j', async (args) => {
    const nowhere = { LEDGER_DATA_DIR: join(server.dataDir, 'mistyped') };
    const { code, told } = await ledger(['token', ...args], nowhere);
    expect([code, told[0]]).toEqual([2, expect.stringContaining('LEDGER_DATA_DIR')]);
    expect(existsSync(nowhere.LEDGER_DATA_DIR)).toBe(false);
  });

  it.each([
    [['create', 'recorder'], 'cannot be the name of a token'],
    [['create', 'Clerk A'], 'cannot be the name of a token'],
    [['create', 'clerk-b'], 'There is a token clerk-b already'],
    [['revoke', 'nobody'], 'There is no token nobody'],
    [['revoke', 'recorder'], 'change that file'],
  ])('refuses %j', async (args, why) => {
    const { code, told } = await ledger(['token', ...args], env);
    expect([code, told[0]]).toEqual([2, expect.stringContaining(why)]);
  });

  it('lets nobody in by a file that was spoilt, and the first token still', async () => {
    writeFileSync(join(server.dataDir, 'tokens'), 'spoilt\n');
    expect((await register('kst-g', `ledger_${'x'.repeat(43)}`)).status).toBeGreaterThanOrEqual(400);
    expect((await register('kst-h', server.token)).status).toBe(201);
    const { said } = await ledger(['export', '--out', '-'], env);
    expect(said.at(-1)).toContain('"stream":"document-kst-h"');
    expect(said.join('\n')).not.toContain('document-kst-g');
    expect((await ledger(['token', 'list'], env)).code).toBe(2);
  });
});
