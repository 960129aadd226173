/** Half-written files are gone after somebody stops a command, and the shell is told why it ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { temporaryFolder } from '../temporary-folder.js';

const MODULE = new URL('../../apps/cli/src/when-stopped.js', import.meta.url).href;
const SCRIPT = `
  import { mkdirSync, writeFileSync } from 'node:fs';
  const { removedAtLast } = await import(${JSON.stringify(MODULE)});
  await removedAtLast(['half.partial', 'folder.partial'], async () => {
    mkdirSync('folder.partial');
    for (const path of ['half.partial', 'folder.partial/log-key', 'whole']) writeFileSync(path, 'x');
    console.log('begun');
    await new Promise((resolve) => setTimeout(resolve, process.argv[1] === 'wait' ? 60_000 : 0));
  });`;

describe('a command that is stopped', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const run = (how: string) =>
    spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, how], {
      cwd: folder.path,
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s leaves nothing half written, and ends with %i', async (signal, code) => {
    const child = run('wait');
    await once(child.stdout, 'data');
    expect(readdirSync(folder.path)).toContain('half.partial');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([code, null]);
    expect(readdirSync(folder.path)).toEqual(['whole']);
  });

  it('leaves nothing half written where it came to its end', async () => {
    const child = run('end');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(readdirSync(folder.path)).toEqual(['whole']);
  });
});
