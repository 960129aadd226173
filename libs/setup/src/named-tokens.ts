/**
 * Recorder tokens by name, in the file `tokens` of the data folder: their hashes alone, so that the file lets nobody
 * in. `ledger token` writes it.
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { WrongSetting } from './config.js';
import { syncToDisk } from './sync-to-disk.js';

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
      if (/^[0-9a-f]{64}$/.test(hash) && isTokenName(name) && createdAt !== '' && rest.length === 0)
        return { name, hash, createdAt };
      throw new WrongSetting(
        `${path}, line ${i + 1} is no token: a hash, a name and when it was made. ledger token create makes one.`,
      );
    });
}

/**
 * Writes what becomes of the tokens that there are, while nobody else can: whoever makes the file `tokens.next` may,
 * until it gets the name of the file that
 * it takes the place of. Whoever reads that one finds all of the old or all of the new.
 * @throws {WrongSetting} another process is changing them, or was killed meanwhile; a line is no token; and what
 * `change` or the file system throws
 */
export async function changeTokens(
  path: string,
  change: (tokens: readonly NamedToken[]) => readonly NamedToken[],
): Promise<void> {
  const next = `${path}.next`;
  const file = await openAlone(next);
  try {
    const text = change(readTokens(path)).map(({ hash, name, createdAt }) => `${hash} ${name} ${createdAt}\n`);
    writeFileSync(file, text.join(''));
    fsyncSync(file);
    renameSync(next, path);
    syncToDisk(dirname(path)); // else a token that was revoked is back after a crash of the machine
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** A change takes some milliseconds. */
const LONGEST_CHANGE_MS = 3000;
const LOOK_AGAIN_MS = 20;

async function openAlone(path: string): Promise<number> {
  for (const began = performance.now(); ;)
    try {
      return openSync(path, 'wx', 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (performance.now() - began > LONGEST_CHANGE_MS)
        throw new WrongSetting(
          `${path} is there: another process is changing the tokens, or was ended while it did. Run this again; ` +
            `where no other runs, remove ${path} first.`,
        );
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
}

function textIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new WrongSetting(
      `${path} cannot be read (${(error as Error).message}). It holds recorder tokens: a file that this account may ` +
        'read.',
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

  /**
   * The name of a token; null where there is none. @throws {WrongSetting} the file was spoilt meanwhile: then nobody
   * gets in by it
   */
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
