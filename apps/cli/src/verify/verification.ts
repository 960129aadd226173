/**
 * Whether a log is what signed checkpoints say and, if not, which event is the first wrong one. The log is read once,
 * in memory that does not grow with it. It is read a second time, and closer, only when something is wrong.
 */
import type { Difference, DifferenceKind, FoundEvent, TrustedLog } from '#transparency';
import { CheckedLog, ComparedLog, HASH_BYTES, toBase64 } from '#transparency';
import type { GivenCheckpoint, SignedCheckpoints } from './evidence.js';
import type { LogSource } from './source.js';
import { provenLeaves } from './trusted.js';

export interface Verdict {
  readonly ok: boolean;
  /** Number of events in the log. */
  readonly size: number;
  /** The root over all of them, in base64. Null when an event cannot be read, because such an event has no leaf. */
  readonly root: string | null;
  /** Name and key ID of the signer of the largest checkpoint that fits; null when none fits. */
  readonly signer: string | null;
  /** `unsigned`: nothing signed covers the log. `signature`: no known key signed a checkpoint. */
  readonly problem: DifferenceKind | 'unsigned' | 'signature' | null;
  readonly first: Difference['first'] | null;
  /** A sentence. */
  readonly detail: string;
}

export interface Outcome {
  readonly verdict: Verdict;
  /**
   * Whether each checkpoint in `asked` fits: its root has to be that of as many events. It leaves out checkpoints that
   * the log does not reach.
   */
  readonly fits: ReadonlyMap<GivenCheckpoint, boolean>;
}

export interface Evidence {
  readonly signed: SignedCheckpoints;
  /** The outcome tells whether these fit. */
  readonly asked: readonly GivenCheckpoint[];
  /** Leaf hashes from elsewhere, the best first. Each is made only when it is needed. */
  readonly leaves: readonly (() => TrustedLog | null)[];
  /** Size at which the log has to end; null when it may have grown since. */
  readonly end: number | null;
  /**
   * The leaf rows of the store's views, compared with each event during the first reading; null when there are none.
   */
  readonly beside: TrustedLog | null;
}

const NO_LEAF = Buffer.alloc(HASH_BYTES);

/** @param told gets the number of events read so far */
export async function verify(
  source: LogSource,
  evidence: Evidence,
  told: (events: number) => void = () => undefined,
): Promise<Outcome> {
  const { signed, asked, beside } = evidence;
  const fits = new Map<GivenCheckpoint, boolean>();
  const checked = new CheckedLog(signed, (checkpoint, isFitting) => {
    if (asked.includes(checkpoint)) fits.set(checkpoint, isFitting);
  });
  let unreadable = false;
  let differs = false;
  let tooMany: FoundEvent | null = null;
  for await (const page of source.pages()) {
    for (const event of page) {
      const leafIndex = checked.size;
      const hash = (checked.beyond === null ? null : event.quickHash()) ?? event.found().leafHash;
      unreadable ||= hash === null;
      if (beside !== null && leafIndex < beside.size && !differs) differs = !isSame(hash, beside.leafHash(leafIndex));
      if (leafIndex === evidence.end) tooMany = event.found();
      checked.append(hash ?? NO_LEAF);
    }
    told(checked.size);
  }
  differs ||= beside !== null && checked.size < beside.size;
  const verdict = await verdictOf(source, evidence, checked, { unreadable, differs, tooMany });
  return { verdict, fits };
}

async function verdictOf(
  source: LogSource,
  { signed, leaves, end }: Evidence,
  checked: CheckedLog<GivenCheckpoint>,
  {
    unreadable,
    differs,
    tooMany,
  }: { readonly unreadable: boolean; readonly differs: boolean; readonly tooMany: FoundEvent | null },
): Promise<Verdict> {
  const { size, fitting, misfit, beyond } = checked;
  const { forged, passedOver, keyFile } = signed;
  const signedSize = fitting?.size ?? 0;
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

  if (misfit !== null || beyond !== null || unreadable || differs) {
    for (const give of leaves) {
      const given = give();
      const trusted = given === null ? null : provenLeaves(given, signed);
      const difference = trusted === null ? null : await firstDifference(source, trusted);
      if (difference !== null) return failed(difference.kind, difference.first, difference.detail);
    }
    if (misfit !== null)
      return failed(
        'altered',
        null,
        `the checkpoint of size ${misfit.size} (${misfit.from}) does not fit: the first event that was altered, ` +
          `removed, inserted or moved is ${range(signedSize, misfit.size)}`,
      );
    if (unreadable) {
      const difference = await firstUnreadable(source);
      if (difference !== null) return failed('altered', difference.first, difference.detail);
    }
    if (beyond !== null)
      return failed(
        'truncated',
        null,
        `the log has ${size} events, and the checkpoint of size ${beyond.size} (${beyond.from}) was signed of more: ` +
          `the first event that is missing is ${range(signedSize, beyond.size)}`,
      );
  }
  if (end !== null && tooMany !== null) {
    const { id, stream, revision } = tooMany;
    return failed(
      'inserted',
      { leafIndex: end, id, stream, revision },
      `event ${end} stands after the ${end} that were signed`,
    );
  }
  if (forged !== null) return failed('signature', null, forged);
  if (passedOver.size > signedSize)
    return failed(
      'signature',
      null,
      `${otherKeys(signed)}, none of them in ${keyFile}. Where the key was changed, GET /v1/log/key and ledger key ` +
        'show give the new one with the older ones',
    );
  if (signedSize === 0 && (size > 0 || differs)) {
    const rows = differs ? ', and it is not what the leaf rows of the views say' : '';
    return failed(
      'unsigned',
      null,
      `no signed checkpoint says anything of this log${rows}: give one with --checkpoint`,
    );
  }
  return { ok: true, ...known, problem: null, first: null, detail: holds(size, fitting) };
}

const range = (from: number, to: number): string => `one of events ${from} to ${to - 1}`;

/** Words for the kept checkpoints that were passed over. */
export const otherKeys = ({ passedOver: { count, size } }: SignedCheckpoints): string =>
  `${count} kept checkpoint${count === 1 ? '' : 's'} up to size ${size} ${count === 1 ? 'is' : 'are'} signed by ` +
  'other keys';

function holds(size: number, fitting: GivenCheckpoint | null): string {
  if (fitting === null || size === 0) return 'The log is empty, and nothing says that it ever was not.';
  if (fitting.size === size) return `All ${size} events are those that were signed.`;
  return (
    `The first ${fitting.size} events are those that were signed; ${size - fitting.size} came after that ` +
    'checkpoint.'
  );
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

/** An event that cannot be read counts as altered, signed or not. */
async function firstUnreadable(source: LogSource): Promise<Difference | null> {
  let leafIndex = 0;
  for await (const page of source.pages())
    for (const event of page) {
      const { wrong, id, stream, revision } = event.found();
      if (wrong !== null)
        return {
          kind: 'altered',
          first: { leafIndex, id, stream, revision },
          detail: `event ${leafIndex} cannot be read: ${wrong}`,
        };
      leafIndex++;
    }
  return null;
}

const isSame = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a !== null && b !== null && Buffer.compare(a, b) === 0;
