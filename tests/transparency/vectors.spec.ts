/** The golden vectors: docs/stored-bytes.md, libs/transparency and the stores' own encoder give the same bytes. */
import { readFileSync } from 'node:fs';
import { canonicalJson } from '#event-log/testing';
import {
  CheckedLog,
  consistencyProof,
  eventLine,
  formatSignerKey,
  formatTlogProof,
  inclusionProof,
  leafHash,
  leafOfLine,
  leafOfRow,
  leafText,
  openCheckpoint,
  parseSignerKey,
  parseVerifierKeys,
  signCheckpoint,
  TiledTree,
  verifyTlogProof,
} from '#transparency';
import { leafBytes, tilesOf, verifyConsistency, verifyInclusion } from '#transparency/testing';
import { expectGolden } from '../golden.js';
import type { Vectors } from './naive-vectors.js';
import { naiveVectors, PROVEN, SIZES } from './naive-vectors.js';

const FOLDER = 'tests/golden/transparency';
const [header, ...lines] = readFileSync(`${FOLDER}/log.ndjson`, 'utf8').trimEnd().split('\n');
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64');
const events = lines.map((line) => {
  const found = leafOfLine(line);
  if (found.wrong !== undefined) throw new Error(found.wrong);
  return found.event;
});
const size = events.length;

describe('the vectors', () => {
  const vectors = naiveVectors(lines);
  it('are what follows from the text', () => {
    expectGolden('transparency/vectors.json', `${JSON.stringify(vectors, null, 1)}\n`);
    const first = JSON.stringify({ ledgerExport: 1, size, checkpoint: vectors.checkpoints[1] });
    expectGolden('transparency/log.ndjson', [first, ...lines, ''].join('\n'));
  });

  const hashes = events.map((event) => leafHash(leafText(event)));
  const tiles = tilesOf(hashes);
  const rootOf = (leaves: number): Buffer => new TiledTree(tiles, leaves).root();
  const signers = vectors.keys.map((key) => parseSignerKey((key as { signer: string }).signer));
  const [newest, oldest] = signers;
  const keys = parseVerifierKeys(vectors.keys.map((key) => (key as { verifier: string }).verifier).join('\n'));

  it('are what the library makes', () => {
    const checkpointAt = (leaves: number, signer = newest!): string =>
      signCheckpoint({ origin: signer.verifier.name, size: leaves, root: rootOf(leaves) }, signer);
    const made: Vectors = {
      leaves: events.map((event, leafIndex) => ({
        leafIndex,
        bytes: leafBytes(event).toString('hex'),
        leafHash: base64(hashes[leafIndex]!),
      })),
      roots: Array.from({ length: size + 1 }, (_, leaves) => base64(rootOf(leaves))),
      inclusion: SIZES.inclusion.flatMap((leaves) =>
        Array.from({ length: leaves }, (_, leafIndex) => ({
          leafIndex,
          size: leaves,
          hashes: inclusionProof(tiles, leafIndex, leaves).map(base64),
        })),
      ),
      consistency: SIZES.consistency.flatMap((to) =>
        Array.from({ length: to }, (_, i) => ({
          from: i + 1,
          to,
          hashes: consistencyProof(tiles, i + 1, to).map(base64),
        })),
      ),
      keys: signers.map(({ verifier: { name, text } }, i) => {
        const seed = Buffer.from(Array.from({ length: 32 }, (_, n) => (i === 0 ? 32 : 0) + n));
        return { seed: seed.toString('hex'), signer: formatSignerKey(name, seed), verifier: text };
      }),
      checkpoints: [checkpointAt(SIZES.rotation, oldest), checkpointAt(size)],
      tlogProof: formatTlogProof({
        index: PROVEN,
        hashes: inclusionProof(tiles, PROVEN, size),
        checkpoint: checkpointAt(size),
      }),
    };
    expect(made).toEqual(vectors);
  });

  it('are verified by the library', () => {
    for (const { leafIndex, size: leaves, hashes: proof } of vectors.inclusion)
      expect(
        verifyInclusion(
          bytesOf(vectors.leaves[leafIndex]!.leafHash),
          leafIndex,
          leaves,
          proof.map(bytesOf),
          bytesOf(vectors.roots[leaves]!),
        ),
      ).toBe(true);
    for (const { from, to, hashes: proof } of vectors.consistency)
      expect(
        verifyConsistency(from, to, bytesOf(vectors.roots[from]!), bytesOf(vectors.roots[to]!), proof.map(bytesOf)),
      ).toBe(true);
    expect(verifyTlogProof(vectors.tlogProof, hashes[PROVEN]!, keys)).toMatchObject({
      index: PROVEN,
      checkpoint: { size },
    });
    const log = new CheckedLog(vectors.checkpoints.map((note) => openCheckpoint(note, keys)));
    for (const hash of hashes) log.append(hash);
    expect([log.fitting?.size, log.misfit, log.beyond]).toEqual([size, null, null]);
  });
});

describe('the export', () => {
  it('names its size and its checkpoint first', () => {
    expect(Object.keys(JSON.parse(header!) as object)).toEqual(['ledgerExport', 'size', 'checkpoint']);
  });
  it('has lines as the library writes them, with data as the stores write it', () => {
    for (const [i, event] of events.entries()) {
      expect(eventLine(event)).toBe(lines[i]);
      expect(leafOfRow(event)).toMatchObject({ leaf: leafText(event) });
      const { data, metadata } = JSON.parse(lines[i]!) as Record<
        'data' | 'metadata',
        Parameters<typeof canonicalJson>[0]
      >;
      expect([canonicalJson(data), canonicalJson(metadata)]).toEqual([event.dataText, event.metadataText]);
    }
  });
  it('is refused line by line where it cannot be one', () => {
    const refused = JSON.parse(readFileSync(`${FOLDER}/refused.json`, 'utf8')) as { why: string; line: string }[];
    for (const { why, line } of refused) expect([why, leafOfLine(line).wrong]).toEqual([why, expect.any(String)]);
    expect(refused.length).toBeGreaterThan(15);
  });
});
