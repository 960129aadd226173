/** The views against the fold, which is the oracle: any history, in any batches, killed anywhere. */
import fc from 'fast-check';
import Libsql from 'libsql';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSqliteEventLog } from '#event-log/sqlite/sqlite-event-log.js';
import type { RecordedEvent } from '#event-log/event-log.js';
import type { Decision } from '#mandate/decision.js';
import { eventsOf, mandateStream } from '#mandate/events.js';
import type { History } from '#mandate/history.js';
import { emptyHistory, fold } from '#mandate/history.js';
import type { Standing } from '#mandate/standing.js';
import { STATUSES, standingOn } from '#mandate/standing.js';
import { lastDay } from '#mandate/term-date.js';
import { acceptedOf, decisionsOn } from '#mandate/testing/histories.js';
import { temporaryFolder } from '../temporary-folder.js';
import { CATEGORIES, REGIONS } from '#mandate/registry.js';
import type { Projecting, ReadModels } from '#read-models/read-models.js';
import { openForProjecting, openReadModels } from '#read-models/read-models.js';

const MANDATES = ['untso', 'undof'];
const DAYS = ['0000-01-01', '2022-06-17', '2022-07-01', '2022-07-31', '2022-08-01', '2023-01-15', '2024-03-01', '2025-08-01', '9999-12-31'];

const mission = (missionId: string, region: string, revision: number): Omit<RecordedEvent, 'position' | 'dataText' | 'metadataText'> => ({
  id: `00000000-0000-4000-8000-00000000${missionId.length}${revision}00`,
  stream: `mission-${missionId}`,
  revision,
  type: revision === 0 ? 'MissionRegistered' : 'MissionAmended',
  data: { missionId, name: missionId, organisation: 'UN', region, kind: 'military' },
  metadata: { recordedAt: '2022-06-17T10:00:00.000Z', recordedBy: 'test' },
});

/** The log that these decisions leave, in recorded order, with an amended mission in the middle. */
function logOf(decisions: readonly Decision[]): RecordedEvent[] {
  const revisions = new Map<string, number>();
  const events: Omit<RecordedEvent, 'position' | 'dataText' | 'metadataText'>[] = [
    mission('untso', 'middle-east', 0),
    mission('undof', 'middle-east', 0),
  ];
  for (const [n, decision] of decisions.entries()) {
    if (n === Math.floor(decisions.length / 2)) events.push(mission('undof', 'worldwide', 1));
    for (const [i, { type, data, metadata }] of eventsOf(decision).entries()) {
      const stream = mandateStream(decision.mandateId);
      const revision = (revisions.get(stream) ?? -1) + 1;
      revisions.set(stream, revision);
      const recorded = { ...metadata, recordedAt: '2022-06-17T10:00:00.000Z', recordedBy: 'test' };
      events.push({ id: `${decision.decisionId}-${i}`, stream, revision, type, data: data as never, metadata: recorded });
    }
  }
  return events.map((event, i) => ({
    ...event,
    position: String(i + 1),
    dataText: JSON.stringify(event.data),
    metadataText: JSON.stringify(event.metadata),
  }));
}

const histories = fc.array(decisionsOn(MANDATES, MANDATES), { maxLength: 16 }).map((decisions) => {
  const accepted = new Map(
    MANDATES.map((id) => [
      id,
      new Set(
        acceptedOf(
          decisions.filter(({ mandateId }) => mandateId === id),
          id,
        ).accepted,
      ),
    ]),
  );
  return decisions.filter((decision) => accepted.get(decision.mandateId)!.has(decision));
});

/** Both sides of the views, as the projecting thread and the answering one have them. */
function openViews(path: string): Projecting & ReadModels {
  const projecting = openForProjecting(path);
  const models = openReadModels(path);
  return {
    ...projecting,
    ...models,
    close() {
      models.close();
      projecting.close();
    },
  };
}

/** Everything that the queries can answer. */
function answersOf({ projector, mandates, events, decisions }: ReturnType<typeof openViews>): unknown {
  const page = { after: null, limit: 1000 };
  return {
    checkpoint: projector.checkpoint,
    mandates: DAYS.map((asOf) => mandates.list({ asOf }, page)),
    histories: MANDATES.map((id) => events.history(id, page)),
    decisions: decisions.list(null, page),
  };
}

