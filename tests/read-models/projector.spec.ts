/** The views against the fold, which is the oracle: any history, in any batches, killed anywhere. */
import fc from 'fast-check';
import Libsql from 'libsql';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '#event-log';
import { openSqliteEventLog } from '#event-log';
import type { MissionFacts, Standing } from '#mandate';
import { CATEGORIES, endsDecision, isRepair, mandateStream, REGIONS, standingOn, STATUSES } from '#mandate';
import { acceptedOf, decided, lastDay, recordedBy, steps, twelve } from '#mandate/testing';
import { openForProjecting, openTrustedLeaves, removePrevious } from '#read-models';
import { temporaryFolder } from '../temporary-folder.js';
import { heldIn, logOf, openViews } from './views.js';

const MANDATES = ['untso', 'undof'];
const DAYS = [
  '0000-01-01',
  '2022-06-17',
  '2022-07-01',
  '2022-07-31',
  '2022-08-01',
  '2023-01-15',
  '2024-03-01',
  '2025-08-01',
  '9999-12-31',
];

const histories = steps(MANDATES, MANDATES).map((all) => recordedBy(all).recorded);

/** Many histories in one log, since a file costs more than a history. */
const MANY = Array.from({ length: 10 }, (_, i) => `mandate-${i}`);
const manyHistories = steps(MANY, MANDATES, 200).map((all) => recordedBy(all).recorded);

/** Revision after the mandate's last whole decision among the first `size` events of the log. */
const revisionIn = (log: readonly RecordedEvent[], mandateId: string, size: number): number =>
  log.slice(0, size).findLast((event) => event.stream === mandateStream(mandateId) && endsDecision(event))?.revision ??
  -1;

const factsIn =
  (log: readonly RecordedEvent[], size: number): MissionFacts =>
  (missionId) =>
    log.slice(0, size).findLast(({ stream }) => stream === `mission-${missionId}`)
      ?.data as unknown as ReturnType<MissionFacts>;

/** Everything that the queries can answer. */
function answersOf({ projector, mandates, events, decisions }: ReturnType<typeof openViews>): unknown {
  const page = { after: null, limit: 1000 };
  return {
    checkpoint: projector.checkpoint,
    mandates: DAYS.map((asOf) => mandates.list({ asOf }, page)),
    known: [2, 5, 9].map((size) =>
      size > projector.checkpoint.size ? null : mandates.list({ asOf: '2022-07-01', knownAt: { size } }, page),
    ),
    histories: MANDATES.map((id) => events.history(id, null, page)),
    decisions: decisions.list({}, page),
  };
}

