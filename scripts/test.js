/** `npm test`: builds, runs every test on the built code, and ends with one line of figures. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);
const REPORT = join('dist', 'test-report.json');

function run(...args) {
  const { status, error } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (error) throw error;
  return status ?? 1;
}

// A spec that was deleted or renamed must not run on from an earlier build.
rmSync('dist', { recursive: true, force: true });
const built = run('scripts/start.js', '--build-only');
if (built !== 0) process.exit(built);

const status = run(
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--json',
  `--outputFile=${REPORT}`,
  ...process.argv.slice(2),
);
const report = JSON.parse(readFileSync(REPORT, 'utf8'));
const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
const skipped = report.numPendingTests + report.numTodoTests;
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(status);
