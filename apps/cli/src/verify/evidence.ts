/**
 * What a log is compared with: keys and checkpoints from files, the checkpoints that the ledger kept, and the leaf rows
 * of its views.
 */
import { readFileSync } from 'node:fs';
import type { KeptCheckpoint, KeptFile, TrustedLeaves } from '#read-models';
import { openKeptUnchanged, openTrustedLeaves, ViewsNotOpened } from '#read-models';
import type { OpenedCheckpoint, VerifierKey } from '#transparency';
import { Malformed, NotProven, openCheckpoint, parseCheckpoint, parseNote, parseVerifierKeys } from '#transparency';
import { CouldNotRun, isOfSqlite } from '../could-not-run.js';

const LARGEST_FILE_BYTES = 2 * 1024 * 1024;

/** @throws {CouldNotRun} the file cannot be read, or is too large */
export function readText(path: string, what: string): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length <= LARGEST_FILE_BYTES) return bytes.toString();
    throw new Error(`it has ${bytes.length} bytes`);
  } catch (error) {
    throw new CouldNotRun(`${path}, which is to be ${what}, cannot be read (${(error as Error).message}).`);
  }
}

/** @throws {CouldNotRun} the file cannot be read, or holds no verifier keys */
export function readKeys(path: string): VerifierKey[] {
  const text = readText(path, 'the key of the log');
  try {
    return parseVerifierKeys(text);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new CouldNotRun(
      `${path} holds no verifier keys (${error.message}). It is what ledger key show prints and GET /v1/log/key ` +
        'answers: <name>+<id>+<key>, one a line.',
    );
  }
}

/** A checkpoint with a valid signature, and where it comes from. */
export interface GivenCheckpoint extends OpenedCheckpoint {
  readonly from: string;
}

/**
 * Checkpoints with a valid signature, the smallest first: those from files, and the kept ones, which are read on
 * demand. It also notes two findings: the first checkpoint that no key signed (`forged`), and the kept ones that it
 * passed over. Both are complete only once all checkpoints were read.
 */
export class SignedCheckpoints implements Iterable<GivenCheckpoint> {
  private readonly files: GivenCheckpoint[] = [];
  private kept: KeptFile | null = null;
  private keptPath = '';
  forged: string | null = null;
  /** Kept ones that other keys signed, for example before a rotation: how many, and the size of the largest. */
  passedOver: { readonly count: number; readonly size: number } = { count: 0, size: 0 };

  constructor(
    private readonly keys: readonly VerifierKey[],
    readonly keyFile: string,
  ) {}

  /**
   * @param from how messages name the place that it comes from
   * @returns null when the checkpoint is refused
   * @throws {CouldNotRun} it is no checkpoint at all, and a person gave it
   */
  add(note: string, from: string, givenBy: 'person' | 'ledger'): GivenCheckpoint | null {
    try {
      const checkpoint = { ...openCheckpoint(note, this.keys), from };
      this.files.push(checkpoint);
      return checkpoint;
    } catch (error) {
      if (error instanceof Malformed && givenBy === 'person')
        throw new CouldNotRun(
          `${from} is no checkpoint (${error.message}). It is what GET /v1/log/checkpoint answers, as it stands.`,
        );
      this.refuse(error, from);
      return null;
    }
  }

  /**
   * Adds the checkpoints that the file holds now. Call it before the log is read: a checkpoint that is signed later may
   * cover events that come too late for the reading.
   */
  addKept(path: string): void {
    this.keptPath = path;
    try {
      this.kept = openKeptUnchanged(path);
    } catch (error) {
      this.unreadable(error);
    }
  }

  get keptCount(): number {
    return this.kept?.count ?? 0;
  }

  *[Symbol.iterator](): Generator<GivenCheckpoint> {
    const files = [...this.files].sort((a, b) => a.size - b.size);
    let at = 0;
    for (const kept of this.opened()) {
      while (at < files.length && files[at]!.size <= kept.size) yield files[at++]!;
      yield kept;
    }
    yield* files.slice(at);
  }

  close(): void {
    this.kept?.close();
  }

  private *opened(): Generator<GivenCheckpoint> {
    const each = this.kept?.each();
    let count = 0;
    for (let next = this.following(each); next !== null; next = this.following(each)) {
      const checkpoint = this.open(next);
      if (checkpoint === 'of-other-keys') {
        // count each only once, even if they are read again
        if (++count > this.passedOver.count) this.passedOver = { count, size: next.size };
      } else if (checkpoint !== null) yield checkpoint;
    }
  }

  private following(each: Generator<KeptCheckpoint> | undefined): KeptCheckpoint | null {
    try {
      const next = each?.next();
      return next === undefined || next.done === true ? null : next.value;
    } catch (error) {
      this.unreadable(error);
      return null;
    }
  }

  private open({ size, note }: KeptCheckpoint): GivenCheckpoint | 'of-other-keys' | null {
    const from = `the kept checkpoint of size ${size}`;
    try {
      const { text, signatures } = parseNote(note);
      if (parseCheckpoint(text).size !== size) throw new Malformed('it is of another size');
      const isOurs = signatures.some(({ name, id }) => this.keys.some((key) => key.name === name && key.id === id));
      return isOurs ? { ...openCheckpoint(note, this.keys), from } : 'of-other-keys';
    } catch (error) {
      this.refuse(error, from);
      return null;
    }
  }

  private refuse(error: unknown, from: string): void {
    if (!(error instanceof Malformed || error instanceof NotProven)) throw error;
    this.forged ??= `${from} is not signed by a key in ${this.keyFile} (${error.message})`;
  }

  private unreadable(error: unknown): void {
    if (!(error instanceof ViewsNotOpened) && !isOfSqlite(error)) throw error;
    this.forged ??= `the kept checkpoints in ${this.keptPath} cannot be read (${(error as Error).message})`;
  }
}

/** The leaf rows of the views, or words that say why there are none. */
export function leafRows(path: string): TrustedLeaves | string {
  try {
    return openTrustedLeaves(path) ?? `there are no views at ${path}`;
  } catch (error) {
    if (!(error instanceof ViewsNotOpened) && !isOfSqlite(error)) throw error;
    return `the views' file cannot be compared with: ${(error as Error).message}`;
  }
}
