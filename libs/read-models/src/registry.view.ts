/** Missions and documents as last registered. */
import type { Mission, RegistrationKind } from '#mandate/registry.js';
import { REGISTRATIONS, registrationOf } from '#mandate/registry.js';
import type { MissionFacts } from '#mandate/standing.js';
import { LRUCache } from 'lru-cache';
import type { Database } from './database.js';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';
import type { Projection } from './view.js';

export const REGISTRY_DDL = `
  CREATE TABLE registration (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;`;

const KEPT_MISSIONS = 10_000;

export interface RegistryView extends Projection {
  /** One mission or document as JSON text; null for an unknown id. */
  one(kind: RegistrationKind, id: string): { readonly json: string; readonly revision: number } | null;
  /** Missions or documents by id. */
  list(kind: RegistrationKind, page: Page<string>): PageOf;
  /** What a mandate's answer says of its missions, as registered at this moment. */
  readonly missionFacts: MissionFacts;
}

export function openRegistry(db: Database): RegistryView {
  const upsert = db.prepare(
    'INSERT INTO registration VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision, json = excluded.json',
  );
  const select = db.prepare('SELECT json, revision FROM registration WHERE kind = ? AND id = ?');
  const page = db.prepare('SELECT id, json FROM registration WHERE kind = ? AND id > ? ORDER BY id LIMIT ?');
  const missions = new LRUCache<string, { readonly facts: Mission | undefined }>({ max: KEPT_MISSIONS });

  const one: RegistryView['one'] = (kind, id) => {
    const row = select.get(kind, id);
    return row === undefined ? null : { json: row[0] as string, revision: row[1] as number };
  };
  return {
    project({ type, data, metadata, revision }) {
      const kind = registrationOf(type);
      if (kind === null) return;
      const id = data[REGISTRATIONS[kind].idField] as string;
      upsert.run(kind, id, revision, JSON.stringify({ ...data, recordedAt: metadata['recordedAt'], revision }));
      if (kind === 'mission') missions.delete(id);
    },
    rollback: () => missions.clear(),
    one,
    list: (kind, { after, limit }) => pageOf(page.all(kind, after ?? '', limit + 1), limit, ([, json]) => json as string),
    missionFacts(missionId) {
      const kept = missions.get(missionId);
      if (kept !== undefined) return kept.facts;
      const found = one('mission', missionId);
      const facts = found === null ? undefined : (JSON.parse(found.json) as Mission);
      missions.set(missionId, { facts });
      return facts;
    },
  };
}
