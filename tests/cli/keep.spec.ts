/** What an operator does to a stopped ledger: gives it another key, and builds its views anew. */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteEventLog } from '#event-log';
import { openForProjecting, openReadModels } from '#read-models';
import { parseSignerKey, parseVerifierKeys, toBase64 } from '#transparency';
import { startDouble } from '../faults/eventstoredb-double.js';
import { temporaryFolder } from '../temporary-folder.js';
import { ledger, verified } from './commands.js';
import { SIGNER, copyOf, eventsIn, makeLedger, tamper } from './kept-ledger.js';

describe('a ledger that is stopped', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const kept = at('kept');
  beforeAll(async () => {
    await makeLedger(kept, 31, [20, 62]);
  });
  afterAll(() => folder.remove());
  const signerIn = (data: string) => parseSignerKey(readFileSync(join(data, 'log-key'), 'utf8')).verifier;

  it('is given another key of the same name, recorded in the log, and what was signed before stays verifiable', async () => {
    const data = copyOf(kept, at('rotated'));
    const env = { LEDGER_DATA_DIR: data };
    expect((await ledger(['key', 'rotate'], env)).code).toBe(0);
    const next = signerIn(data);
    expect([next.name, next.text === SIGNER.verifier.text]).toEqual([SIGNER.verifier.name, false]);
    expect(statSync(join(data, 'log-key')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(data, 'log-key.next'))).toBe(false);
    const last = (await eventsIn(join(data, 'events.db'))).at(-1)!;
    expect(last).toMatchObject({ stream: 'ledger-log', revision: 0, type: 'LogKeyRotated' });
    expect(last.data).toEqual({ from: SIGNER.verifier.text, to: next.text });
    expect(Object.keys(last.metadata)).toEqual([
      'causationId',
      'correlationId',
      'recordedAt',
      'recordedBy',
      'schemaVersion',
    ]);

    expect((await ledger(['key', 'rotate'], env)).code).toBe(0);
    const { said } = await ledger(['key', 'show'], env);
    expect(parseVerifierKeys(said.join('\n')).map(({ text }) => text)).toEqual([
      signerIn(data).text,
      next.text,
      SIGNER.verifier.text,
    ]);
    writeFileSync(at('keys.txt'), said.join('\n'));
    expect((await ledger(['export', '--out', at('rotated.ndjson')], env)).code).toBe(0);
    for (const args of [
      ['--dir', data],
      ['--file', at('rotated.ndjson')],
    ])
      expect((await verified('--key', at('keys.txt'), ...args)).verdict).toMatchObject({ ok: true, size: 64 });
  });

  it('goes on with a rotation that broke off before or after it was recorded', async () => {
    const data = copyOf(kept, at('broken'));
    const env = { LEDGER_DATA_DIR: data };
    const old = readFileSync(join(data, 'log-key'), 'utf8');
    await ledger(['key', 'rotate'], env);
    const next = signerIn(data);
    renameSync(join(data, 'log-key'), join(data, 'log-key.next'));
    writeFileSync(join(data, 'log-key'), old); // the state after the append
    expect((await ledger(['key', 'rotate'], env)).code).toBe(0);
    expect([signerIn(data).text, (await eventsIn(join(data, 'events.db'))).length]).toEqual([next.text, 63]);

    const early = copyOf(kept, at('early'));
    writeFileSync(join(early, 'log-key.next'), readFileSync(join(data, 'log-key'))); // the state before the append
    expect((await ledger(['key', 'rotate'], { LEDGER_DATA_DIR: early })).code).toBe(0);
    expect([signerIn(early).text, (await eventsIn(join(early, 'events.db'))).length]).toEqual([next.text, 63]);
  });

  it('draws the next key anew where the file that it waits in was half written, since nothing was recorded of it', async () => {
    for (const half of ['', readFileSync(join(kept, 'log-key'), 'utf8').slice(0, 40)]) {
      const data = copyOf(kept, at(`half-${half.length}`));
      writeFileSync(join(data, 'log-key.next'), half);
      expect((await ledger(['key', 'rotate'], { LEDGER_DATA_DIR: data })).code).toBe(0);
      expect((await eventsIn(join(data, 'events.db'))).at(-1)!.data).toEqual({
        from: SIGNER.verifier.text,
        to: signerIn(data).text,
      });
      expect(readdirSync(data).filter((name) => name.startsWith('log-key'))).toEqual(['log-key']);
    }
  });

  it('says where the next key is when it was recorded and cannot take the place of the old one', async () => {
    const data = copyOf(kept, at('mounted'));
    const double = await startDouble();
    const env = { LEDGER_DATA_DIR: data, LEDGER_STORE: double.connectionString };
    double.faults = {
      append: ({ stream }) => {
        if (stream !== 'ledger-log') return undefined;
        rmSync(join(data, 'log-key'));
        mkdirSync(join(data, 'log-key')); // a rename onto a folder fails, as onto a mounted file
        return undefined;
      },
    };
    const { code, told } = await ledger(['key', 'rotate'], env);
    await double.close();
    expect([code, told[0]]).toEqual([
      2,
      expect.stringMatching(/recorded.*log-key\.next.*put it in the place of .*log-key by hand/),
    ]);
  });

  it('refuses another key while a server has the log, or where the file does not hold the log’s own', async () => {
    const data = copyOf(kept, at('served'));
    const serving = openSqliteEventLog(join(data, 'events.db'));
    const served = await ledger(['key', 'rotate'], { LEDGER_DATA_DIR: data });
    await serving.close();
    expect([served.code, served.told[0]]).toEqual([2, expect.stringContaining('in use by another ledger process')]);
    expect(existsSync(join(data, 'log-key.next'))).toBe(false);
    const old = readFileSync(join(data, 'log-key'), 'utf8');
    await ledger(['key', 'rotate'], { LEDGER_DATA_DIR: data });
    writeFileSync(join(data, 'log-key'), old);
    const { code, told } = await ledger(['key', 'rotate'], { LEDGER_DATA_DIR: data });
    expect([code, told[0]]).toEqual([2, expect.stringContaining('Put the key of the log there first')]);
    expect(existsSync(join(data, 'log-key.next'))).toBe(false);
  });

  it('gets the same views again, damaged or gone before, and refuses while somebody has them', async () => {
    const data = copyOf(kept, at('rebuilt'));
    const path = join(data, 'views.db');
    const rootOf = (): string => {
      const views = openReadModels(path);
      const root = toBase64(views.tree.root(views.tree.size()));
      views.close();
      return root;
    };
    const root = rootOf();
    const held = openForProjecting(path);
    const busy = await ledger(['rebuild'], { LEDGER_DATA_DIR: data });
    held.close();
    expect([busy.code, busy.told[0]]).toEqual([2, expect.stringContaining('in use by another ledger process')]);
    for (const spoil of [() => undefined, () => rmSync(path), () => writeFileSync(path, '')]) {
      spoil();
      const { code, said } = await ledger(['rebuild'], { LEDGER_DATA_DIR: data });
      expect([code, said[0]]).toEqual([0, expect.stringContaining('from 62 events')]);
      expect(rootOf()).toBe(root);
    }
    const { said } = await ledger(['rebuild', '--json'], { LEDGER_DATA_DIR: data });
    expect(JSON.parse(said.at(-1)!)).toEqual({ ok: true, size: 62 });
    writeFileSync(path, 'somebody’s own text');
    expect((await ledger(['rebuild'], { LEDGER_DATA_DIR: data })).code).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe('somebody’s own text');
  });

  it('keeps the views where they show that the log was tampered with, until they are moved away', async () => {
    const data = copyOf(kept, at('evidence'));
    const path = join(data, 'views.db');
    rmSync(join(data, 'checkpoints.db'));
    tamper(data, (db) => db.exec(`UPDATE event SET metadata = '{}' WHERE position = 5`));
    const { code, told } = await ledger(['rebuild'], { LEDGER_DATA_DIR: data });
    expect([code, told[0]]).toEqual([
      1,
      expect.stringMatching(/^Nothing was rebuilt: event 4 \(.* move .*views\.db and .* away and keep them/),
    ]);
    // and the rows are still there
    expect((await verified('--dir', data, '--key', join(kept, 'key.txt'))).verdict.problem).toBe('unsigned');
    renameSync(path, at('moved.db'));
    expect((await ledger(['rebuild'], { LEDGER_DATA_DIR: data })).code).toBe(0);
  });

  it('does not take views that are wrong for a log that is', async () => {
    const data = copyOf(kept, at('wrong-views'));
    tamper(data, (db) => db.exec(`UPDATE tree_tile SET hashes = zeroblob(length(hashes)) WHERE level = 0`), 'views.db');
    expect((await ledger(['rebuild'], { LEDGER_DATA_DIR: data })).code).toBe(0);
  });
});
