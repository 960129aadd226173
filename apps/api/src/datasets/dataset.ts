/** The letters as data: one folder each under datasets/, in YAML 1.2 (datasets/README.md). */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { WrongSetting } from '#setup';

/** The folder of all datasets, found from the compiled file dist/apps/api/src/datasets/dataset.js. */
export const DATASETS = fileURLToPath(new URL('../../../../../datasets', import.meta.url));

/** Request bodies as a client would send them. They pass the same validation before they are trusted. */
export interface Dataset {
  readonly name: string;
  readonly document: { readonly documentId: string; readonly body: unknown };
  readonly missions: readonly { readonly missionId: string; readonly body: unknown }[];
  readonly decisions: readonly unknown[];
}

/** @throws {WrongSetting} one of them does not exist */
export function refuseUnknownDatasets(root: string, names: readonly string[]): void {
  for (const name of names) {
    if (existsSync(join(root, name, 'document.yaml'))) continue;
    const known = readdirSync(root, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
    throw new WrongSetting(
      `LEDGER_DATASETS names ${name}, which is not under datasets/ (there: ${known.join(', ')}). Correct it, or set ` +
        'it to none.',
    );
  }
}

/** @throws {Error} the error of the YAML parser about a broken file */
export function readDataset(root: string, name: string): Dataset {
  const read = (...path: string[]): unknown => parse(readFileSync(join(root, name, ...path), 'utf8'));
  const { documentId, ...document } = read('document.yaml') as { documentId: string };
  const missions = read('missions.yaml') as { missionId: string }[];
  const files = readdirSync(join(root, name, 'decisions')).sort();
  return {
    name,
    document: { documentId, body: document },
    missions: missions.map(({ missionId, ...body }) => ({ missionId, body })),
    decisions: files.flatMap((file) => read('decisions', file) as unknown[]),
  };
}
