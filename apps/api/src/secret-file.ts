/** A file that holds one secret: made at the first start, for this account alone. */
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { WrongSetting } from './config.js';

/**
 * Reads the secret, or makes it where there is no file yet.
 * @param what the file is said to hold @throws {WrongSetting} it cannot be read or made
 */
export function readSecret(path: string, what: string, make: () => string): string {
  try {
    if (!existsSync(path)) writeFileSync(path, `${make()}\n`, { mode: 0o600, flag: 'wx' });
    else hide(path);
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new WrongSetting(
      `${path} cannot be read or made (${(error as NodeJS.ErrnoException).code ?? String(error)}). It holds ${what}: a file that this account may read and write.`,
    );
  }
}

/** What was put there by hand may be open to others. A file that may not be changed, a mounted secret, is left as it is. */
function hide(path: string): void {
  if ((statSync(path).mode & 0o077) === 0) return;
  try {
    chmodSync(path, 0o600);
  } catch (error) {
    if (!['EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
