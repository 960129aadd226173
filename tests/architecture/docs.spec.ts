/** The pages hold together: short where they promise it, no dead link, no text from elsewhere, and clear phrases. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

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
