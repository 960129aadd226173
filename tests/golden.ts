import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Compares with a file that a person has reviewed; with UPDATE_GOLDEN=1 it is written anew, to be reviewed in the diff.
 */
export function expectGolden(name: string, text: string): void {
  const path = join('tests', 'golden', name);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, 'utf8'));
}
