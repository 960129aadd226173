/** What tests outside of this library need of it, beside its face. */
export { canonicalText } from '../canonical-text.js';
export { fromBase64 } from '../base64.js';
export { signerKey } from '../keys.js';
export { leafBytes } from '../leaf.js';
export { verifyConsistency, verifyInclusion } from '../proofs.js';
export { tilesOf } from './kept-tiles.js';
export { HASH, MTH, PATH, PROOF } from './naive-tree.js';
export type { Tile } from '../tiles.js';
