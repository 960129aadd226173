/**
 * `npm start`: builds when a source is newer than the last build, then runs the ledger in this process. `--build-only`
 * stops after the build.
 */
import { build, root } from './build.js';

process.chdir(root);
const status = build(1);
if (status !== 0) process.exit(status);
if (!process.argv.includes('--build-only')) await import('../dist/apps/api/src/run.js');
