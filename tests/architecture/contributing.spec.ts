/** CONTRIBUTING.md lists the files that a change touches. The examples in it are held against the code. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EFFECT_TYPES } from '#mandate';

const PAGE = readFileSync('CONTRIBUTING.md', 'utf8');

/** The files in the tables of a chapter. */
function filesOf(chapter: string): string[] {
  const [, text = ''] = PAGE.split(`### ${chapter}\n`);
  return [...text.split(/^##/m)[0]!.matchAll(/^\| `([^`]+\/[^`]+)`/gm)].map(([, file]) => file!);
}

const sourcesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'));

/** Sources of the product that say one of these words. */
const mentioning = (words: RegExp): string[] =>
  ['apps', 'libs'].flatMap(sourcesUnder).filter((file) => words.test(readFileSync(file, 'utf8')));

describe('the lists of files in CONTRIBUTING.md', () => {
  it.each(['A new effect', 'A new view', 'A new endpoint'])('%s name files that there are', (chapter) => {
    const files = filesOf(chapter);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('have every file that speaks of the effect reserve', () => {
    expect(EFFECT_TYPES).toContain('reserve');
    const speaking = mentioning(/'reserve'|\bRightReserved\b|\breadonly reservations\b/);
    const example = 'apps/api/src/import/import.examples.ts'; // of a line that happens to have this effect
    expect(speaking.filter((file) => file !== example && !filesOf('A new effect').includes(file))).toEqual([]);
  });

  it('have every file that opens the view of decisions', () => {
    const opening = mentioning(/\bopenDecisions\b|models!\.decisions\b/);
    expect(opening.filter((file) => !filesOf('A new view').includes(file))).toEqual([]);
  });

  it('have every file of the endpoint totals', () => {
    const ofFeature = sourcesUnder('apps/api/src').filter((file) =>
      /\bTotalsModule\b|\bGetTotals|\bTOTALS_TABLE\b/.test(readFileSync(file, 'utf8')),
    );
    expect(ofFeature.filter((file) => !filesOf('A new endpoint').includes(file))).toEqual([]);
  });
});
