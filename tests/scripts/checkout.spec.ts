/**
 * `ledger` from a checkout. A build older than its sources is built anew first. A program that cannot be loaded gives
 * no answer about a log.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { temporaryFolder } from '../temporary-folder.js';

describe('the launcher of a checkout', () => {
  const folder = temporaryFolder();
  const at = (path: string): string => join(folder.path, path);
  const put = (path: string, text: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  beforeAll(() => {
    cpSync('scripts', at('scripts'), { recursive: true });
    symlinkSync(resolve('node_modules'), at('node_modules'));
    for (const file of ['package.json', 'tsconfig.json']) put(file, readFileSync(file, 'utf8'));
    for (const folder of ['libs', 'tests']) mkdirSync(at(folder));
  });
  afterAll(() => folder.remove());
  const ledger = () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [at('scripts/ledger.js'), 'x'], {
      cwd: '/',
      encoding: 'utf8',
    });
    return [status, stdout, stderr];
  };

  it('builds once, and again after a source has changed', () => {
    const source = 'apps/cli/src/run.ts';
    put(source, 'console.log("old", process.cwd());');
    expect(ledger()).toEqual([0, 'old /\n', 'Building …\n']);
    expect(ledger()).toEqual([0, 'old /\n', '']);
    put(source, 'console.log("new");');
    const later = new Date(Date.now() + 2000);
    utimesSync(at(source), later, later);
    expect(ledger()).toEqual([0, 'new\n', 'Building …\n']);
  }, 60_000);

  it.each([
    ['does not compile', 'const a: number = "x";'],
    ['cannot be loaded', 'await import("no-such-" + "package");'],
  ])(
    'ends with 2 where it %s',
    (_, text) => {
      put('apps/cli/src/run.ts', text);
      const later = new Date(Date.now() + 4000);
      utimesSync(at('apps/cli/src/run.ts'), later, later);
      const [status, out, err] = ledger();
      expect(status).toBe(2);
      if (text.startsWith('await')) expect(err).toMatch(/^Building …\nledger: .*no-such-package.*Run npm ci.*\n$/);
      else expect(out + String(err)).toContain('TS2322');
    },
    60_000,
  );
});