describe('the projector', () => {
  const folder = temporaryFolder();
  let n = 0;
  const fresh = (): string => join(folder.path, `views-${n++}.db`);
  afterAll(() => folder.remove());

  it('gives what the fold gives, on every day and at every revision, in whatever batches the events come', () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (recorded, sizes) => {
        const models = openViews(fresh());
        const { projector, mandates } = models;
        const events = logOf(recorded);
        const batches = sizes[Symbol.iterator]();
        for (let at = 0; at < events.length;) {
          const size = batches.next().value as number;
          projector.project(events.slice(at, at + size));
          at += size;
        }
        const size = events.length;
        for (const mandateId of MANDATES) {
          const mandate = heldIn(events, mandateId, size, null);
          const last = events.filter(({ stream }) => stream === mandateStream(mandateId)).length - 1;
          for (const asOf of DAYS) {
            const standing = mandate && {
              ...standingOn(mandate, asOf, factsIn(events, size)),
              revision: last,
              asOf,
              decidedBy: null,
            };
            expect(JSON.parse(mandates.one(mandateId, { asOf })?.json ?? 'null')).toEqual(
              standing && { ...standing, knownAt: `size:${size}` },
            );
          }
          for (let revision = 0; revision <= last; revision++) {
            const known = models.events.sizeWith(mandateId, revision)!;
            if (!endsDecision(events[known - 1]!)) continue;
            const then = heldIn(events, mandateId, known, null);
            const standing = then && standingOn(then, '2022-07-01', factsIn(events, known));
            const answer = JSON.parse(
              mandates.atRevision(mandateId, { asOf: '2022-07-01' }, revision)?.json ?? 'null',
            ) as object | null;
            expect(answer).toEqual(
              standing && { ...standing, revision, asOf: '2022-07-01', decidedBy: null, knownAt: `size:${known}` },
            );
          }
          expect(mandates.atRevision(mandateId, { asOf: '2022-07-01' }, last + 1)).toBeNull();
        }
        for (const each of recorded)
          if (!isRepair(each))
            expect(JSON.parse(models.decisions.one(each.decisionId)!.json)).toMatchObject({ effects: each.effects });
        models.close();
      }),
      { numRuns: 100 },
    );
  });

  it('goes on after being killed at any point without a gap or a double, and a rebuild gives the same', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat({ max: 30 }), { maxLength: 4 }), (decisions, kills) => {
        const events = logOf(decisions);
        const path = fresh();
        let models = openViews(path);
        const goOn = (until: number): void => {
          const { projector } = models;
          while (projector.checkpoint.size < Math.min(until, events.length))
            projector.project(events.slice(projector.checkpoint.size, projector.checkpoint.size + 2));
        };
        for (const kill of kills) {
          goOn(kill);
          // Dies in the middle of a batch: the transaction is undone.
          const { projector } = models;
          const broken = [
            ...events.slice(projector.checkpoint.size, projector.checkpoint.size + 1),
            { ...events[0]!, stream: 'mandate-x', type: 'Nothing', metadata: {} },
          ];
          const before = answersOf(models);
          if (broken.length === 2) expect(() => projector.project([...broken, null as never])).toThrow();
          expect(answersOf(models)).toEqual(before);
          models.close();
          models = openViews(path);
        }
        goOn(events.length);
        const rebuilt = openViews(fresh());
        rebuilt.projector.project(events);
        expect(answersOf(models)).toEqual(answersOf(rebuilt));
        models.close();
        rebuilt.close();
      }),
      { numRuns: 60 },
    );
  });

  it('selects on every day what the standing says, whichever filter is asked', () => {
    fc.assert(
      fc.property(histories, (decisions) => {
        const models = openViews(fresh());
        const { projector, mandates, registry } = models;
        const log = logOf(decisions);
        for (const event of log) projector.project([event]);
        for (const asOf of DAYS) {
          const standings = MANDATES.flatMap((mandateId) => {
            const mandate = heldIn(log, mandateId, log.length, null);
            return mandate === null ? [] : [standingOn(mandate, asOf, registry.missionFacts(log.length))];
          }).sort((a, b) => (a.mandateId < b.mandateId ? -1 : 1));
          const select = (criteria: object): string[] =>
            mandates
              .list({ asOf, ...criteria }, { after: null, limit: 10 })
              .items.map((json) => (JSON.parse(json) as Standing).mandateId);
          const expected = (holds: (standing: Standing) => boolean): string[] =>
            standings.filter(holds).map(({ mandateId }) => mandateId);
          for (const status of STATUSES) expect(select({ status })).toEqual(expected((each) => each.status === status));
          for (const region of REGIONS) expect(select({ region })).toEqual(expected((each) => each.region === region));
          for (const mission of MANDATES)
            expect(select({ mission })).toEqual(expected(({ missions }) => missions.includes(mission)));
          for (const category of CATEGORIES)
            expect(select({ category })).toEqual(
              expected(({ contributions }) => contributions.some(({ categories }) => categories.includes(category))),
            );
          for (const expiringBefore of DAYS)
            expect(select({ expiringBefore })).toEqual(
              expected(({ status, term }) => status === 'in-force' && lastDay(term?.until) < expiringBefore),
            );
          // Mandates that are named by id come in the order of the ids.
          const named = (ids: string[], limit: number): string[] =>
            mandates.among(ids, { asOf, region: 'worldwide' }, limit).items.map(({ mandateId }) => mandateId);
          const worldwide = expected(({ region }) => region === 'worldwide');
          expect(named([...MANDATES, 'nowhere'], 10)).toEqual(MANDATES.filter((id) => worldwide.includes(id)));
          expect(named(MANDATES, 1)).toEqual(MANDATES.filter((id) => worldwide.includes(id)).slice(0, 1));
        }
        models.close();
      }),
      { numRuns: 60 },
    );
  });
});

