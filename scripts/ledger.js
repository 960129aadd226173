#!/usr/bin/env node
/** `npx --no-install ledger …`: builds where the checkout is not built yet, then runs the command. What the build says goes to standard error. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const PROGRAM = join(root, 'dist', 'apps', 'cli', 'src', 'run.js');

if (!existsSync(PROGRAM)) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'start.js'), '--build-only'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(2);
}
await import(pathToFileURL(PROGRAM).href);
