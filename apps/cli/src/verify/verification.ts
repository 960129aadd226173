/**
 * Whether a log is what signed checkpoints say, and where it is not, which event is the first that is wrong. The log is read once, in memory that does not
 * grow with it; a second time, and closer, only where something is wrong.
 */
import { toBase64 } from '#transparency/base64.js';
import { CheckedLog } from '#transparency/checked-log.js';
import type { OpenedCheckpoint } from '#transparency/checkpoint.js';
import type { Difference, DifferenceKind, FoundEvent, TrustedLog } from '#transparency/compared-log.js';
import { ComparedLog } from '#transparency/compared-log.js';
import { HASH_BYTES } from '#transparency/tree.js';
import type { LogSource } from './source.js';
import { provenLeaves } from './trusted.js';

export interface Verdict {
  readonly ok: boolean;
  /** Events of the log. */
  readonly size: number;
  /** Base64 of the root over all of them; null where one cannot be read, since it has no leaf then. */
  readonly root: string | null;
  /** Name and key ID of who signed the largest checkpoint that fits; null where none does. */
  readonly signer: string | null;
  /** `unsigned`: nothing signed says anything of the log; `signature`: a checkpoint is not signed by a key that is known. */
  readonly problem: DifferenceKind | 'unsigned' | 'signature' | null;
  readonly first: Difference['first'] | null;
  /** A sentence. */
  readonly detail: string;
}

/** A checkpoint whose signature holds, and where it comes from. */
export interface GivenCheckpoint extends OpenedCheckpoint {
  readonly from: string;
}

export interface Outcome {
  readonly verdict: Verdict;
  /** Of a checkpoint that was given; null where the log does not reach to it, or a smaller one does not fit. */
  readonly fits: (checkpoint: GivenCheckpoint) => boolean | null;
}

export interface Evidence {
  readonly checkpoints: readonly GivenCheckpoint[];
  /** What is wrong with a checkpoint before the log is looked at: no known key has signed it. */
  readonly forged: string | null;
  /** Leaf hashes of elsewhere, the best first, each made only when it is needed. */
  readonly leaves: readonly (() => TrustedLog | null)[];
  /** Where the log has to end; null where it may have grown since. */
  readonly end: number | null;
  /** Compared with each event on the way; the leaf rows of the store's views. */
  readonly beside: TrustedLog | null;
}

const NO_LEAF = Buffer.alloc(HASH_BYTES);

/** @param told how far the reading is */
export async function verify(source: LogSource, evidence: Evidence, told: (events: number) => void = () => undefined): Promise<Outcome> {
  const { checkpoints, beside } = evidence;
  const signed = Math.max(0, ...checkpoints.map(({ size }) => size));
  const checked = new CheckedLog(checkpoints);
  let unreadable = false;
  let differs = false;
  let tooMany: FoundEvent | null = null;
  for await (const page of source.pages()) {
    for (const event of page) {
      const leafIndex = checked.size;
      const hash = (leafIndex < signed ? event.quickHash() : null) ?? event.found().leafHash;
      unreadable ||= hash === null;
      if (beside !== null && leafIndex < beside.size && !differs) differs = !isSame(hash, beside.leafHash(leafIndex));
      if (leafIndex === evidence.end) tooMany = event.found();
      checked.append(hash ?? NO_LEAF);
    }
    told(checked.size);
  }
  differs ||= beside !== null && checked.size < beside.size;
  const verdict = await verdictOf(source, evidence, checked, { unreadable, differs, tooMany });
  const fits = (checkpoint: GivenCheckpoint): boolean | null => {
    if (checkpoint === checked.misfit) return false;
    if (checked.unreached.includes(checkpoint)) return null;
    return checked.misfit === null || checkpoint.size <= (checked.fitting?.size ?? 0) ? true : null;
  };
  return { verdict, fits };
}

async function verdictOf(
  source: LogSource,
  { checkpoints, forged, leaves, end }: Evidence,
  checked: CheckedLog<GivenCheckpoint>,
  { unreadable, differs, tooMany }: { readonly unreadable: boolean; readonly differs: boolean; readonly tooMany: FoundEvent | null },
): Promise<Verdict> {
  const { size, fitting, misfit } = checked;
  const [beyond] = checked.unreached;
  const known = {
    size,
    root: unreadable ? null : toBase64(checked.root()),
    signer: fitting === null ? null : `${fitting.signer.name}+${fitting.signer.id}`,
  };
  const failed = (problem: Verdict['problem'], first: Verdict['first'], detail: string): Verdict => ({
    ok: false,
    ...known,
    problem,
    first,
    detail: `${detail[0]!.toUpperCase()}${detail.slice(1)}.`,
  });

  if (misfit !== null || beyond !== undefined || unreadable || differs) {
    for (const give of leaves) {
      const given = give();
      const trusted = given === null ? null : provenLeaves(given, checkpoints);
      const difference = trusted === null ? null : await firstDifference(source, trusted);
      if (difference !== null) return failed(difference.kind, difference.first, difference.detail);
    }
    const from = fitting?.size ?? 0;
    if (misfit !== null)
      return failed(
        'altered',
        null,
        `the checkpoint of size ${misfit.size} (${misfit.from}) does not fit: the first event that was altered, removed, inserted or moved is ${range(from, misfit.size)}`,
      );
    if (unreadable) {
      const difference = await firstUnreadable(source);
      if (difference !== null) return failed('altered', difference.first, difference.detail);
    }
    if (beyond !== undefined)
      return failed(
        'truncated',
        null,
        `the log has ${size} events, and the checkpoint of size ${beyond.size} (${beyond.from}) was signed of more: the first event that is missing is ${range(from, beyond.size)}`,
      );
  }
  if (end !== null && tooMany !== null) {
    const { id, stream, revision } = tooMany;
    return failed('inserted', { leafIndex: end, id, stream, revision }, `event ${end} stands after the ${end} that were signed`);
  }
  if (forged !== null) return failed('signature', null, forged);
  if (fitting === null && size > 0)
    return failed('unsigned', null, 'no signed checkpoint says anything of this log: give one with --checkpoint');
  return { ok: true, ...known, problem: null, first: null, detail: holds(size, fitting) };
}

const range = (from: number, to: number): string => `one of events ${from} to ${to - 1}`;

function holds(size: number, fitting: GivenCheckpoint | null): string {
  if (fitting === null) return 'The log is empty.';
  if (fitting.size === size) return `All ${size} events are those that were signed.`;
  return `The first ${fitting.size} events are those that were signed; ${size - fitting.size} came after that checkpoint.`;
}

async function firstDifference(source: LogSource, trusted: TrustedLog): Promise<Difference | null> {
  const compared = new ComparedLog(trusted);
  for await (const page of source.pages())
    for (const event of page) {
      if (compared.next >= trusted.size && !compared.differs) return null;
      const difference = compared.compare(event.found());
      if (difference !== null) return difference;
    }
  return compared.end();
}

/** A row that cannot be read is an altered event, signed or not. */
async function firstUnreadable(source: LogSource): Promise<Difference | null> {
  let leafIndex = 0;
  for await (const page of source.pages())
    for (const event of page) {
      const { wrong, id, stream, revision } = event.found();
      if (wrong !== null)
        return { kind: 'altered', first: { leafIndex, id, stream, revision }, detail: `event ${leafIndex} cannot be read: ${wrong}` };
      leafIndex++;
    }
  return null;
}

const isSame = (a: Uint8Array | null, b: Uint8Array | null): boolean => a !== null && b !== null && Buffer.compare(a, b) === 0;
