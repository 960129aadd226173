/** C2SP tlog-proof: that a leaf is in the log of a checkpoint, as a text that is verified offline. */
import { fromBase64, toBase64 } from './base64.js';
import type { OpenedCheckpoint } from './checkpoint.js';
import { openCheckpoint, parseCheckpoint, parseCount } from './checkpoint.js';
import type { VerifierKey } from './keys.js';
import { parseNote } from './note.js';
import { verifyInclusion } from './proofs.js';
import { Malformed, NotProven } from './refused.js';
import { HASH_BYTES } from './tree.js';

export interface TlogProof {
  /** Opaque, and not covered by any signature. Ours have none. */
  readonly extra?: Uint8Array;
  /** Leaf index from 0. */
  readonly index: number;
  /** Inclusion proof of RFC 9162, section 2.1.3.1. */
  readonly hashes: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
}

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** A tree of 2^53 leaves is as high. */
const MOST_HASHES = 53;
const LARGEST_PROOF = 2 * 1024 * 1024;

/** The inverse of parseTlogProof. */
export function formatTlogProof({ extra, index, hashes, checkpoint }: TlogProof): string {
  const extraLine = extra === undefined ? [] : [`extra ${toBase64(extra)}`];
  return [FIRST_LINE, ...extraLine, `index ${index}`, ...hashes.map(toBase64), '', checkpoint].join('\n');
}

/** "Format". @throws {Malformed} */
export function parseTlogProof(text: string): TlogProof {
  if (text.length > LARGEST_PROOF) throw new Malformed(`a proof has at most ${LARGEST_PROOF} characters`);
  const end = text.indexOf('\n\n');
  if (end < 0) throw new Malformed('a proof has an empty line before its checkpoint');
  const [first, ...lines] = text.slice(0, end).split('\n');
  if (first !== FIRST_LINE) throw new Malformed(`a proof begins with the line ${FIRST_LINE}`);
  const extra = lines[0]?.startsWith('extra ') === true ? { extra: fromBase64(lines.shift()!.slice(6), 'extra') } : {};
  const indexLine = lines.shift();
  if (indexLine?.startsWith('index ') !== true)
    throw new Malformed('a proof has a line with index and a number before its hashes');
  const index = parseCount(indexLine.slice(6), 'the index');
  if (lines.length > MOST_HASHES) throw new Malformed(`a proof has at most ${MOST_HASHES} hashes`);
  const hashes = lines.map((line) => fromBase64(line, 'a hash of the proof', HASH_BYTES));
  const checkpoint = text.slice(end + 2);
  const { size } = parseCheckpoint(parseNote(checkpoint).text);
  if (index >= size) throw new Malformed(`a log of size ${size} has no leaf ${index}`);
  return { ...extra, index, hashes, checkpoint };
}

/**
 * "Verifying a tlog proof". Witnesses are known to nobody here, so their cosignatures are ignored as those of unknown
 * keys.
 * @param leafHash of the event that the proof is said to be of, computed from the event
 * @throws {Malformed}; {NotProven} the checkpoint is not signed by a given key, or the proof does not lead from that
 * leaf to its root
 */
export function verifyTlogProof(
  text: string,
  leafHash: Uint8Array,
  keys: readonly VerifierKey[],
): { readonly index: number; readonly checkpoint: OpenedCheckpoint } {
  const { index, hashes, checkpoint: note } = parseTlogProof(text);
  const checkpoint = openCheckpoint(note, keys);
  if (!verifyInclusion(leafHash, index, checkpoint.size, hashes, checkpoint.root))
    throw new NotProven(`the proof does not show that this is leaf ${index} of the log of size ${checkpoint.size}`);
  return { index, checkpoint };
}
