/**
 * Rows that a projection has written stay until the views are built anew, which PROJECTION_VERSION demands. So code
 * that writes other rows than the golden file says needs a new version.
 */
import fc from 'fast-check';
import Libsql from 'libsql';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Decision, Effect, EffectType, Recorded } from '#mandate';
import { EFFECT_TYPES } from '#mandate';
import { acceptedOf, effects, effectsByType, recordedBy, steps } from '#mandate/testing';
import { PROJECTION_VERSION } from '#read-models/testing';
import { temporaryFolder } from '../temporary-folder.js';
import { logOf, openViews } from './views.js';

/** Decisions, and a digest of each table's rows after them. */
interface Projected {
  readonly recorded: readonly Recorded[];
  readonly rows: Readonly<Record<string, string>>;
}
interface Golden {
  readonly version: number;
  readonly projected: Readonly<Record<string, Projected>>;
}

const GOLDEN = join('tests', 'golden', 'projection.json');
const golden = existsSync(GOLDEN) ? (JSON.parse(readFileSync(GOLDEN, 'utf8')) as Golden) : null;
const isUpdated = process.env['UPDATE_GOLDEN'] === '1';
const SEED = 29521;

/** Decisions that the ledger accepts. They are drawn once, and then kept in the golden file. */
const DRAWN: Readonly<Record<string, () => readonly Recorded[]>> = {
  ...Object.fromEntries(EFFECT_TYPES.map((type) => [type, () => decisionsWith(type)])),
  repairs: () =>
    fc
      .sample(steps(['a', 'b']), { seed: SEED, numRuns: 5 })
      .map((all) => recordedBy(all).recorded)
      .sort((one, other) => other.length - one.length)[0]!,
};

/** Every second decision has the effect, until two of these are accepted. The others give it something to change. */
function decisionsWith(type: EffectType): readonly Recorded[] {
  const of = fc.sample<Effect>(effectsByType()[type], { seed: SEED, numRuns: 200 });
  const between = fc.sample(effects(), { seed: SEED, numRuns: 200 });
  const decisions = of.flatMap((effect, i) => [effect, between[i]!]).map(decisionOf);
  const { accepted } = acceptedOf(decisions, 'a');
  const last = accepted
    .filter((decision) => decision.effects[0]!.type === type)
    .slice(0, 2)
    .at(-1)!;
  return accepted.slice(0, accepted.indexOf(last) + 1);
}

const decisionOf = (effect: Effect, i: number): Decision => ({
  decisionId: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
  mandateId: 'a',
  decidedOn: i < 40 ? '2022-06-17' : '2022-08-01',
  source: { documentId: 'kst-29521-446', locator: 'section 3.2' },
  effects: [effect],
});

describe('what the projections write', () => {
  const folder = temporaryFolder();
  const updated: Record<string, Projected> = {};
  afterAll(() => {
    folder.remove();
    if (isUpdated && Object.keys(updated).length === Object.keys(DRAWN).length)
      writeFileSync(GOLDEN, `${JSON.stringify({ version: PROJECTION_VERSION, projected: updated }, null, 1)}\n`);
  });

  /**
   * Digests by table. The table `mark` is left out: it says in which boot of the machine the file was written. A
   * virtual table keeps its rows in tables beside it.
   */
  function rowsAfter(recorded: readonly Recorded[], path: string): Record<string, string> {
    const views = openViews(path);
    views.projector.project(logOf(recorded));
    while (views.searchIndex.catchUp(100));
    views.close();
    const db = new Libsql(path);
    const tables = db
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'mark' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
      )
      .all() as { name: string }[];
    const rows = tables.map(({ name }) => {
      const hash = createHash('sha256');
      const all = db.prepare(`SELECT * FROM "${name}"`).raw().all() as unknown[][];
      for (const row of all.map((each) => JSON.stringify(each)).sort()) hash.update(`${row}\n`);
      return [name, hash.digest('hex').slice(0, 16)];
    });
    db.close();
    return Object.fromEntries(rows) as Record<string, string>;
  }

  it.each(Object.keys(DRAWN))('for %s is what this PROJECTION_VERSION has always written', (name) => {
    const kept = golden?.projected[name];
    const recorded = kept?.recorded ?? DRAWN[name]!();
    expect(recorded.length).toBeGreaterThan(0);
    const rows = rowsAfter(recorded, join(folder.path, `${name}.db`));
    if (isUpdated) updated[name] = { recorded, rows };
    if (isUpdated && (kept === undefined || PROJECTION_VERSION > golden!.version)) return;
    if (kept === undefined)
      throw new Error(`${GOLDEN} does not have ${name} yet. Run UPDATE_GOLDEN=1 npm test -- projection-version.`);
    if (PROJECTION_VERSION === golden!.version && JSON.stringify(rows) !== JSON.stringify(kept.rows))
      throw new Error(
        `These tables have other rows than before: ${differing(rows, kept.rows).join(', ')}. Raise PROJECTION_VERSION ` +
          'in libs/read-models/src/read-models.ts, and run UPDATE_GOLDEN=1 npm test -- projection-version.',
      );
    expect({ version: PROJECTION_VERSION, rows }).toEqual({ version: golden!.version, rows: kept.rows });
  });
});

const differing = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]);