describe('the projector', () => {
  const folder = temporaryFolder();
  let n = 0;
  const fresh = (): string => join(folder.path, `views-${n++}.db`);
  afterAll(() => folder.remove());

  it('gives what the fold gives, on every day and at every revision, in whatever batches the events come', () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (decisions, sizes) => {
        const models = openViews(fresh());
        const { projector, mandates } = models;
        const events = logOf(decisions);
        const batches = sizes[Symbol.iterator]();
        for (let at = 0; at < events.length;) {
          const size = batches.next().value as number;
          projector.project(events.slice(at, at + size));
          at += size;
        }
        const facts = models.registry.missionFacts();
        for (const mandateId of MANDATES) {
          const own = decisions.filter((decision) => decision.mandateId === mandateId);
          const history = own.reduce<History>(fold, emptyHistory(mandateId));
          const last = own.reduce((count, { effects }) => count + effects.length, 0) - 1;
          for (const asOf of DAYS) {
            const expected = own.length === 0 ? null : { ...standingOn(history.mandate, asOf, facts), revision: last, asOf };
            expect(JSON.parse(mandates.one(mandateId, asOf)?.json ?? 'null')).toEqual(expected);
            expect(JSON.parse(mandates.atRevision(mandateId, asOf, Math.max(last, 0))?.json ?? 'null')).toEqual(expected);
          }
          if (own[0] !== undefined) {
            const [first] = own;
            const early = standingOn(fold(emptyHistory(mandateId), first).mandate, '2022-07-01', facts);
            expect(JSON.parse(mandates.atRevision(mandateId, '2022-07-01', first.effects.length - 1)!.json)).toMatchObject(
              JSON.parse(JSON.stringify(early)) as object,
            );
          }
          expect(mandates.atRevision(mandateId, '2022-07-01', last + 1)).toBeNull();
        }
        for (const decision of decisions)
          expect(JSON.parse(models.decisions.one(decision.decisionId)!.json)).toMatchObject({ effects: decision.effects });
        models.close();
      }),
      { numRuns: 150 },
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
        for (const event of logOf(decisions)) projector.project([event]);
        for (const asOf of DAYS) {
          const standings = MANDATES.flatMap((mandateId) => {
            const own = decisions.filter((decision) => decision.mandateId === mandateId);
            const { mandate } = own.reduce<History>(fold, emptyHistory(mandateId));
            return own.length === 0 ? [] : [standingOn(mandate, asOf, registry.missionFacts())];
          }).sort((a, b) => (a.mandateId < b.mandateId ? -1 : 1));
          const select = (criteria: object): string[] =>
            mandates.list({ asOf, ...criteria }, { after: null, limit: 10 }).items.map((json) => (JSON.parse(json) as Standing).mandateId);
          const expected = (holds: (standing: Standing) => boolean): string[] => standings.filter(holds).map(({ mandateId }) => mandateId);
          for (const status of STATUSES) expect(select({ status })).toEqual(expected((each) => each.status === status));
          for (const region of REGIONS) expect(select({ region })).toEqual(expected((each) => each.region === region));
          for (const mission of MANDATES) expect(select({ mission })).toEqual(expected(({ missions }) => missions.includes(mission)));
          for (const category of CATEGORIES)
            expect(select({ category })).toEqual(
              expected(({ contributions }) => contributions.some(({ categories }) => categories.includes(category))),
            );
          for (const expiringBefore of DAYS)
            expect(select({ expiringBefore })).toEqual(
              expected(({ status, term }) => status === 'in-force' && lastDay(term?.until) < expiringBefore),
            );
          // Those named are given in the order in which they are named.
          const named = (ids: string[], limit: number): string[] =>
            mandates.among(ids, { asOf, region: 'worldwide' }, limit).map(({ mandateId }) => mandateId);
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
  afterAll(() => folder.remove());

  it('is kept after a clean close', () => expect(sizeOf(written())).toBe(2));

  it.each([
    ['of another version', "UPDATE mark SET version = 'another'"],
    ['from before a crash of the machine', "UPDATE mark SET boot = 'another'"],
    ['that lost its mark', 'DROP TABLE mark'],
  ])('%s is built anew', (_what, sql) => {
    const path = written();
    const db = new Libsql(path);
    db.exec(sql);
    db.close();
    expect(sizeOf(path)).toBe(0);
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
      expect(() => openForProjecting(path)).toThrow(/is not a file of the ledger's views, so it is left alone. Set LEDGER_READ_MODEL/);
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
