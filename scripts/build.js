/** Builds when a source is newer than the last build, wherever it is called from. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const STAMP = join(root, 'dist', '.built');
const SOURCES = ['apps', 'libs', 'tests', 'package.json', 'tsconfig.json'];

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isBuilt() {
  if (!existsSync(STAMP)) return false;
  const built = statSync(STAMP).mtimeMs;
  return SOURCES.map((name) => join(root, name)).every((path) => !existsSync(path) || newest(path) <= built);
}

/**
 * @param out where it is said what is done: 1 for standard output, 2 for standard error
 * @returns the exit code of the compiler, 0 where there is nothing to build
 */
export function build(out) {
  if (isBuilt()) return 0;
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(compiler)) {
    console.error(`TypeScript is not installed. Run npm ci in ${root}.`);
    return 1;
  }
  const say = out === 1 ? console.log : console.error;
  say('Building …');
  const began = new Date();
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.json'], {
    cwd: root,
    stdio: ['ignore', out, 2],
  });
  if (status === 0) writeFileSync(STAMP, `${began.toISOString()}\n`);
  return status ?? 1;
}