describe('the three times', () => {
  const folder = temporaryFolder();
  let n = 0;
  afterAll(() => folder.remove());
  const times = fc.record({
    asOf: fc.constantFrom(...DAYS),
    decidedBy: fc.option(fc.constantFrom('2022-05-01', '2022-06-17', '2022-07-31', '2022-12-01', '2024-02-29'), {
      freq: 3,
    }),
    share: fc.option(
      fc.integer({ min: 0, max: 100 }).map((each) => each / 100),
      { freq: 4 },
    ),
  });

  it('are answered as a fold from the first event on answers them, one mandate and in lists', () => {
    let [past, late] = [0, 0];
    fc.assert(
      fc.property(manyHistories, fc.array(times, { minLength: 10, maxLength: 10 }), (recorded, asked) => {
        const models = openViews(join(folder.path, `times-${n++}.db`));
        const log = logOf(recorded);
        for (let at = 0; at < log.length; at += 50) models.projector.project(log.slice(at, at + 50));
        for (const { asOf, decidedBy: day, share } of asked) {
          const size = share === null ? log.length : Math.round(share * log.length);
          const known = share === null ? null : { size };
          const all = MANY.flatMap((mandateId) => {
            const mandate = heldIn(log, mandateId, size, day);
            if (mandate === null) return [];
            const standing = standingOn(mandate, asOf, factsIn(log, size));
            return [
              {
                ...standing,
                revision: revisionIn(log, mandateId, size),
                asOf,
                decidedBy: day,
                knownAt: `size:${size}`,
              },
            ];
          });
          if (size < log.length && all.length > 0) past++;
          if (day !== null && all.length > 0) late++;
          for (const mandateId of MANY)
            expect(
              JSON.parse(models.mandates.one(mandateId, { asOf, decidedBy: day, knownAt: known })?.json ?? 'null'),
            ).toEqual(all.find((each) => each.mandateId === mandateId) ?? null);
          const list = (criteria: object): unknown[] =>
            models.mandates
              .list({ asOf, decidedBy: day, knownAt: known, ...criteria }, { after: null, limit: 10 })
              .items.map((json) => JSON.parse(json) as unknown);
          expect(list({})).toEqual(all);
          for (const status of STATUSES) expect(list({ status })).toEqual(all.filter((each) => each.status === status));
          for (const region of ['middle-east', 'worldwide'])
            expect(list({ region })).toEqual(all.filter((each) => each.region === region));
        }
        models.close();
      }),
      { numRuns: 200 },
    );
    expect([past, late].map((count) => count > 300)).toEqual([true, true]); // otherwise the property would say little
  });

  it('take an instant as the events up to the first that was recorded later, whatever the clocks said afterwards', () => {
    const models = openViews(join(folder.path, 'instants.db'));
    const log = logOf(
      acceptedOf(
        [twelve, ...Array.from({ length: 9 }, (_, i) => decided('2022-06-17', { type: 'reserve', right: `r${i}` }))],
        'untso',
      ).accepted,
    );
    models.projector.project(log);
    for (const { metadata } of log) {
      const ms = Date.parse(metadata['recordedAt'] as string);
      const later = log.findIndex((event) => Date.parse(event.metadata['recordedAt'] as string) > ms);
      expect(models.events.sizeOf({ ms })).toBe(later < 0 ? log.length : later);
    }
    expect(models.events.sizeOf({ ms: 0 })).toBe(0);
    expect(() => models.events.sizeOf({ size: log.length + 1 })).toThrow(`the log has ${log.length} events`);
    models.close();
  });
});

