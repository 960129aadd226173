/** Who may record: the bearer of the token that the first start wrote into the data folder, or of one that was given a name since. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { WrongSetting } from '../config.js';
import { readSecret } from '../secret-file.js';
import { NamedTokens, RECORDER, tokensPath } from './named-tokens.js';

export class RecorderTokens {
  private constructor(
    private readonly token: Buffer,
    /** The file that holds the token, for the operator to read. */
    readonly path: string,
    private readonly named: NamedTokens,
  ) {}

  /** Reads the token, or draws one at the first start. @throws {WrongSetting} the file holds no token, or that of the named ones cannot be read */
  static open(dataDir: string): RecorderTokens {
    const path = join(dataDir, 'recorder-token');
    const token = readSecret(path, 'the recorder token', () => `ledger_${randomBytes(32).toString('base64url')}`);
    if (/^\S{20,200}$/.test(token)) return new RecorderTokens(Buffer.from(token), path, new NamedTokens(tokensPath(dataDir)));
    throw new WrongSetting(
      `${path} holds no recorder token. Remove the file to have a new one made, or put a token of 20 to 200 characters into it.`,
    );
  }

  /** Who bears an `Authorization` header; null where it names nobody. Takes the same time whatever is wrong with it. */
  recorderOf(authorization: string | undefined): string | null {
    const presented = Buffer.from(/^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '');
    const sameLength = presented.length === this.token.length;
    if (timingSafeEqual(sameLength ? presented : this.token, this.token) && sameLength) return RECORDER;
    return presented.length === 0 ? null : this.named.nameOf(presented.toString()); // found by its hash, which tells nothing of how near it was
  }
}
