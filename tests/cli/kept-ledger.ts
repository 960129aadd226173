/**
 * The files of a small ledger as a server leaves them: log, views, kept checkpoints and key. Also how somebody tampers
 * with the log behind the ledger's back.
 */
import Libsql from 'libsql';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '#event-log';
import { openSqliteEventLog } from '#event-log';
import { openForProjecting, openKeptCheckpoints } from '#read-models';
import { formatSignerKey, Frontier, leafHash, leafText, parseSignerKey, signCheckpoint } from '#transparency';
import { decisionsOfClient, storedEvents } from '../bench/workload.js';

export const ORIGIN = 'mandate-ledger.example/cafe0123';
const SIGNER_LINE = formatSignerKey(ORIGIN, Buffer.alloc(32, 7));
export const SIGNER = parseSignerKey(SIGNER_LINE);

export const noteOf = (hashes: readonly Uint8Array[], signer = SIGNER): string => {
  const tree = new Frontier();
  for (const hash of hashes) tree.append(hash);
  return signCheckpoint({ origin: ORIGIN, size: tree.size, root: tree.root() }, signer);
};

export const hashesOf = (events: readonly RecordedEvent[]): Buffer[] =>
  events.map((event) => leafHash(leafText(event)));

export async function eventsIn(path: string): Promise<RecordedEvent[]> {
  const log = openSqliteEventLog(path, { readOnly: true });
  const events: RecordedEvent[] = [];
  for await (const page of log.readAll()) events.push(...page);
  await log.close();
  return events;
}

export function project(folder: string, events: readonly RecordedEvent[]): void {
  const views = openForProjecting(join(folder, 'views.db'));
  views.projector.project(events);
  views.close();
}

/**
 * @param decisions how many, of two events each
 * @param signedAt sizes at which a checkpoint was kept
 */
export async function makeLedger(
  folder: string,
  decisions: number,
  signedAt: readonly number[],
): Promise<RecordedEvent[]> {
  mkdirSync(folder, { recursive: true });
  const log = openSqliteEventLog(join(folder, 'events.db'));
  for (const decision of decisionsOfClient('t', 0, decisions)) {
    const { stream, events } = storedEvents(decision);
    await log.append(stream, events, 'any');
  }
  await log.close();
  const events = await eventsIn(join(folder, 'events.db'));
  project(folder, events);
  const kept = openKeptCheckpoints(join(folder, 'checkpoints.db'));
  for (const size of signedAt) kept.keep({ size, note: noteOf(hashesOf(events.slice(0, size))) });
  kept.close();
  writeFileSync(join(folder, 'log-key'), `${SIGNER_LINE}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'key.txt'), `${SIGNER.verifier.text}\n`);
  return events;
}

/** A copy that a test may spoil. */
export function copyOf(folder: string, to: string): string {
  cpSync(folder, to, { recursive: true });
  return to;
}

export type RawDatabase = InstanceType<typeof Libsql>;

/** Does what an honest program cannot: the triggers are gone, and so is every other check. */
export function tamper(folder: string, work: (db: RawDatabase) => void, file = 'events.db'): void {
  const db = new Libsql(join(folder, file));
  if (file === 'events.db')
    db.exec(
      'DROP TRIGGER event_is_added_once; DROP TRIGGER event_is_not_changed; DROP TRIGGER event_is_not_removed; ' +
        'PRAGMA ignore_check_constraints = ON;',
    );
  work(db);
  db.close();
}
