/** Random ways to tamper with the file of a log. Each returns what was done, which is what verify has to report. */
import { v5 } from 'uuid';
import type { RecordedEvent } from '#event-log';
import type { RawDatabase } from './kept-ledger.js';

/** Draws a whole number from 0, below a bound. */
export type Draw = (below: number) => number;

export interface Manipulation {
  readonly kind: 'altered' | 'removed' | 'inserted' | 'reordered' | 'truncated';
  /** Leaf index of the first event that is not what it was. */
  readonly leafIndex: number;
}

type Tampering = (db: RawDatabase, log: readonly RecordedEvent[], draw: Draw) => Manipulation;

/** The store counts positions from 1. */
const at = (leafIndex: number): number => leafIndex + 1;
const foreignId = (n: number): string => v5(`foreign-${n}`, v5.URL);
const insert = (
  db: RawDatabase,
  position: number,
  { id, stream, revision, type, dataText, metadataText }: RecordedEvent,
): void =>
  void db
    .prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)')
    .run(position, id, stream, revision, type, dataText, metadataText);
const set = (db: RawDatabase, column: string, value: unknown, leafIndex: number): void =>
  void db.prepare(`UPDATE event SET ${column} = ? WHERE position = ?`).run(value, at(leafIndex));
const setRaw = (db: RawDatabase, assignment: string, leafIndex: number): void =>
  void db.exec(`UPDATE event SET ${assignment} WHERE position = ${at(leafIndex)}`);
const altered = (leafIndex: number): Manipulation => ({ kind: 'altered', leafIndex });

const withText = (text: string, name: string, value: unknown): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries({ ...(JSON.parse(text) as object), [name]: value }).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );

export const MANIPULATIONS: Readonly<Record<string, Tampering>> = {
  'another figure in data'(db, log, draw) {
    const i = draw(log.length);
    set(db, 'data', withText(log[i]!.dataText, 'rationale', `No reason at all, ${draw(1000)}.`), i);
    return altered(i);
  },
  'another recorder in metadata'(db, log, draw) {
    const i = draw(log.length);
    set(db, 'metadata', withText(log[i]!.metadataText, 'recordedBy', `somebody-${draw(1000)}`), i);
    return altered(i);
  },
  'another type'(db, log, draw) {
    const i = draw(log.length);
    set(db, 'type', log[i]!.type === 'RightReserved' ? 'MandateEnded' : 'RightReserved', i);
    return altered(i);
  },
  'a blank in data'(db, log, draw) {
    const i = draw(log.length);
    set(db, 'data', log[i]!.dataText.replace(':', ': '), i);
    return altered(i);
  },
  'data that is no JSON'(db, log, draw) {
    const i = draw(log.length);
    set(db, 'data', log[i]!.dataText.slice(0, -1 - draw(20)), i);
    return altered(i);
  },
  'data that is no text'(db, log, draw) {
    const i = draw(log.length);
    setRaw(db, ["data = x'7b7d'", "data = CAST(x'7bff7d' AS TEXT)", "data = ''", "data = 'a' || char(0)"][draw(4)]!, i);
    return altered(i);
  },
  'another revision'(db, log, draw) {
    const i = draw(log.length);
    setRaw(
      db,
      [
        'revision = revision + 1000',
        'revision = -1',
        "revision = 'none'",
        'revision = 9223372036854775807',
        'revision = 0.5',
      ][draw(5)]!,
      i,
    );
    return altered(i);
  },
  'another stream'(db, log, draw) {
    const i = draw(log.length);
    set(db, 'stream', 'mandate-elsewhere', i);
    return altered(i);
  },
  'a foreign event in place of one'(db, log, draw) {
    const i = draw(log.length);
    set(db, 'id', foreignId(draw(1000)), i);
    return altered(i);
  },
  'one event removed'(db, log, draw) {
    const i = draw(log.length - 1);
    db.exec(`DELETE FROM event WHERE position = ${at(i)}`);
    return { kind: 'removed', leafIndex: i };
  },
  'several events removed'(db, log, draw) {
    const i = draw(log.length - 4);
    db.exec(`DELETE FROM event WHERE position BETWEEN ${at(i)} AND ${at(i + 1 + draw(3))}`);
    return { kind: 'removed', leafIndex: i };
  },
  'an event removed without a gap in positions'(db, log, draw) {
    const i = draw(log.length - 1);
    db.exec(`DELETE FROM event WHERE position = ${at(i)}`);
    db.exec(
      `UPDATE event SET position = -position WHERE position > ${at(i)}; UPDATE event SET position = -position - 1 ` +
        'WHERE position < 0',
    );
    return { kind: 'removed', leafIndex: i };
  },
  'an event inserted'(db, log, draw) {
    const i = draw(log.length);
    db.exec(
      `UPDATE event SET position = -position WHERE position >= ${at(i)}; UPDATE event SET position = -position + 1 ` +
        'WHERE position < 0',
    );
    insert(db, at(i), { ...log[i]!, id: foreignId(i), revision: 900 + i });
    return { kind: 'inserted', leafIndex: i };
  },
  'an event inserted before the first'(db, log, draw) {
    insert(db, -draw(1000), { ...log[0]!, id: foreignId(0), revision: 900 });
    return { kind: 'inserted', leafIndex: 0 };
  },
  'two events swapped'(db, log, draw) {
    const i = draw(log.length - 1);
    const j = i + 1 + draw(log.length - 1 - i);
    db.exec(`UPDATE event SET position = -1 WHERE position = ${at(i)}; UPDATE event SET position = ${at(i)} WHERE position = ${at(j)};
      UPDATE event SET position = ${at(j)} WHERE position = -1`);
    return { kind: 'reordered', leafIndex: i };
  },
  'the end cut off'(db, log, draw) {
    const i = draw(log.length);
    db.exec(`DELETE FROM event WHERE position >= ${at(i)}`);
    return { kind: 'truncated', leafIndex: i };
  },
  'the whole tail written anew'(db, log, draw) {
    const i = draw(log.length);
    db.exec(`DELETE FROM event WHERE position >= ${at(i)}`);
    for (let n = i; n < log.length + draw(5); n++)
      insert(db, at(n), { ...log[0]!, id: foreignId(n), stream: 'mandate-written-anew', revision: n - i });
    return altered(i);
  },
};
