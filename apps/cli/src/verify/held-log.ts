/**
 * Compares a log with all that the ledger kept of it: checkpoints, and the leaf rows of its views. A command does this
 * before it signs the log, or gives up what could show tampering. Unlike `ledger verify` it needs no key from outside,
 * so its result counts only for the operator.
 */
import type { KeptCheckpoint, KeptFile, TrustedLeaves } from '#read-models';
import { openKeptUnchanged, ViewsNotOpened } from '#read-models';
import type { Checkpoint, Difference, KeyRotation, SignerKey } from '#transparency';
import {
  CheckedLog,
  ComparedLog,
  KEY_ROTATED,
  keyRotation,
  LOG_STREAM,
  Malformed,
  NotProven,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  rotationsOf,
  signCheckpoint,
  verifierKeysOf,
} from '#transparency';
import { CouldNotRun, isOfSqlite } from '../could-not-run.js';
import { DoesNotHold } from '../result.js';
import { leafRows } from './evidence.js';
import type { LogSource, StoredEvent } from './source.js';

export interface HeldLog {
  readonly size: number;
  readonly root: Buffer;
  /** The largest kept checkpoint. It fits; `signedWhole` checks who signed it. */
  readonly newest: (KeptCheckpoint & Checkpoint) | null;
  /**
   * Why the leaf rows of the views do not vouch for the log. Null when there are rows, and all are those of its events.
   */
  readonly unvouched: string | null;
  readonly rotations: readonly KeyRotation[];
}

/** What the log is compared with, as it is now. Open it before the log is read or copied. */
export interface KeptEvidence {
  readonly keptPath: string;
  readonly kept: KeptFile | null;
  /** Or why there are none. */
  readonly rows: TrustedLeaves | string;
  close(): void;
}

/** @throws {CouldNotRun} the kept checkpoints exist, but cannot be used */
export function openEvidence(keptPath: string, viewsPath: string): KeptEvidence {
  const kept = readable(keptPath, () => openKeptUnchanged(keptPath));
  const rows = leafRows(viewsPath);
  return {
    keptPath,
    kept,
    rows,
    close() {
      kept?.close();
      if (typeof rows !== 'string') rows.close();
    },
  };
}

/**
 * Reads the log once.
 * @throws {DoesNotHold} the log differs; names the first wrong event when it is known
 * @throws {CouldNotRun} a kept checkpoint is malformed
 */
export async function holdLog(
  source: LogSource,
  evidence: KeptEvidence,
  told: (events: number) => void = () => undefined,
): Promise<HeldLog> {
  let newest: HeldLog['newest'] = null;
  const rows = typeof evidence.rows === 'string' ? null : evidence.rows;
  const log = new CheckedLog(keptIn(evidence), (checkpoint) => (newest = checkpoint));
  const compared = rows === null ? null : new ComparedLog(rows);
  const rotations: KeyRotation[] = [];
  let difference: Difference | null = null;
  for await (const page of source.pages()) {
    for (const event of page) {
      const found = event.found();
      const { leafHash, id, stream, revision, wrong } = found;
      if (leafHash === null)
        throw new DoesNotHold('altered', `event ${log.size} cannot be read (${wrong})`, {
          leafIndex: log.size,
          id,
          stream,
          revision,
        });
      difference ??= compared?.compare(found) ?? null;
      const rotation = stream === LOG_STREAM ? rotationIn(event.stored()) : null;
      if (rotation !== null) rotations.push(rotation);
      log.append(leafHash);
    }
    told(log.size);
  }
  difference ??= compared?.end() ?? null;
  const damage = rows?.damage() ?? null;
  // A checkpoint that fits proves its events right. So a difference there means that the rows are wrong, and rows are
  // built anew.
  if (difference !== null && damage === null && difference.first.leafIndex >= (log.fitting?.size ?? 0))
    throw new DoesNotHold(difference.kind, difference.detail, difference.first);
  if (log.misfit !== null)
    throw new DoesNotHold('altered', `the kept checkpoint of size ${log.misfit.size} does not fit the log`);
  if (log.beyond !== null)
    throw new DoesNotHold(
      'truncated',
      `the log has ${log.size} events, and a kept checkpoint was signed of ${log.beyond.size}`,
    );
  return { size: log.size, root: log.root(), newest, unvouched: reason(evidence, damage, difference), rotations };
}

