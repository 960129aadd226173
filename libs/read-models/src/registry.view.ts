/** Missions and documents as last registered. */
import type { Mission, RegistrationKind } from '#mandate/registry.js';
import { REGISTRATIONS, registrationOf } from '#mandate/registry.js';
import type { MissionFacts } from '#mandate/standing.js';
import type { Database } from './database.js';
import type { Page, PageOf } from './page.js';
import { pageOf } from './page.js';
import type { View } from './view.js';

export const registryView: View = {
  ddl: `
    CREATE TABLE registration (
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      revision INTEGER NOT NULL,
      json TEXT NOT NULL,
      PRIMARY KEY (kind, id)
    ) WITHOUT ROWID;`,
  open(db) {
    const upsert = db.prepare(
      'INSERT INTO registration VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision, json = excluded.json',
    );
    return {
      project({ type, data, metadata, revision }) {
        const kind = registrationOf(type);
        if (kind === null) return;
        const id = data[REGISTRATIONS[kind].idField] as string;
        upsert.run(kind, id, revision, JSON.stringify({ ...data, recordedAt: metadata['recordedAt'], revision }));
      },
    };
  },
};

/** One mission or document as JSON text; null for an unknown id. */
export function registrationQuery(db: Database): (kind: RegistrationKind, id: string) => { json: string; revision: number } | null {
  const select = db.prepare('SELECT json, revision FROM registration WHERE kind = ? AND id = ?');
  return (kind, id) => {
    const row = select.get(kind, id);
    return row === undefined ? null : { json: row[0] as string, revision: row[1] as number };
  };
}

/** Missions or documents by id. */
export function registrationsQuery(db: Database): (kind: RegistrationKind, page: Page<string>) => PageOf {
  const select = db.prepare('SELECT id, json FROM registration WHERE kind = ? AND id > ? ORDER BY id LIMIT ?');
  return (kind, { after, limit }) => pageOf(select.all(kind, after ?? '', limit + 1), limit, ([, json]) => json as string);
}

/** What a mandate's answer says of its missions, as registered at this moment. */
export function missionFacts(db: Database): MissionFacts {
  const one = registrationQuery(db);
  return (missionId) => {
    const found = one('mission', missionId);
    return found === null ? undefined : (JSON.parse(found.json) as Mission);
  };
}
