/** Who may record: the bearer of the token that the first start wrote into the data folder, or of a named token. */
import type { OnModuleInit } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { NamedTokens, readSecret, RECORDER, tokensPath, WrongSetting } from '#setup';
import { Problem } from '../http/problem.js';
import { Logger } from '../settings/logger.provider.js';
import { Settings } from '../settings/settings.provider.js';

@Injectable()
export class RecorderTokens implements OnModuleInit {
  /** The file that holds the token, for the operator to read. */
  readonly path: string;
  private readonly named: NamedTokens;
  private token!: Buffer;
  /** The last error that was logged about the file of the named tokens. */
  private told: string | null = null;

  constructor(
    @Inject(Settings) { dataDir }: Pick<Settings, 'dataDir'>,
    @Inject(Logger) private readonly logger: Logger,
  ) {
    this.path = join(dataDir, 'recorder-token');
    this.named = new NamedTokens(tokensPath(dataDir));
  }

  /**
   * Reads the token, or draws one at the first start.
   * @throws {WrongSetting} the file holds no token
   */
  onModuleInit(): void {
    const token = readSecret(this.path, 'the recorder token', () => `ledger_${randomBytes(32).toString('base64url')}`);
    if (!/^\S{20,200}$/.test(token))
      throw new WrongSetting(
        `${this.path} holds no recorder token. Remove the file to have a new one made, or put a token of 20 to 200 ` +
          'characters into it.',
      );
    this.token = Buffer.from(token);
  }

  /**
   * The name of the token's bearer in an `Authorization` header; null when nobody bears it. It takes the same time
   * whatever is wrong with the header.
   * @throws {Problem} 503: the file of the named tokens is spoilt, so the bearer is not known
   */
  recorderOf(authorization: string | undefined): string | null {
    const presented = Buffer.from(/^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '');
    const sameLength = presented.length === this.token.length;
    if (timingSafeEqual(sameLength ? presented : this.token, this.token) && sameLength) return RECORDER;
    return presented.length === 0 ? null : this.nameOf(presented.toString());
  }

  /** Looks up the hash of the token, which tells nothing of how near a guess was. */
  private nameOf(token: string): string | null {
    try {
      const name = this.named.nameOf(token);
      this.told = null;
      return name;
    } catch (error) {
      if (!(error instanceof WrongSetting)) throw error;
      if (error.message !== this.told) this.logger.error((this.told = error.message));
      throw new Problem(
        'unavailable',
        "Whose token this is cannot be told: the file tokens in the data folder is spoilt. The ledger's operator " +
          'finds in its log what is wrong, and puts the file back or makes the tokens anew; the token of the file ' +
          'recorder-token is honoured meanwhile.',
        { logged: true },
      );
    }
  }
}