function reason({ rows }: KeptEvidence, damage: string | null, difference: Difference | null): string | null {
  if (typeof rows === 'string') return rows;
  if (damage !== null) return `the views' file is damaged (${damage})`;
  if (difference !== null) return `the leaf rows of the views are wrong (${difference.detail})`;
  return rows.size === 0 ? 'the views hold no event' : null;
}

/**
 * A checkpoint of the whole log: the kept one, or one that is signed now, as the server would.
 * @throws {CouldNotRun} nothing vouches for the log, or the key is not the log's
 * @throws {DoesNotHold} no key of the log signed the newest kept checkpoint
 */
export function signedWhole(held: HeldLog, signer: SignerKey, keyPath: string): KeptCheckpoint {
  const { size, root, newest, unvouched, rotations } = held;
  if (size === 0) throw new CouldNotRun('The log is empty: there is nothing to sign. Record something first.');
  const { name, text } = signer.verifier;
  if (newest !== null) checkSigner(newest, held, signer);
  const last = rotationsOf(name, rotations).at(-1)?.to.text ?? text;
  if (last !== text)
    throw new CouldNotRun(
      `The log says that its key is ${last}, and ${keyPath} holds ${text}. Put the key of the log there first.`,
    );
  if (newest?.size === size) return newest;
  if (unvouched !== null)
    throw new CouldNotRun(
      `Nothing was signed: ${size - (newest?.size ?? 0)} events of the log are in no kept checkpoint, and ` +
        `${unvouched}. Start the ledger, which builds its views and signs, or set LEDGER_READ_MODEL to where they ` +
        'are; then run this again.',
    );
  return { size, note: signCheckpoint({ origin: name, size, root }, signer) };
}

function checkSigner(newest: KeptCheckpoint & Checkpoint, { rotations }: HeldLog, { verifier }: SignerKey): void {
  if (newest.origin !== verifier.name)
    throw new CouldNotRun(
      `The key is that of ${verifier.name}, and the kept checkpoints are those of ${newest.origin}. Set ` +
        'LEDGER_LOG_KEY to the key of that origin.',
    );
  try {
    openCheckpoint(newest.note, verifierKeysOf(verifier, rotations));
  } catch (error) {
    if (!(error instanceof NotProven)) throw error;
    throw new DoesNotHold(
      'signature',
      `the newest kept checkpoint (size ${newest.size}) is not signed by a key of the log (${error.message})`,
    );
  }
}

function* keptIn({ kept, keptPath }: KeptEvidence): Generator<KeptCheckpoint & Checkpoint> {
  const each = kept?.each();
  for (;;) {
    const checkpoint = readable(keptPath, () => {
      const next = each?.next();
      if (next === undefined || next.done === true) return null;
      const checkpoint = parseCheckpoint(parseNote(next.value.note).text);
      if (checkpoint.size !== next.value.size)
        throw new Malformed(`the one of size ${next.value.size} says ${checkpoint.size}`);
      return { ...next.value, ...checkpoint };
    });
    if (checkpoint === null) return;
    yield checkpoint;
  }
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Malformed || error instanceof ViewsNotOpened || isOfSqlite(error))) throw error;
    throw new CouldNotRun(
      `The kept checkpoints in ${path} cannot be used (${(error as Error).message}). Restore that file from a ` +
        'backup, or move it away and keep it.',
    );
  }
}

const rotationIn = (event: StoredEvent | null): KeyRotation | null =>
  event?.type === KEY_ROTATED ? keyRotation(JSON.parse(event.dataText)) : null;
