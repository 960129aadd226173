/**
 * `npm test`: builds where that is needed, runs every spec on the built code, and ends with one line of figures.
 * `npm test -- NAME` runs the specs whose path holds NAME; what begins with a dash is passed on to jest.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, root } from './build.js';

process.chdir(root);
const REPORT = join('dist', 'test-report.json');
const given = process.argv.slice(2);

const built = await build(process.stdout);
if (built !== 0) process.exit(built);

rmSync(REPORT, { force: true });
const { status, error } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--json',
    `--outputFile=${REPORT}`,
    ...given,
  ],
  { stdio: 'inherit' },
);
if (error) throw error;
// Jest may end without a report where it has found no spec.
const report = existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, 'utf8')) : null;
const failed = report === null ? 0 : report.numFailedTests + report.numRuntimeErrorTestSuites;
if (report === null || report.numPassedTests + failed === 0) {
  console.log(`Nothing was tested: no spec matches ${given.join(' ')}.`);
  process.exit(status || 1);
}
const skipped = report.numPendingTests + report.numTodoTests;
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(status ?? 1);
