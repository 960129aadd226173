/** What a log is held against: keys and checkpoints from files, those that the ledger has kept, and the leaf rows of its views. */
import { readFileSync } from 'node:fs';
import { ViewsNotOpened } from '#read-models/database.js';
import { readKeptCheckpoints } from '#read-models/kept-checkpoints.js';
import type { TrustedLeaves } from '#read-models/trusted-leaves.js';
import { openTrustedLeaves } from '#read-models/trusted-leaves.js';
import { openCheckpoint } from '#transparency/checkpoint.js';
import type { VerifierKey } from '#transparency/keys.js';
import { parseVerifierKeys } from '#transparency/keys.js';
import { Malformed, NotProven } from '#transparency/refused.js';
import { CouldNotRun } from '../could-not-run.js';
import type { GivenCheckpoint } from './verification.js';

const LARGEST_FILE_BYTES = 2 * 1024 * 1024;

/** @throws {CouldNotRun} */
export function readText(path: string, what: string): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= LARGEST_FILE_BYTES) return bytes.toString();
    throw new Error(`it has ${bytes.length} bytes`);
  } catch (error) {
    throw new CouldNotRun(`${path}, which is to be ${what}, cannot be read (${(error as Error).message}).`);
  }
}

/** @throws {CouldNotRun} */
export function readKeys(path: string): VerifierKey[] {
  const text = readText(path, 'the key of the log');
  try {
    return parseVerifierKeys(text);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new CouldNotRun(
      `${path} holds no verifier keys (${error.message}). It is what ledger key show prints and GET /v1/log/key answers: <name>+<id>+<key>, one a line.`,
    );
  }
}

/** Checkpoints with a signature that holds, and what is wrong with the first that has none. */
export class SignedCheckpoints {
  readonly all: GivenCheckpoint[] = [];
  forged: string | null = null;

  constructor(
    private readonly keys: readonly VerifierKey[],
    private readonly keyFile: string,
  ) {}

  /** @param from what is said of where it comes from @throws {CouldNotRun} it is no checkpoint at all, and a person gave it */
  add(note: string, from: string, givenBy: 'person' | 'ledger'): GivenCheckpoint | null {
    try {
      const checkpoint = { ...openCheckpoint(note, this.keys), from };
      this.all.push(checkpoint);
      return checkpoint;
    } catch (error) {
      if (error instanceof Malformed && givenBy === 'person')
        throw new CouldNotRun(`${from} is no checkpoint (${error.message}). It is what GET /v1/log/checkpoint answers, as it stands.`);
      if (!(error instanceof Malformed || error instanceof NotProven)) throw error;
      this.forged ??= `${from} is not signed by a key in ${this.keyFile} (${error.message})`;
      return null;
    }
  }
}

/** @throws {CouldNotRun} the file that they are kept in is damaged */
export function addKept(signed: SignedCheckpoints, path: string): void {
  try {
    for (const { size, note } of readKeptCheckpoints(path)) signed.add(note, `the kept checkpoint of size ${size}`, 'ledger');
  } catch (error) {
    if (!(error instanceof ViewsNotOpened) && !isOfSqlite(error)) throw error;
    signed.forged ??= `the kept checkpoints in ${path} cannot be read (${(error as Error).message})`;
  }
}

/** The leaf rows of the views, or in words why there are none. */
export function leafRows(path: string): TrustedLeaves | string {
  try {
    return openTrustedLeaves(path) ?? `there are no views at ${path}`;
  } catch (error) {
    if (!(error instanceof ViewsNotOpened) && !isOfSqlite(error)) throw error;
    return `the views' file cannot be compared with: ${(error as Error).message}`;
  }
}

const isOfSqlite = (error: unknown): boolean => (error as { code?: string }).code?.startsWith('SQLITE') === true;
