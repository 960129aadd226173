/**
 * The pages hold together: short where people begin, no dead link, no text from elsewhere. Lists that stand in a page and
 * in the code say the same.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

const pagesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', ...pagesUnder('docs')];
const RECORDS = readdirSync('docs/adr').filter((name) => /^\d{4}-/.test(name));

const read = (page: string): string => readFileSync(page, 'utf8');
const linesOf = (page: string): number => read(page).trimEnd().split('\n').length;
const withoutBlocks = (page: string): string => read(page).replace(/^```.*?^```$/gms, '');

/** As GitHub names a heading in an address. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (page: string): string[] =>
  [...withoutBlocks(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!));

describe('the pages', () => {
  it('are short where people begin', () => {
    expect(linesOf('README.md')).toBeLessThanOrEqual(200);
  });

  it('show the two commands', () => {
    expect(read('README.md')).toContain('```sh\nnpm ci && npm start\n```');
    expect(read('README.md')).toContain('```sh\nnpm ci && npm test\n```');
  });

  it.each(PAGES)('%s links to nothing that is missing', (page) => {
    const dead = [...withoutBlocks(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].flatMap(
      ([link, file, anchor]) => {
        const target = file === '' ? page : join(dirname(page), file!);
        const leads = existsSync(target) && (anchor === undefined || anchorsOf(target).includes(anchor));
        return leads ? [] : [link];
      },
    );
    expect(dead).toEqual([]);
  });

  it('are all found from the README', () => {
    const found = new Set(['README.md']);
    for (const page of found)
      for (const [, file] of withoutBlocks(page).matchAll(/\]\((?!https?:)([^)#]+\.md)(?:#[^)]+)?\)/g))
        found.add(join(dirname(page), file!));
    expect(PAGES.filter((page) => !found.has(page))).toEqual([]);
  });

  it('explain themselves, without a text that is not in the repository', () => {
    const cites = PAGES.filter((page) => /\bdesign\.md\b|\bdesign, section\b|shared\//.test(read(page)));
    expect(cites).toEqual([]);
  });
});

describe('the records of decisions', () => {
  const statusOf = (record: string): string => /^Status: (.+)$/m.exec(read(join('docs/adr', record)))![1]!;
  const chaptersOf = (record: string): string[] =>
    [...read(join('docs/adr', record)).matchAll(/^## (.+)$/gm)].map(([, chapter]) => chapter!);

  it.each(RECORDS)('%s is short, and has the chapters of a record', (record) => {
    expect(linesOf(join('docs/adr', record))).toBeLessThanOrEqual(80);
    const chapters = ['Context', 'Decision', 'What follows', 'Alternatives'];
    expect(chaptersOf(record)).toEqual(chapters.filter((chapter) => chaptersOf(record).includes(chapter)));
    expect(chaptersOf(record)).toEqual(expect.arrayContaining(['Context', 'Decision']));
  });

  it('are listed, with title and status', () => {
    const rows = [...read('docs/adr/README.md').matchAll(/^\| \[(\d{4})\]\((.+?)\) +\| (.+?) +\| (.+?) +\|$/gm)];
    const listed = rows.map(([, number, file, title, status]) => [file, `# ${number} ${title}`, status]);
    const written = RECORDS.map((record) => [record, read(join('docs/adr', record)).split('\n')[0], statusOf(record)]);
    expect(listed).toEqual(written);
  });

  it('that are replaced name a record that is accepted', () => {
    for (const record of RECORDS) {
      const [, by] = /^replaced by (\d{4})$/.exec(statusOf(record)) ?? [];
      const replacing = RECORDS.find((each) => by !== undefined && each.startsWith(by));
      expect([record, by === undefined ? statusOf(record) : replacing && statusOf(replacing)]).toEqual([
        record,
        'accepted',
      ]);
    }
  });

  it('are cited from code by numbers that exist', () => {
    const sources = ['apps', 'libs', 'tests', 'scripts', 'docker'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.parentPath.includes('golden'))
        .map((entry) => join(entry.parentPath, entry.name)),
    );
    const wrong = sources.flatMap((source) =>
      [...read(source).matchAll(/\b(?:docs\/adr\/|ADR )(\d{4})\b/g)].flatMap(([citation, number]) =>
        RECORDS.some((record) => record.startsWith(number!)) ? [] : [`${source}: ${citation}`],
      ),
    );
    expect(wrong).toEqual([]);
  });
});

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
    tableIn(read('docs/configuration.md')).map(([name, value, what]) => [codesIn(name!)[0], { value, what }]),
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
      tableIn(read('docs/errors.md')).flatMap(([status, kinds]) => codesIn(kinds!).map((kind) => `${status} ${kind}`)),
    );
    // What the server carries at once is not the fault of one client, so both of its uses say 503.
    const answered = { ...PROBLEMS, 'too-many-requests': 503 };
    for (const [kind, status] of Object.entries(answered)) expect([...documented]).toContain(`${status} ${kind}`);
    for (const each of documented) expect(Object.keys(PROBLEMS)).toContain(each.split(' ')[1]);
  });
});

describe('domain.md', () => {
  const domain = read('docs/domain.md');
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
    const quotes = tableIn(chapter(read('docs/operations.md'), 'Health')).flatMap(([answer]) =>
      answer!.startsWith('503,') ? codesIn(answer!) : [],
    );
    expect(quotes.length).toBeGreaterThan(8);
    const parts = quotes.flatMap((quote) => quote.split('…').filter((part) => part.trim() !== ''));
    expect(parts.filter((part) => !sources.some((source) => source.includes(part)))).toEqual([]);
  });
});
