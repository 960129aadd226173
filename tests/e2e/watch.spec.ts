/** The standing watch of a running ledger: what was changed behind its back is named to everybody who asks. */
import Libsql from 'libsql';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startDouble } from '../faults/eventstoredb-double.js';
import type { StoredRecord } from '../faults/eventstoredb-streams.js';
import type { Ledger } from './ledger.js';
import { listenLedger, openLedger } from './hosted.js';
import { eventually } from './ledger.js';
import { LETTER, reserve, statusOf } from './proofs.js';

/** Another test may have the machine for itself meanwhile. */
const PATIENCE_MS = 60_000;

const found = (ledger: Ledger) =>
  eventually(
    () => statusOf(ledger),
    ({ watch }) => watch.firstWrong !== null,
    PATIENCE_MS,
  );
const watchedOnce = (ledger: Ledger) =>
  eventually(
    () => statusOf(ledger),
    ({ watch }) => watch.passes > 0 && watch.checked >= LETTER,
    PATIENCE_MS,
  );
const errorsOf = (ledger: Ledger): { msg: string }[] =>
  ledger
    .output()
    .split('\n')
    .filter((line) => line.includes('"level":50'))
    .map((line) => JSON.parse(line) as { msg: string });

describe('an event that was changed in the file of a running ledger', () => {
  it('is named in the status, the health and the log; writes go on; and all is well again once it is put right', async () => {
    const ledger = await openLedger();
    await watchedOnce(ledger);
    const [, , , line] = (await ledger.get('/v1/events')).text.split('\n');
    const event = JSON.parse(line!) as { id: string; stream: string; revision: number };
    const beside = new Libsql(join(ledger.dataDir, 'events.db'));
    const change = (sql: string) =>
      beside.exec(`PRAGMA busy_timeout = 5000; DROP TRIGGER IF EXISTS event_is_not_changed; ${sql}`);
    change(`UPDATE event SET metadata = replace(metadata, '"recordedBy":"', '"recordedBy":"x') WHERE position = 4`);

    const { watch } = await found(ledger);
    const first = { leafIndex: 3, id: event.id, stream: event.stream, revision: event.revision };
    expect(watch.firstWrong).toEqual({ kind: 'altered', first, detail: expect.stringContaining(event.id) as string });
    const { status, body } = await ledger.get('/health/ready');
    const { detail } = body as { detail: string };
    expect([status, detail.includes(event.id), detail.includes('moment')]).toEqual([503, true, false]);
    expect((await ledger.send('POST', '/v1/decisions', reserve('goes-on'))).status).toBe(201);

    // Another pass finds it again, and says nothing new.
    await new Promise((resolve) => setTimeout(resolve, 6500));
    expect(errorsOf(ledger).map(({ msg }) => msg)).toEqual([expect.stringContaining('(altered): event 3')]);

    change(`UPDATE event SET metadata = replace(metadata, '"recordedBy":"x', '"recordedBy":"') WHERE position = 4`);
    beside.close();
    await eventually(
      () => ledger.get('/health/ready'),
      (ready) => ready.status === 200,
      PATIENCE_MS,
    );
    expect(ledger.output()).toContain('every event of the log is as it was recorded again');
    expect(await ledger.stop()).toBe(0);
  }, 240_000);
});

describe('an event whose text is no text any more', () => {
  it('ends neither a running ledger nor the start of one that has to read it, and is named', async () => {
    const ledger = await openLedger();
    await watchedOnce(ledger);
    const { dataDir } = ledger;
    const [, , , line] = (await ledger.get('/v1/events')).text.split('\n');
    const event = JSON.parse(line!) as { id: string; stream: string; revision: number };
    const beside = new Libsql(join(dataDir, 'events.db'));
    beside.exec(
      "PRAGMA busy_timeout = 5000; DROP TRIGGER event_is_not_changed; UPDATE event SET data = CAST(x'7bff7d' AS " +
        'TEXT) WHERE position = 4',
    );
    beside.close();
    const { watch } = await found(ledger);
    const first = { leafIndex: 3, id: event.id, stream: event.stream, revision: event.revision };
    expect(watch.firstWrong).toMatchObject({ kind: 'altered', first });
    const { status, body } = await ledger.get('/health/ready');
    expect([status, (body as { detail: string }).detail.includes(event.id)]).toEqual([503, true]);
    expect(await ledger.stop()).toBe(0);

    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataDir, `views.db${suffix}`), { force: true });
    const again = await listenLedger({ LEDGER_DATA_DIR: dataDir });
    await eventually(
      () => Promise.resolve(again.output()),
      (said) => said.includes('Waiting:'),
      PATIENCE_MS,
    );
    expect(again.output()).toContain('the views stopped after event 3: ');
    expect(again.output()).toContain('at position 4');
    expect(await again.stop()).toBe(0);
  }, 240_000);
});

describe('an event that an EventStoreDB no longer has', () => {
  it('is named as removed', async () => {
    const double = await startDouble();
    const ledger = await openLedger({ LEDGER_STORE: double.connectionString, LEDGER_DATASETS: 'kst-29521-446' });
    await watchedOnce(ledger);
    const [, , , , , line] = (await ledger.get('/v1/events')).text.split('\n');
    const event = JSON.parse(line!) as { id: string; stream: string; revision: number };
    const stored = double.stored as StoredRecord[];
    const scavenged = stored.findIndex(({ id }) => id === event.id);
    stored.splice(scavenged, 1, { ...stored[scavenged]!, isJson: false });
    const { watch } = await found(ledger);
    expect(watch.firstWrong).toMatchObject({
      kind: 'removed',
      first: { leafIndex: 5, id: event.id, stream: event.stream },
    });
    expect((await ledger.get('/health/ready')).body).toMatchObject({
      detail: expect.stringContaining('is gone') as string,
    });
    await ledger.stop();
    await double.close();
  }, 240_000);
});

describe('a watch that is switched off', () => {
  it('compares nothing', async () => {
    const ledger = await openLedger({ LEDGER_WATCH_RATE: '0' });
    expect((await statusOf(ledger)).watch).toMatchObject({ rate: 0, passes: 0, checked: 0, firstWrong: null });
    await ledger.stop();
  });
});
