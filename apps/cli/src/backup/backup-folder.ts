/** A backup: a folder with copies of the ledger's files, and a manifest that says what they are. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VerifierKey } from '#transparency/keys.js';
import { CouldNotRun } from '../could-not-run.js';
import { addKept, readText, SignedCheckpoints } from '../verify/evidence.js';
import { sqliteSource } from '../verify/source.js';
import type { Verdict } from '../verify/verification.js';
import { verify } from '../verify/verification.js';

export const FILES = { log: 'events.db', checkpoints: 'checkpoints.db', key: 'log-key', checkpoint: 'checkpoint.txt' } as const;
const MANIFEST = 'backup.json';

export interface Manifest {
  readonly ledgerBackup: 1;
  readonly madeAt: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** SHA-256 in hexadecimal digits, by the name of the file. */
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
  if (!existsSync(path)) throw new CouldNotRun(`${folder} is no backup: it has no ${MANIFEST}. ledger backup --out FOLDER makes one.`);
  const manifest = parsed(readText(path, 'the manifest of a backup'));
  if (manifest?.ledgerBackup === 1 && typeof manifest.files === 'object' && manifest.files !== null) return manifest;
  throw new CouldNotRun(`${path} is not the manifest of a backup of this release.`);
}

/** The files that are not what the manifest says of them. */
export const spoiltFiles = (folder: string, { files }: Manifest): string[] =>
  Object.entries(files)
    .filter(([name, digest]) => !isKnown(name) || !existsSync(join(folder, name)) || digestOf(join(folder, name)) !== digest)
    .map(([name]) => name);

const isKnown = (name: string): boolean => Object.values(FILES).some((known) => known === name);

function parsed(text: string): Manifest | null {
  try {
    return JSON.parse(text) as Manifest | null;
  } catch {
    return null;
  }
}

/** What `ledger verify` says of the log in the folder, by the checkpoints that lie beside it. */
export async function verdictOn(folder: string, keys: readonly VerifierKey[], keyFile: string): Promise<Verdict> {
  const signed = new SignedCheckpoints(keys, keyFile);
  addKept(signed, join(folder, FILES.checkpoints));
  const checkpoint = join(folder, FILES.checkpoint);
  if (existsSync(checkpoint)) signed.add(readFileSync(checkpoint, 'utf8'), checkpoint, 'ledger');
  const source = sqliteSource(join(folder, FILES.log));
  try {
    const { verdict } = await verify(source, { checkpoints: signed.all, forged: signed.forged, end: null, leaves: [], beside: null });
    return verdict;
  } finally {
    await source.close();
  }
}

const PIECE_BYTES = 1024 * 1024;

function digestOf(path: string): string {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  const piece = Buffer.alloc(PIECE_BYTES);
  for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) hash.update(piece.subarray(0, read));
  closeSync(file);
  return hash.digest('hex');
}
