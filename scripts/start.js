/** `npm start`: builds where that is needed, then runs the ledger in this process. `--build-only` ends after the build. */
import { build, root } from './build.js';

process.chdir(root);
const status = await build(process.stdout);
if (status !== 0) process.exit(status);
if (!process.argv.includes('--build-only')) {
  console.log('Starting the ledger …');
  await import('../dist/apps/api/src/run.js');
}
