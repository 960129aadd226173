/**
 * The commands on a log in EventStoreDB. They run on a double of its server, and on a real empty one when
 * LEDGER_TEST_ESDB_EMPTY names it.
 */
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '#event-log';
import { openSqliteEventLog } from '#event-log';
import { leafText, toBase64 } from '#transparency';
import { HASH, MTH } from '#transparency/testing';
import { startDouble } from '../faults/eventstoredb-double.js';
import { temporaryFolder } from '../temporary-folder.js';
import { ledger } from './commands.js';
import { copyOf, eventsIn, makeLedger, noteOf, hashesOf } from './kept-ledger.js';

const SIZE = 62;

interface Server {
  readonly connectionString: string;
  readonly close: () => Promise<void>;
}

function commandsOn(name: string, open: () => Promise<Server>): void {
  describe(`the commands on ${name}`, () => {
    const folder = temporaryFolder();
    const at = (path: string): string => join(folder.path, path);
    const key = at('kept/key.txt');
    let server: Server;
    let log: RecordedEvent[];
    let root: string;
    /** Settings of the ledger that was moved there. It has its key and its kept checkpoints, but no views. */
    let moved: Record<string, string>;
    beforeAll(async () => {
      server = await open();
      log = await makeLedger(at('kept'), SIZE / 2, [20, SIZE]);
      root = toBase64(MTH(log.map((event) => HASH(Buffer.of(0), Buffer.from(leafText(event))))));
      const nowhere = join(copyOf(at('kept'), at('moved')), 'no-views.db');
      moved = { LEDGER_STORE: server.connectionString, LEDGER_DATA_DIR: at('moved'), LEDGER_READ_MODEL: nowhere };
    });
    afterAll(async () => {
      await server.close();
      folder.remove();
    });
    const last = (lines: readonly string[]): unknown => JSON.parse(lines.at(-1)!);

    it('move a log there and back: the same root, events and revisions', async () => {
      await ledger(['export', '--out', at('kept.ndjson')], { LEDGER_DATA_DIR: at('kept') });
      const there = await ledger(['import', at('kept.ndjson'), '--key', key], moved);
      expect([there.code, there.told, there.said]).toEqual([
        0,
        [],
        expect.arrayContaining([
          `root    ${root}, read back from the store`,
          'SAME. The store holds what was exported.',
        ]),
      ]);
      const verified = await ledger(['verify', '--key', key, '--json'], moved);
      expect([verified.code, last(verified.said)]).toMatchObject([0, { ok: true, size: SIZE, root, problem: null }]);

      expect((await ledger(['export', '--out', at('moved.ndjson')], moved)).code).toBe(0);
      expect((await ledger(['verify', '--file', at('moved.ndjson'), '--key', key])).code).toBe(0);
      const back = await ledger(['import', at('moved.ndjson'), '--key', key], { LEDGER_DATA_DIR: at('back') });
      expect([back.code, back.said.at(-1)]).toEqual([0, 'SAME. The store holds what was exported.']);
      expect((await eventsIn(at('back/events.db'))).map(leafText)).toEqual(log.map(leafText));
    });

    it('find an import done that is run again, and refuse another log', async () => {
      const again = await ledger(['import', at('kept.ndjson')], moved);
      expect([again.code, again.said.at(-1)]).toEqual([0, 'SAME. The store holds what was exported.']);
      const other = openSqliteEventLog(at('other/events.db'));
      const { id, type, data, metadata } = log[0]!;
      await other.append('mandate-other', [{ id, type, data, metadata }], 'none');
      await other.close();
      const [event] = await eventsIn(at('other/events.db'));
      const header = JSON.stringify({ ledgerExport: 1, size: 1, checkpoint: noteOf(hashesOf([event!])) });
      const { position, stream, revision } = event!;
      writeFileSync(
        at('other.ndjson'),
        `${header}\n${JSON.stringify({ leafIndex: 0, position, id, stream, revision, type, data, metadata })}\n`,
      );
      const refused = await ledger(['import', at('other.ndjson')], moved);
      expect([refused.code, refused.told[0]]).toEqual([2, expect.stringContaining('The store is not empty')]);
    });

    it('replay it, show its keys, and say what they do not do there', async () => {
      const { mandateId } = log[0]!.data as { mandateId?: string };
      const mandate = mandateId ?? log[0]!.stream.replace('mandate-', '');
      const fromFile = await ledger(['replay', mandate], { LEDGER_DATA_DIR: at('kept') });
      expect(await ledger(['replay', mandate], moved)).toEqual(fromFile);
      expect(fromFile.code).toBe(0);
      expect((await ledger(['key', 'show'], moved)).said).toHaveLength(1);
      const backup = await ledger(['backup', '--out', at('backup')], moved);
      expect([backup.code, backup.told[0]]).toEqual([2, expect.stringContaining('EventStoreDB')]);
    });

    it('name an event that another client wrote and nobody can read, read on behind it, and sign nothing', async () => {
      const client = EventStoreDBClient.connectionString(server.connectionString);
      const append = async (type: string, data: Record<string, unknown>): Promise<string> => {
        const event = jsonEvent({ type, data, metadata: {} });
        await client.appendToStream('mandate-foreign', event);
        return event.id;
      };
      const id = await append('StrengthIncreased', { to: 1.5 });
      await append('RightReserved', { right: 'behind it' });
      await client.dispose();

      const { code, said } = await ledger(['verify', '--key', key, '--json'], moved);
      expect([code, last(said)]).toEqual([
        1,
        expect.objectContaining({
          ok: false,
          size: SIZE + 2,
          root: null,
          problem: 'altered',
          first: { leafIndex: SIZE, id, stream: 'mandate-foreign', revision: 0 },
          detail: expect.stringContaining('1.5 is not an integer') as string,
        }),
      ]);
      const exported = await ledger(['export', '--out', at('none.ndjson')], moved);
      expect([exported.code, exported.told[0]]).toEqual([
        1,
        expect.stringContaining('(stream mandate-foreign, revision 0)'),
      ]);
      for (const [wanted, ...args] of [
        [2, 'replay'],
        [2, 'replay', 'foreign'],
        [1, 'rebuild'],
        [2, 'import', at('kept.ndjson')],
      ] as [number, ...string[]][]) {
        const { code, told } = await ledger(args, moved);
        expect([args, code, told[0]]).toEqual([
          args,
          wanted,
          expect.stringContaining('(stream mandate-foreign, revision 0)'),
        ]);
      }
    });
  });
}

commandsOn('EventStoreDB (a double of its server)', startDouble);

const empty = process.env['LEDGER_TEST_ESDB_EMPTY'];
if (empty === undefined)
  it.skip('the commands on EventStoreDB itself: LEDGER_TEST_ESDB_EMPTY names no server', () => undefined);
else commandsOn('EventStoreDB', () => Promise.resolve({ connectionString: empty, close: () => Promise.resolve() }));
