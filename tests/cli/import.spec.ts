/** An import that broke off is gone on with, whatever the store, and holds no more in memory than it has to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '#event-log/event-log.js';
import { startDouble } from '../faults/eventstoredb-double.js';
import { temporaryFolder } from '../temporary-folder.js';
import { ledger } from './commands.js';
import { copyOf, makeLedger } from './kept-ledger.js';
import { endOf, startProgram } from './program.js';

describe('an import', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const kept = at('kept');
  const file = at('export.ndjson');
  let log: RecordedEvent[];
  beforeAll(async () => {
    log = await makeLedger(kept, 31, [20, 62]);
    await ledger(['export', '--out', file], { LEDGER_DATA_DIR: kept });
  });
  afterAll(() => folder.remove());

  it('into EventStoreDB that was killed between claiming ids and appending their events is gone on with', async () => {
    const double = await startDouble();
    try {
      const env = { LEDGER_STORE: double.connectionString, LEDGER_DATA_DIR: at('there') };
      const child = startProgram(['import', file], env);
      let appends = 0;
      double.faults = {
        append: ({ stream }) => {
          if (stream === 'ledger-claims' || ++appends <= 9) return undefined;
          child.kill('SIGKILL');
          return 'silence';
        },
      };
      expect(await endOf(child)).toBe('SIGKILL');
      double.faults = {};
      const { code, told, said } = await ledger(['import', file], env);
      expect([code, told, said.at(-1)]).toEqual([
        0,
        ['The first 18 events are stored already, by an import that broke off; going on.'],
        'SAME. The store holds what was exported.',
      ]);
      const ids = double.stored.filter(({ stream }) => stream.startsWith('mandate-')).map(({ id }) => id);
      expect(ids).toEqual(log.map(({ id }) => id));
    } finally {
      await double.close();
    }
  });
});

describe('ledger key rotate', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  afterAll(() => folder.remove());

  it('on EventStoreDB that was killed between claiming the id of its event and appending it is gone on with', async () => {
    await makeLedger(at('kept'), 1, []);
    const double = await startDouble();
    try {
      const data = copyOf(at('kept'), at('rotated'));
      const env = { LEDGER_STORE: double.connectionString, LEDGER_DATA_DIR: data };
      const child = startProgram(['key', 'rotate'], env);
      double.faults = {
        append: ({ stream }) => {
          if (stream === 'ledger-claims') return undefined;
          child.kill('SIGKILL');
          return 'silence';
        },
      };
      expect(await endOf(child)).toBe('SIGKILL');
      double.faults = {};
      const next = readFileSync(join(data, 'log-key.next'), 'utf8');
      expect((await ledger(['key', 'rotate'], env)).code).toBe(0);
      expect(readFileSync(join(data, 'log-key'), 'utf8')).toBe(next);
      expect(double.stored.filter(({ stream }) => stream === 'ledger-log')).toHaveLength(1);
    } finally {
      await double.close();
    }
  });
});
