/** `npm start`: builds when a source is newer than the last build, then runs the ledger in this process. `--build-only` stops after the build. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const STAMP = 'dist/.built';

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isBuilt() {
  if (!existsSync(STAMP)) return false;
  const built = statSync(STAMP).mtimeMs;
  return ['apps', 'libs', 'tests', 'package.json', 'tsconfig.json'].every((path) => newest(path) <= built);
}

if (!isBuilt()) {
  console.log('Building …');
  const began = new Date();
  const { status } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(STAMP, `${began.toISOString()}\n`);
}

if (!process.argv.includes('--build-only')) await import('../dist/apps/api/src/run.js');
