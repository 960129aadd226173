/** The views against the fold, which is the oracle: any history, in any batches, killed anywhere. */
import fc from 'fast-check';
import { join } from 'node:path';
import type { RecordedEvent } from '#event-log/event-log.js';
import type { Decision } from '#mandate/decision.js';
import { eventsOf, mandateStream } from '#mandate/events.js';
import type { History } from '#mandate/history.js';
import { emptyHistory, fold } from '#mandate/history.js';
import { standingOn } from '#mandate/standing.js';
import { acceptedOf, decisionsOn } from '#mandate/testing/histories.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Database } from '#read-models/database.js';
import { decisionQuery, decisionsQuery } from '#read-models/decisions.view.js';
import { historyQuery } from '#read-models/events.view.js';
import { mandateAtRevisionQuery, mandateQuery, mandatesQuery } from '#read-models/mandates.view.js';
import { Projector, checkpointQuery, openViews } from '#read-models/projector.js';
import { missionFacts } from '#read-models/registry.view.js';

const MANDATES = ['untso', 'undof'];
const DAYS = ['0000-01-01', '2022-06-17', '2022-07-01', '2022-07-31', '2022-08-01', '2023-01-15', '2024-03-01', '2025-08-01', '9999-12-31'];

const mission = (missionId: string, region: string, revision: number): Omit<RecordedEvent, 'position'> => ({
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
  const events: Omit<RecordedEvent, 'position'>[] = [mission('untso', 'middle-east', 0), mission('undof', 'middle-east', 0)];
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
  return events.map((event, i) => ({ ...event, position: String(i + 1) }));
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

/** Everything that the queries can answer. */
function answersOf(db: Database): unknown {
  const page = { after: null, limit: 1000 };
  return {
    checkpoint: checkpointQuery(db)(),
    mandates: DAYS.map((asOf) => mandatesQuery(db)({ asOf }, page)),
    histories: MANDATES.map((id) => historyQuery(db)(id, page)),
    decisions: decisionsQuery(db)(null, page),
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
        const db = openViews(fresh());
        const projector = new Projector(db);
        const events = logOf(decisions);
        const batches = sizes[Symbol.iterator]();
        for (let at = 0; at < events.length;) {
          const size = batches.next().value as number;
          projector.project(events.slice(at, at + size));
          at += size;
        }
        const facts = missionFacts(db);
        for (const mandateId of MANDATES) {
          const own = decisions.filter((decision) => decision.mandateId === mandateId);
          const history = own.reduce<History>(fold, emptyHistory(mandateId));
          const last = own.reduce((count, { effects }) => count + effects.length, 0) - 1;
          for (const asOf of DAYS) {
            const expected = own.length === 0 ? null : { ...standingOn(history.mandate, asOf, facts), revision: last, asOf };
            expect(JSON.parse(mandateQuery(db)(mandateId, asOf)?.json ?? 'null')).toEqual(expected);
            expect(JSON.parse(mandateAtRevisionQuery(db)(mandateId, asOf, Math.max(last, 0))?.json ?? 'null')).toEqual(expected);
          }
          if (own[0] !== undefined) {
            const [first] = own;
            const early = standingOn(fold(emptyHistory(mandateId), first).mandate, '2022-07-01', facts);
            expect(JSON.parse(mandateAtRevisionQuery(db)(mandateId, '2022-07-01', first.effects.length - 1)!.json)).toMatchObject(
              JSON.parse(JSON.stringify(early)) as object,
            );
          }
          expect(mandateAtRevisionQuery(db)(mandateId, '2022-07-01', last + 1)).toBeNull();
        }
        for (const decision of decisions)
          expect(JSON.parse(decisionQuery(db)(decision.decisionId)!.json)).toMatchObject({ effects: decision.effects });
        db.close();
      }),
      { numRuns: 150 },
    );
  });

  it('goes on after being killed at any point without a gap or a double, and a rebuild gives the same', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat({ max: 30 }), { maxLength: 4 }), (decisions, kills) => {
        const events = logOf(decisions);
        const path = fresh();
        let db = openViews(path);
        let projector = new Projector(db);
        const goOn = (until: number): void => {
          while (projector.checkpoint.size < Math.min(until, events.length))
            projector.project(events.slice(projector.checkpoint.size, projector.checkpoint.size + 2));
        };
        for (const kill of kills) {
          goOn(kill);
          // Dies in the middle of a batch: the transaction is undone.
          const broken = [
            ...events.slice(projector.checkpoint.size, projector.checkpoint.size + 1),
            { ...events[0]!, stream: 'mandate-x', type: 'Nothing', metadata: {} },
          ];
          const before = answersOf(db);
          if (broken.length === 2) expect(() => projector.project([...broken, null as never])).toThrow();
          expect(answersOf(db)).toEqual(before);
          db.close();
          db = openViews(path);
          projector = new Projector(db);
        }
        goOn(events.length);
        const rebuilt = openViews(fresh());
        new Projector(rebuilt).project(events);
        expect(answersOf(db)).toEqual(answersOf(rebuilt));
        db.close();
        rebuilt.close();
      }),
      { numRuns: 60 },
    );
  });

  it('leaves the log of another release alone: a file of another version is built anew', () => {
    const path = fresh();
    const db = openViews(path);
    new Projector(db).project(logOf([]));
    db.exec("UPDATE mark SET version = 'another'");
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const again = openViews(path);
    expect(checkpointQuery(again)()).toEqual({ position: null, size: 0 });
    again.close();
  });
});
