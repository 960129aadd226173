#!/usr/bin/env node
/**
 * `npx --no-install ledger …`: builds where that is needed, as `npm start` does, then runs the command. What
 * the build says goes to standard error.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, root } from './build.js';

const COULD_NOT_RUN = 2; // 1 would say that something does not hold

// An image holds what was built, and no sources.
if (existsSync(join(root, 'tsconfig.json')) && (await build(process.stderr)) !== 0) process.exit(COULD_NOT_RUN);
try {
  await import('../dist/apps/cli/src/run.js');
} catch (error) {
  console.error(
    `ledger: it cannot be loaded (${error.message.split('\n', 1)[0]}). Run npm ci in ${root}, and look at node ` +
      '--version: it takes 20.19 or later.',
  );
  process.exit(COULD_NOT_RUN);
}
