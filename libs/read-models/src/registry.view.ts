/** Missions and documents as last registered. */
import type { Mission, MissionFacts, RegistrationKind } from '#mandate';
import { registrationOf, REGISTRATIONS, registrationStream } from '#mandate';
import { LRUCache } from 'lru-cache';
import type { Database, Row } from '#sqlite';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';
import type { Projection } from './view.js';

export const REGISTRY_DDL = `
  CREATE TABLE registration (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    leaf_index INTEGER NOT NULL UNIQUE,
    json TEXT NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;`;

const KEPT_MISSIONS = 10_000;
/** Sizes of the log of before a mission was amended. */
const KEPT_PASTS = 100;

export interface RegistryProjection extends Projection {
  /** Missions as registered by the events projected so far. */
  readonly missionFacts: MissionFacts;
}

export interface RegistryView {
  /** One mission or document as JSON text; null for an unknown id. */
  one(kind: RegistrationKind, id: string): { readonly json: string; readonly revision: number } | null;
  /** Missions or documents by id. */
  list(kind: RegistrationKind, page: Page<string>): PageOf;
  /**
   * What a mandate's answer says of its missions, by the first events of the log: the same function for as long as no
   * registration changes.
   * To be called in a snapshot.
   */
  missionFacts(size: number): MissionFacts;
}

export function projectRegistry(db: Database): RegistryProjection {
  const upsert = db.prepare(
    'INSERT INTO registration VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET revision = ' +
      'excluded.revision, leaf_index = excluded.leaf_index, json = excluded.json',
  );
  const missions = keptMissions(missionNow(db));
  return {
    project({ type, data, metadata, revision }, leafIndex) {
      const kind = registrationOf(type);
      if (kind === null) return;
      const id = data[REGISTRATIONS[kind].idField] as string;
      upsert.run(
        kind,
        id,
        revision,
        leafIndex,
        JSON.stringify({ ...data, recordedAt: metadata['recordedAt'], revision }),
      );
      missions.forget();
    },
    rollback: () => missions.forget(),
    missionFacts: missions.facts,
  };
}

export function openRegistry(db: Database): RegistryView {
  const select = db.prepare('SELECT json, revision FROM registration WHERE kind = ? AND id = ?');
  const page = db.prepare('SELECT id, json FROM registration WHERE kind = ? AND id > ? ORDER BY id LIMIT ?');
  const now = missionNow(db);
  const then = db.prepare('SELECT data FROM event WHERE stream = ? AND leaf_index < ? ORDER BY revision DESC LIMIT 1');
  const lastChange = db.prepare('SELECT max(leaf_index) FROM registration');
  const lastAmended = db.prepare("SELECT max(leaf_index) FROM registration WHERE kind = 'mission' AND revision > 0");
  let kept: { readonly change: number; readonly amended: number; readonly facts: MissionFacts } | undefined;
  const past = new LRUCache<number, MissionFacts>({ max: KEPT_PASTS });
  return {
    one(kind, id) {
      const row = select.get(kind, id);
      return row === undefined ? null : { json: row[0] as string, revision: row[1] as number };
    },
    list: (kind, { after, limit }) =>
      pageOf(page.all(kind, after ?? '', limit + 1), limit, ([, json]) => json as string),
    missionFacts(size) {
      const change = (lastChange.get()![0] ?? -1) as number;
      if (kept?.change !== change) {
        const amended = (lastAmended.get()![0] ?? -1) as number;
        kept = { change, amended, facts: keptMissions(now).facts };
      }
      // A mission that was new later is named by nothing that was known before.
      if (kept.amended < size) return kept.facts;
      let facts = past.get(size);
      if (facts === undefined)
        past.set(
          size,
          (facts = keptMissions((missionId) => then.get(registrationStream('mission', missionId), size)).facts),
        );
      return facts;
    },
  };
}

/** The body of a mission as JSON text, in the first column. */
type ReadMission = (missionId: string) => Row | undefined;

function missionNow(db: Database): ReadMission {
  const select = db.prepare("SELECT json FROM registration WHERE kind = 'mission' AND id = ?");
  return (missionId) => select.get(missionId);
}

function keptMissions(read: ReadMission): { readonly facts: MissionFacts; forget(): void } {
  const missions = new LRUCache<string, { readonly of: Mission | undefined }>({ max: KEPT_MISSIONS });
  return {
    facts(missionId) {
      const kept = missions.get(missionId);
      if (kept !== undefined) return kept.of;
      const row = read(missionId);
      const mission = row === undefined ? undefined : (JSON.parse(row[0] as string) as Mission);
      missions.set(missionId, { of: mission });
      return mission;
    },
    forget: () => missions.clear(),
  };
}