describe("the views' file", () => {
  const folder = temporaryFolder();
  let n = 0;
  const written = (): string => {
    const path = join(folder.path, `file-${n++}.db`);
    const models = openForProjecting(path);
    models.projector.project(logOf([]));
    models.close();
    return path;
  };
  const sizeOf = (path: string): number => {
    const models = openForProjecting(path);
    models.close();
    return models.projector.checkpoint.size;
  };
  const leavesOf = (path: string): unknown[] => {
    const leaves = openTrustedLeaves(path)!;
    const all = Array.from({ length: leaves.size }, (_, i) => [
      Buffer.from(leaves.leafHash(i)!).toString('hex'),
      leaves.identity(i),
    ]);
    leaves.close();
    expect(all).toHaveLength(2);
    return all;
  };
  afterAll(() => folder.remove());

  it('is kept after a clean close', () => expect(sizeOf(written())).toBe(2));

  it.each([
    ['of another version', "UPDATE mark SET version = 'another'"],
    ['from before a crash of the machine', "UPDATE mark SET boot = 'another'"],
    ['that lost its mark', 'DROP TABLE mark'],
  ])('%s is built anew, and kept aside until the new one is confirmed', (_what, sql) => {
    const path = written();
    const before = leavesOf(path);
    const spoil = (): void => {
      const db = new Libsql(path);
      db.exec(sql);
      db.close();
    };
    spoil();
    expect(sizeOf(path)).toBe(0);
    expect(leavesOf(`${path}.previous`)).toEqual(before);
    // What was built since comes from a log that nobody has vouched for.
    spoil();
    expect(sizeOf(path)).toBe(0);
    expect(leavesOf(`${path}.previous`)).toEqual(before);
    removePrevious(path);
    expect(readdirSync(folder.path).filter((name) => name.includes('.previous'))).toEqual([]);
  });

  it('that was found to be damaged is kept aside with what waits in its WAL', () => {
    const path = written();
    const before = leavesOf(path);
    const writing = new Libsql(path);
    writing.exec('PRAGMA wal_autocheckpoint = 0; UPDATE checkpoint SET position = position');
    cpSync(path, `${path}.copy`);
    cpSync(`${path}-wal`, `${path}.copy-wal`);
    writing.close();
    writeFileSync(`${path}.copy.damaged`, '');
    expect(sizeOf(`${path}.copy`)).toBe(0);
    expect(leavesOf(`${path}.copy.previous`)).toEqual(before);
    expect(existsSync(`${path}.copy.damaged`)).toBe(false);
    removePrevious(`${path}.copy`);
  });

  it('that is damaged behind its header is built anew', () => {
    const path = written();
    const bytes = readFileSync(path);
    bytes.fill(0x55, 100);
    writeFileSync(path, bytes);
    for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
    expect(sizeOf(path)).toBe(0);
  });

  it('is left alone where it holds something else, the log among others', async () => {
    const text = join(folder.path, 'letter.txt');
    writeFileSync(text, 'minutes of the cabinet');
    const log = join(folder.path, 'events.db');
    await openSqliteEventLog(log).close();
    for (const path of [text, log]) {
      const before = readFileSync(path);
      expect(() => openForProjecting(path)).toThrow(
        /is not a file of the ledger's views, so it is left alone. Set LEDGER_READ_MODEL/,
      );
      expect(readFileSync(path).equals(before)).toBe(true);
    }
  });

  it('is refused to a second process as long as the first one has it', () => {
    const path = written();
    const first = openForProjecting(path);
    expect(() => openForProjecting(path)).toThrow(/is in use by another ledger process/);
    first.close();
    expect(sizeOf(path)).toBe(2);
  });
});
