/**
 * A backup is a folder. It has copies of the ledger's files, a signed checkpoint of the whole log, and a manifest of
 * the files.
 */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, readSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VerifierKey } from '#transparency';
import { CouldNotRun } from '../could-not-run.js';
import { readText, SignedCheckpoints } from '../verify/evidence.js';
import { sqliteSource } from '../verify/source.js';
import type { Verdict } from '../verify/verification.js';
import { verify } from '../verify/verification.js';
import { FILES } from './files.js';

const MANIFEST = 'backup.json';
/** Every backup has these. Kept checkpoints are missing while nothing was signed. */
const ALWAYS: readonly string[] = [FILES.log, FILES.key, FILES.checkpoint];

export interface Manifest {
  readonly ledgerBackup: 1;
  readonly madeAt: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** SHA-256 in hexadecimal digits, by file name. */
  readonly files: Readonly<Record<string, string>>;
}

export function writeManifest(folder: string, { size, root }: { readonly size: number; readonly root: string }): void {
  const files = Object.fromEntries(
    Object.values(FILES)
      .filter((name) => existsSync(join(folder, name)))
      .map((name) => [name, digestOf(join(folder, name))]),
  );
  const manifest: Manifest = { ledgerBackup: 1, madeAt: new Date().toISOString(), size, root, files };
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** @throws {CouldNotRun} the folder is no backup */
export function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST);
  if (!existsSync(path))
    throw new CouldNotRun(`${folder} is no backup: it has no ${MANIFEST}. ledger backup --out FOLDER makes one.`);
  const manifest = parsed(readText(path, 'the manifest of a backup'));
  if (manifest?.ledgerBackup === 1 && typeof manifest.files === 'object' && manifest.files !== null) return manifest;
  throw new CouldNotRun(`${path} is not the manifest of a backup of this release.`);
}

/**
 * Names of files that differ from the manifest, or are missing; and of files that a ledger would use although the
 * manifest does not name them.
 */
export function spoiltFiles(folder: string, { files }: Manifest): string[] {
  const there = readdirSync(folder).filter((name) => isKnown(name) || isWaiting(folder, name));
  return [...new Set([...ALWAYS, ...Object.keys(files), ...there])].filter(
    (name) =>
      !isKnown(name) ||
      !Object.hasOwn(files, name) ||
      !existsSync(join(folder, name)) ||
      digestOf(join(folder, name)) !== files[name],
  );
}

const isKnown = (name: string): boolean => Object.values(FILES).some((known) => known === name);

/** A file that SQLite would read along with a database, and that has no digest. SQLite leaves empty ones behind. */
const isWaiting = (folder: string, name: string): boolean =>
  /-(wal|journal)$/.test(name) && statSync(join(folder, name)).size > 0;

function parsed(text: string): Manifest | null {
  try {
    return JSON.parse(text) as Manifest | null;
  } catch {
    return null;
  }
}

/**
 * What `ledger verify` says of the log in the folder. It uses the checkpoint of the whole backup and the kept ones. The
 * log may have no event beyond the checkpoint of the whole backup.
 */
export async function verdictOn(folder: string, keys: readonly VerifierKey[], keyFile: string): Promise<Verdict> {
  const signed = new SignedCheckpoints(keys, keyFile);
  const path = join(folder, FILES.checkpoint);
  const whole = signed.add(readText(path, 'the checkpoint of a backup'), path, 'ledger');
  signed.addKept(join(folder, FILES.checkpoints));
  const source = sqliteSource(join(folder, FILES.log));
  try {
    const evidence = { signed, asked: [], end: whole?.size ?? null, leaves: [], beside: null };
    return (await verify(source, evidence)).verdict;
  } finally {
    signed.close();
    await source.close();
  }
}

const PIECE_BYTES = 1024 * 1024;

export function digestOf(path: string): string {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) hash.update(piece.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
