/** An interrupted import can go on, whatever the store. It keeps no more in memory than it has to. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { v5 } from 'uuid';
import type { EventLog, NewEvent, RecordedEvent } from '#event-log';
import { openSqliteEventLog } from '#event-log';
import type { Appended } from '#event-log/testing';
import { openKeptCheckpoints } from '#read-models';
import { eventLine } from '#transparency';
import { headerLine, openExport } from '../../apps/cli/src/export/export-file.js';
import { postLines } from '../../apps/cli/src/import/posted-lines.js';
import { storeExport } from '../../apps/cli/src/import/restored-export.js';
import { startDouble } from '../faults/eventstoredb-double.js';
import { temporaryFolder } from '../temporary-folder.js';
import { ledger } from './commands.js';
import { ORIGIN, copyOf, hashesOf, makeLedger, noteOf } from './kept-ledger.js';
import { endOf, startProgram } from './program.js';

describe('ledger import', () => {
  const folder = temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const kept = at('kept');
  const file = at('export.ndjson');
  let log: RecordedEvent[];
  beforeAll(async () => {
    log = await makeLedger(kept, 31, [62]);
    await ledger(['export', '--out', file], { LEDGER_DATA_DIR: kept });
    writeFileSync(
      at('lines.ndjson'),
      '{"documentId":"kst-x","title":"A letter","date":"2023-03-01"}\n{"documentId":"kst-y"}\n',
    );
  });
  afterAll(() => folder.remove());

  it('goes on in EventStoreDB where it was killed between claiming ids and appending their events', async () => {
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

  it.each([
    ['an export', '--url', 'http://127.0.0.1:9', /is an export.*without --url/],
    ['an export', '--token-file', 'x', /is an export.*without --token-file/],
    ['other lines', '--key', 'x', /is no export.*leave --key out/],
  ])('of %s refuses %s, and stores nothing', async (what, option, value, why) => {
    const { code, told } = await ledger(['import', what === 'an export' ? file : at('lines.ndjson'), option, value], {
      LEDGER_DATA_DIR: at('refusing'),
    });
    expect([code, told]).toEqual([2, [expect.stringMatching(why)]]);
    expect(existsSync(at('refusing'))).toBe(false);
  });

  it('tells in JSON what was restored, and what was not', async () => {
    const { code, said } = await ledger(['import', file, '--json'], { LEDGER_DATA_DIR: at('back') });
    expect(code).toBe(0);
    expect(said).toHaveLength(1);
    const { root, ...told } = JSON.parse(said[0]!) as { root: string };
    expect(told).toEqual({
      ok: true,
      size: 62,
      export: { size: 62, root, origin: ORIGIN },
      problem: null,
      detail: expect.any(String) as string,
    });
    writeFileSync(at('cut.ndjson'), readFileSync(file, 'utf8').split('\n').slice(0, 50).join('\n'));
    const cut = await ledger(['import', at('cut.ndjson'), '--json'], { LEDGER_DATA_DIR: at('none') });
    expect([cut.code, JSON.parse(cut.said.at(-1)!)]).toEqual([
      1,
      { ok: false, problem: 'export-wrong', detail: expect.stringContaining('Nothing was stored') as string },
    ]);
  });

  it('tells in JSON how many lines were recorded, after what became of each', async () => {
    const { code, said } = await ledger(['import', at('lines.ndjson'), '--json'], {
      LEDGER_DATA_DIR: at('own'),
      LEDGER_DATASETS: 'none',
    });
    expect(said.map((line) => (JSON.parse(line) as { status?: number }).status)).toEqual([201, 400, undefined]);
    expect([code, JSON.parse(said[2]!)]).toEqual([
      1,
      { ok: false, recorded: 1, refused: 1, problem: 'refused', detail: '1 recorded or there already, 1 refused.' },
    ]);
  });

  it('lets no more wait for the store than it can hold, however large the events are', async () => {
    const large = 700_000;
    const events = Array.from({ length: 60 }, (_, leafIndex) => ({
      leafIndex,
      position: String(leafIndex + 1),
      id: v5(String(leafIndex), v5.URL),
      stream: 'mandate-large',
      revision: leafIndex,
      type: 'RightReserved',
      dataText: JSON.stringify({ right: 'x'.repeat(large) }),
      metadataText: '{}',
    }));
    const header = headerLine({ size: events.length, checkpoint: '' });
    writeFileSync(at('large.ndjson'), `${[header, ...events.map((event) => eventLine(event))].join('\n')}\n`);
    const stored: string[] = [];
    const waiting: (() => void)[] = [];
    let most = 0;
    let quiet: NodeJS.Timeout | undefined;
    /** Stores what waits, once nothing more comes. */
    const append = async (_: string, given: readonly NewEvent[]): Promise<Appended> => {
      stored.push(...given.map(({ id }) => id));
      clearTimeout(quiet);
      quiet = setTimeout(() => {
        most = Math.max(most, waiting.length);
        for (const store of waiting.splice(0)) store();
      }, 200);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { revision: 0, position: '1' };
    };
    const exported = openExport(at('large.ndjson'));
    await storeExport({ append } as unknown as EventLog, exported, 0, 'by-store', () => undefined);
    exported.close();
    expect(stored).toEqual(events.map(({ id }) => id));
    expect(most * large).toBeLessThan(8 * 1024 * 1024);
    expect(most).toBeGreaterThan(1);
  });

  it('gives up where the ledger in its process does not get ready, and says why', async () => {
    const data = at('stuck');
    await makeLedger(data, 3, []);
    const checkpoints = openKeptCheckpoints(join(data, 'checkpoints.db'));
    checkpoints.keep({ size: 6, note: noteOf(hashesOf(log.slice(6, 12))) }); // from another log
    checkpoints.close();
    const environment = {
      env: { LEDGER_DATA_DIR: data },
      say: () => undefined,
      tell: () => undefined,
      write: () => undefined,
      colours: false,
    };
    await expect(postLines(at('lines.ndjson'), {}, environment, 1500)).rejects.toThrow(
      /does not get ready\. Not ready: .*checkpoint/,
    );
    await openSqliteEventLog(join(data, 'events.db')).close(); // the log was released
  }, 30_000);
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
