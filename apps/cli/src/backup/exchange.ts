/** Replaces files by others, all or none. It first writes whole copies beside their places, and then only renames. */
import { chmodSync, constants, copyFileSync, existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CouldNotRun } from '../could-not-run.js';
import { syncToDisk } from '#setup';
import { removedAtLast } from '../when-stopped.js';
import { digestOf } from './backup-folder.js';

/** A file, and the place that it is copied to. */
export interface Copied {
  readonly from: string;
  readonly to: string;
  /** SHA-256 that the copy must have. */
  readonly digest: string;
}

/** Suffixes of the files that belong to a database: SQLite's own, and the mark that it is damaged. */
const PARTS = ['', '-wal', '-shm', '-journal', '.damaged'];

/**
 * @param copies in the order in which they get their names; the others are useless without the last one
 * @param old what is moved aside first
 * @param folder name of the folder that each old file is moved to; it is beside the file, so that a rename is enough on
 * any file system
 * @returns the folders that the old files are in now
 * @throws {CouldNotRun} the exchange failed; everything is where it was, or the message says where it is
 */
export async function exchange(copies: readonly Copied[], old: readonly string[], folder: string): Promise<string[]> {
  const halves = copies.map((copied) => ({ ...copied, half: `${copied.to}.${process.pid}.partial` }));
  return removedAtLast(
    halves.map(({ half }) => half),
    () => {
      for (const { from, to, half, digest } of halves.toReversed()) {
        mkdirSync(dirname(to), { recursive: true });
        copyFileSync(from, half, constants.COPYFILE_EXCL);
        chmodSync(half, 0o600);
        syncToDisk(half);
        if (digestOf(half) !== digest)
          throw new CouldNotRun(`Nothing was restored: ${from} was changed meanwhile. Is the disk sound?`);
      }
      return rename(halves, old, folder);
    },
  );
}

function rename(
  halves: readonly { readonly half: string; readonly to: string }[],
  old: readonly string[],
  folder: string,
): string[] {
  const done: { readonly from: string; readonly to: string }[] = [];
  const asides = new Set<string>();
  const move = (from: string, to: string): void => {
    renameSync(from, to);
    done.push({ from, to });
  };
  try {
    for (const path of old)
      for (const part of PARTS.filter((each) => existsSync(path + each))) {
        const aside = join(dirname(path), folder);
        if (!existsSync(aside)) mkdirSync(aside, { mode: 0o700 });
        asides.add(aside);
        move(path + part, join(aside, basename(path) + part));
      }
    for (const { half, to } of halves) move(half, to);
    for (const changed of new Set(done.flatMap(({ from, to }) => [dirname(from), dirname(to)]))) syncToDisk(changed);
    return [...asides];
  } catch (error) {
    const { message } = error as Error;
    throw new CouldNotRun(`The backup cannot be put in place (${message}). ${undone(done, asides)}`);
  }
}

function undone(done: readonly { readonly from: string; readonly to: string }[], asides: ReadonlySet<string>): string {
  try {
    for (const { from, to } of done.toReversed()) renameSync(to, from);
    for (const aside of asides) rmdirSync(aside);
    return 'All is where it was.';
  } catch (error) {
    return (
      `What was there is in ${[...asides].join(' and ')}, and cannot be moved back ` +
      `(${(error as Error).message}): do that by hand.`
    );
  }
}
