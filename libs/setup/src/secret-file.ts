/** A file that holds one secret: made at the first start, for this account alone. */
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { WrongSetting } from './config.js';
import { syncToDisk } from './sync-to-disk.js';

/**
 * Reads the secret, or makes it where there is no file yet.
 * @param what the file is said to hold @param make null where there has to be one @throws {WrongSetting} it cannot be
 * read or made
 */
export function readSecret(path: string, what: string, make: (() => string) | null): string {
  try {
    if (make === null || existsSync(path)) hide(path);
    else {
      // It outlives the machine before anything is done with it.
      writeFileSync(path, `${make()}\n`, { mode: 0o600, flag: 'wx', flush: true });
      syncToDisk(dirname(path));
    }
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new WrongSetting(
      `${path} cannot be read or made (${(error as NodeJS.ErrnoException).code ?? String(error)}). It holds ` +
        `${what}: a file that this account may read and write.`,
    );
  }
}

/**
 * What was put there by hand may be open to others. A file that may not be changed, a mounted secret, is left as it is.
 */
function hide(path: string): void {
  if ((statSync(path).mode & 0o077) === 0) return;
  try {
    chmodSync(path, 0o600);
  } catch (error) {
    if (!['EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
