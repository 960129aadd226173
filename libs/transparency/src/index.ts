/**
 * The proofs: a tree over the log's events, its signed checkpoints, and everything that a verifier checks them with.
 *
 * Bytes in, bytes out. It checks events with code of its own, and not with that of the log that stored them.
 *
 * Everybody outside of this folder imports `#transparency`, and no file behind it.
 */
export { toBase64 } from './base64.js';
export { LONGEST_LINE_CHARACTERS, eventLine, leafOfLine, leafOfRow } from './checked-leaf.js';
export { CheckedLog } from './checked-log.js';
export {
  type Checkpoint,
  type OpenedCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from './checkpoint.js';
export {
  ComparedLog,
  type Difference,
  type DifferenceKind,
  type FoundEvent,
  type TrustedLog,
  foundLine,
  foundRow,
} from './compared-log.js';
export { GrowingTree } from './growing-tree.js';
export { KEY_ROTATED, type KeyRotation, LOG_STREAM, keyRotation, rotationsOf, verifierKeysOf } from './key-rotation.js';
export {
  type SignerKey,
  type VerifierKey,
  formatSignerKey,
  isKeyName,
  parseSignerKey,
  parseVerifierKeys,
} from './keys.js';
export { type EventTexts, leafHash, leafText } from './leaf.js';
export { parseNote } from './note.js';
export { consistencyProof, inclusionProof } from './proofs.js';
export { quickLeaf, quickLineLeaf } from './quick-leaf.js';
export { Malformed, NotProven } from './refused.js';
export { TILE_HASHES, type TileSource, TiledTree } from './tiles.js';
export { formatTlogProof, verifyTlogProof } from './tlog-proof.js';
export { Frontier, HASH_BYTES } from './tree.js';
