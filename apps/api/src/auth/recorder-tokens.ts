/** Who may record: the bearer of the token that the first start wrote into the data folder. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WrongSetting } from '../config.js';

/** The name under which what the token's bearer records is kept. */
const RECORDER = 'recorder';

function readToken(path: string): string {
  try {
    if (!existsSync(path)) writeFileSync(path, `ledger_${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    else hide(path);
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new WrongSetting(
      `${path} cannot be read or made (${(error as NodeJS.ErrnoException).code ?? String(error)}). It holds the recorder token: a file that this account may read and write.`,
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

export class RecorderTokens {
  private constructor(
    private readonly token: Buffer,
    /** The file that holds the token, for the operator to read. */
    readonly path: string,
  ) {}

  /** Reads the token, or draws one at the first start. @throws {WrongSetting} the file holds no token */
  static open(dataDir: string): RecorderTokens {
    const path = join(dataDir, 'recorder-token');
    const token = readToken(path);
    if (/^\S{20,200}$/.test(token)) return new RecorderTokens(Buffer.from(token), path);
    throw new WrongSetting(
      `${path} holds no recorder token. Remove the file to have a new one made, or put a token of 20 to 200 characters into it.`,
    );
  }

  /** Who bears an `Authorization` header; null where it names nobody. Takes the same time whatever is wrong with it. */
  recorderOf(authorization: string | undefined): string | null {
    const presented = Buffer.from(/^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '');
    const sameLength = presented.length === this.token.length;
    return timingSafeEqual(sameLength ? presented : this.token, this.token) && sameLength ? RECORDER : null;
  }
}
