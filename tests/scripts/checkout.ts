/** A small checkout in a folder of its own: the scripts of this one, and sources that a test writes. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { temporaryFolder } from '../temporary-folder.js';

const CONFIGURATION = ['package.json', 'tsconfig.json', 'jest.config.js'];

export function makeCheckout({ packages = true } = {}) {
  const folder = temporaryFolder();
  const at = (path: string): string => join(folder.path, path);
  cpSync('scripts', at('scripts'), { recursive: true });
  for (const file of CONFIGURATION) cpSync(file, at(file));
  if (packages) symlinkSync(resolve('node_modules'), at('node_modules'));
  return {
    at,
    put: (path: string, text: string): void => {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
    },
    remove: (path: string): void => rmSync(at(path), { recursive: true }),
    /** The exit code and what was written to standard output and standard error. */
    run: (script: string, ...args: string[]): [number | null, string, string] => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [at(`scripts/${script}`), ...args], {
        cwd: '/',
        encoding: 'utf8',
      });
      return [status, stdout, stderr];
    },
    discard: folder.remove,
  };
}
