/** Lists that stand in a page and in the code: both say the same. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  AGENDA_KINDS,
  CATEGORIES,
  CHANGE_KINDS,
  EFFECT_TYPES,
  EVENT_TYPES,
  GROUPINGS,
  MISSION_KINDS,
  OPEN_ENDS,
  ORGANISATIONS,
  REGIONS,
  RULES,
  STATUSES,
  eventTypesOf,
  statusFacts,
} from '#mandate';
import type { Decision } from '#mandate';
import { SETTINGS, readConfig } from '#setup';
import { PROBLEMS } from '../../apps/api/src/http/problem.js';

const page = (name: string): string => readFileSync(join('docs', name), 'utf8');
const codesIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
const chapter = (text: string, title: string): string =>
  text.split(/^## /m).find((each) => each.startsWith(`${title}\n`))!;

/** The cells of the rows of the first table in a text, without its head. */
const tableIn = (text: string): string[][] =>
  (/(?:^\|.*\|\n)+/m.exec(text)?.[0] ?? '')
    .trimEnd()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
const firstCodes = (text: string): string[] => tableIn(text).flatMap(([cell]) => codesIn(cell!));

describe('configuration.md', () => {
  const rows = new Map(
    tableIn(page('configuration.md')).map(([name, value, what]) => [codesIn(name!)[0], { value, what }]),
  );

  it('lists every setting', () => {
    expect([...rows.keys()]).toEqual([...SETTINGS]);
  });

  it('has the defaults of the code', () => {
    const { host, port, datasets, idleMs, origin, watchRate, logLevel, ...more } = readConfig({});
    const esdb = readConfig({ LEDGER_STORE: 'esdb://localhost:2113' });
    const expected: Record<(typeof SETTINGS)[number], string[]> = {
      HOST: [host],
      PORT: [String(port)],
      LEDGER_DATA_DIR: [more.dataDir.replace(process.cwd(), '.')],
      LEDGER_STORE: [more.store.kind],
      LEDGER_DATASETS: [...datasets],
      LEDGER_READ_MODEL: [more.readModel.replace(`${more.dataDir}/`, '')],
      LEDGER_LOG_KEY: [more.logKey.replace(`${more.dataDir}/`, '')],
      LEDGER_ORIGIN: origin === null ? [] : [origin],
      LEDGER_WATCH_RATE: [String(watchRate), String(esdb.watchRate)],
      LEDGER_IDLE_SECONDS: [String(idleMs / 1000)],
      LEDGER_LOG_LEVEL: [logLevel],
    };
    for (const [name, values] of Object.entries(expected))
      expect([name, codesIn(rows.get(name)!.value!)]).toEqual([name, values]);
    expect(() => readConfig({ LEDGER_LOG_LEVEL: 'loud' })).toThrow(
      `must be one of ${codesIn(rows.get('LEDGER_LOG_LEVEL')!.what!).join(', ')}.`,
    );
  });
});

describe('errors.md', () => {
  it('has every kind of problem, under the status that it has', () => {
    const documented = new Set(
      tableIn(page('errors.md')).flatMap(([status, kinds]) => codesIn(kinds!).map((kind) => `${status} ${kind}`)),
    );
    // What the server carries at once is not the fault of one client, so both of its uses say 503.
    const answered = { ...PROBLEMS, 'too-many-requests': 503 };
    for (const [kind, status] of Object.entries(answered)) expect([...documented]).toContain(`${status} ${kind}`);
    for (const each of documented) expect(Object.keys(PROBLEMS)).toContain(each.split(' ')[1]);
  });
});

describe('domain.md', () => {
  const domain = page('domain.md');
  const eventOf = (type: string): string =>
    eventTypesOf({ decisionId: '', effects: [{ type }] } as unknown as Decision)[0]!;

  it('has every effect with its event', () => {
    const rows = tableIn(chapter(domain, 'Effects')).map(([effect, event]) => [
      ...codesIn(effect!),
      ...codesIn(event!),
    ]);
    expect(rows.sort()).toEqual(EFFECT_TYPES.map((type) => [type, eventOf(type)]).sort());
    expect([...EVENT_TYPES].filter((type) => !domain.includes(`\`${type}\``))).toEqual([]);
  });

  it('has the statuses in the order in which they are looked for, and which of them count', () => {
    const rows = tableIn(chapter(domain, 'Status')).map(([status, , counts]) => [codesIn(status!)[0], counts]);
    expect(rows).toEqual(STATUSES.map((status) => [status, statusFacts(status).counts ? 'yes' : 'no']));
  });

  it('has every kind of change and of agenda item', () => {
    expect(firstCodes(chapter(domain, 'Differences'))).toEqual([...CHANGE_KINDS]);
    expect(firstCodes(chapter(domain, 'Agenda'))).toEqual([...AGENDA_KINDS]);
  });

  it('has every rule, in a chapter that explains it', () => {
    const rows = tableIn(chapter(domain, 'Rules'));
    expect(rows.flatMap(([rules]) => codesIn(rules!)).sort()).toEqual([...RULES].sort());
    for (const [rules, link] of rows) {
      const explained = codesIn(chapter(domain, /\[(.+?)\]/.exec(link!)![1]!));
      for (const rule of codesIn(rules!)) expect([rule, explained.includes(rule)]).toEqual([rule, true]);
    }
  });

  it('has every value of the lists that are fixed', () => {
    const values = [...ORGANISATIONS, ...REGIONS, ...MISSION_KINDS, ...CATEGORIES, ...OPEN_ENDS, ...GROUPINGS];
    const codes = new Set(codesIn(domain));
    expect(values.filter((value) => !codes.has(value))).toEqual([]);
  });
});

describe('operations.md', () => {
  it('quotes what /health/ready says', () => {
    const sources = ['apps', 'libs'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
        .map((name) => readFileSync(join(folder, name), 'utf8').replace(/['"`] \+\s+['"`]/g, '')),
    );
    const quotes = tableIn(chapter(page('operations.md'), 'Health')).flatMap(([answer]) =>
      answer!.startsWith('503,') ? codesIn(answer!) : [],
    );
    expect(quotes.length).toBeGreaterThan(8);
    const parts = quotes.flatMap((quote) => quote.split('…').filter((part) => part.trim() !== ''));
    expect(parts.filter((part) => !sources.some((source) => source.includes(part)))).toEqual([]);
  });
});
