/** The pages hold together: short where they promise it, no dead link, and what the code has stands in them. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  AGENDA_KINDS,
  CATEGORIES,
  CHANGE_KINDS,
  EFFECT_TYPES,
  EVENT_TYPES,
  MISSION_KINDS,
  ORGANISATIONS,
  REGIONS,
  RULES,
  STATUSES,
} from '#mandate';
import { SETTINGS } from '#setup';
import { PROBLEMS } from '../../apps/api/src/http/problem.js';

const pagesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', ...pagesUnder('docs')];
const read = (page: string): string => readFileSync(page, 'utf8');
const linesOf = (page: string): number => read(page).trimEnd().split('\n').length;

/** As GitHub names a heading in an address. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading!));

describe('the pages', () => {
  it('are short where people begin', () => {
    expect(linesOf('README.md')).toBeLessThanOrEqual(200);
    for (const record of pagesUnder('docs/adr')) expect([record, linesOf(record) <= 80]).toEqual([record, true]);
  });

  it('show the two commands', () => {
    expect(read('README.md')).toContain('npm ci && npm start');
    expect(read('README.md')).toContain('npm ci && npm test');
  });

  it.each(PAGES)('%s links to nothing that is not there', (page) => {
    const dead = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)].flatMap(([link, file, anchor]) => {
      const target = file === '' ? page : join(dirname(page), file!);
      const isThere = existsSync(target) && (anchor === undefined || anchorsOf(target).includes(anchor));
      return isThere ? [] : [link];
    });
    expect(dead).toEqual([]);
  });

  it('explain themselves, without a text that is not in the repository', () => {
    const cites = PAGES.filter((page) => /\bdesign\.md\b|\bdesign, section\b|shared\//.test(read(page)));
    expect(cites).toEqual([]);
  });

  it('have every setting, every kind of problem, and every word of the domain', () => {
    const missing = (page: string, words: Iterable<string>): string[] =>
      [...words].filter((word) => !read(page).includes(`\`${word}\``));
    expect(missing('docs/configuration.md', SETTINGS)).toEqual([]);
    expect(missing('docs/errors.md', Object.keys(PROBLEMS))).toEqual([]);
    const words = [RULES, EFFECT_TYPES, STATUSES, CATEGORIES, CHANGE_KINDS, AGENDA_KINDS, ORGANISATIONS, REGIONS];
    expect(missing('docs/domain.md', [...words.flat(), ...MISSION_KINDS, ...EVENT_TYPES])).toEqual([]);
  });

  it('list every record of a decision', () => {
    const list = read('docs/adr/README.md');
    for (const record of readdirSync('docs/adr').filter((name) => /^\d{4}-/.test(name))) expect(list).toContain(record);
  });
});
