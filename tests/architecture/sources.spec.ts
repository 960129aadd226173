/** What a program can see of the sources at a glance. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));

/** Time, chance and environment come into the pure core as data alone. */
const IMPURE =
  /Date\.now|new Date\(\)|Math\.random|randomUUID|performance\.now|process\.|globalThis|setTimeout|fetch\(/;
const LONGEST_FILE_LINES = 400;

describe('the sources', () => {
  const pure = [
    ...filesUnder('libs/mandate'),
    ...filesUnder('libs/transparency'),
    ...filesUnder('libs/read-models').filter((file) => file.endsWith('.view.ts') || file.endsWith('projector.ts')),
  ];

  it('have no clock, chance or environment in the domain, the proofs and the projections', () => {
    expect(pure.length).toBeGreaterThan(20);
    expect(pure.filter((file) => IMPURE.test(readFileSync(file, 'utf8')))).toEqual([]);
  });
  it.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const id = crypto.randomUUID();',
    'const port = process.env.PORT;',
  ])('would be found with %p', (line) => {
    expect(IMPURE.test(line)).toBe(true);
  });
  it('have no file that has grown too long to read', () => {
    const long = ['apps', 'libs', 'tests']
      .flatMap(filesUnder)
      .filter((file) => readFileSync(file, 'utf8').split('\n').length > LONGEST_FILE_LINES);
    expect(long).toEqual([]);
  });
});
