/** Recorder tokens by name, in the file `tokens` of the data folder: their hashes alone, so that the file lets nobody in. `ledger token` writes it. */
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WrongSetting } from '../config.js';
import { syncToDisk } from '../sync-to-disk.js';

/** The token of the file `recorder-token`. */
export const RECORDER = 'recorder';

export interface NamedToken {
  /** Under which is kept what its bearer records. */
  readonly name: string;
  /** SHA-256 in hexadecimal digits. */
  readonly hash: string;
  readonly createdAt: string;
}

export const tokensPath = (dataDir: string): string => join(dataDir, 'tokens');
export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex');

const NAME = /^(?=.{1,60}$)[a-z0-9]+(-[a-z0-9]+)*$/;
export const isTokenName = (name: string): boolean => NAME.test(name) && name !== RECORDER;

/** One a line. None where there is no file. @throws {WrongSetting} a line is no token */
export function readTokens(path: string): NamedToken[] {
  return textIn(path)
    .split('\n')
    .filter((line) => line !== '')
    .map((line, i) => {
      const [hash = '', name = '', createdAt = '', ...rest] = line.split(' ');
      if (/^[0-9a-f]{64}$/.test(hash) && isTokenName(name) && createdAt !== '' && rest.length === 0) return { name, hash, createdAt };
      throw new WrongSetting(`${path}, line ${i + 1} is no token: a hash, a name and when it was made. ledger token create makes one.`);
    });
}

/** The whole file at once, so that whoever reads it finds the old one or the new one. */
export function writeTokens(path: string, tokens: readonly NamedToken[]): void {
  const partial = `${path}.${process.pid}.partial`;
  const text = tokens.map(({ hash, name, createdAt }) => `${hash} ${name} ${createdAt}\n`).join('');
  writeFileSync(partial, text, { mode: 0o600, flush: true });
  renameSync(partial, path);
  syncToDisk(dirname(path)); // else a token that was revoked is back after a crash of the machine
}

function textIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new WrongSetting(
      `${path} cannot be read (${(error as Error).message}). It holds recorder tokens: a file that this account may read.`,
    );
  }
}

/** The tokens as the file has them at this moment: one that was revoked lets nobody in from the next request on. */
export class NamedTokens {
  private seen = '';
  private names: ReadonlyMap<string, string> = new Map();

  /** @throws {WrongSetting} */
  constructor(private readonly path: string) {
    this.refresh();
  }

  /** The name of a token; null where there is none. @throws {WrongSetting} the file was spoilt meanwhile: then nobody gets in by it */
  nameOf(token: string): string | null {
    this.refresh();
    return this.names.get(hashOfToken(token)) ?? null;
  }

  private refresh(): void {
    const stat = statSync(this.path, { throwIfNoEntry: false });
    const now = stat === undefined ? 'none' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    if (now === this.seen) return;
    this.names = new Map(readTokens(this.path).map(({ hash, name }) => [hash, name]));
    this.seen = now;
  }
}
