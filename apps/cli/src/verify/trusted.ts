/**
 * Leaf hashes that may be trusted to name the first wrong event: those that give a signed root (docs/stored-bytes.md).
 */
import type { Checkpoint, FoundEvent, TrustedLog } from '#transparency';
import { CheckedLog, foundLine } from '#transparency';
import type { ExportFile, ExportLine } from '../export/export-file.js';
import { BLOCK } from '../export/export-file.js';

/**
 * The leaves that the checkpoints vouch for; null when there are none. While all checkpoints fit, the leaves after the
 * last one are trusted with the rest.
 */
export function provenLeaves(leaves: TrustedLog, checkpoints: Iterable<Checkpoint>): TrustedLog | null {
  const checked = new CheckedLog(checkpoints);
  while (checked.size < leaves.size) {
    const hash = leaves.leafHash(checked.size);
    if (hash === null) break;
    checked.append(hash);
  }
  if (checked.fitting === null || checked.fitting.size === 0) return null;
  const size = checked.misfit === null ? checked.size : checked.fitting.size;
  return {
    size,
    leafHash: (leafIndex) => leaves.leafHash(leafIndex),
    identity: (leafIndex) => leaves.identity(leafIndex),
  };
}

/**
 * The leaves of another export, read a block of lines at a time. Memory holds the offset of each block, and one block.
 */
export function exportLeaves(file: ExportFile): TrustedLog {
  const starts: number[] = [];
  let size = 0;
  const noteStart = (offset: number): void => {
    if (size++ % BLOCK === 0) starts.push(offset);
  };
  for (const lines of file.pages(undefined, noteStart)) void lines;
  let block: { index: number; events: FoundEvent[] } = { index: -1, events: [] };

  function eventAt(leafIndex: number): FoundEvent {
    const index = Math.floor(leafIndex / BLOCK);
    if (index !== block.index) block = { index, events: eventsFrom(file, starts[index]!) };
    return block.events[leafIndex % BLOCK]!;
  }

  return {
    size,
    leafHash: (leafIndex) => (leafIndex < size ? eventAt(leafIndex).leafHash : null),
    identity(leafIndex) {
      if (leafIndex >= size) return null;
      const { id, stream, revision } = eventAt(leafIndex);
      return id === null || stream === null || revision === null ? null : { id, stream, revision };
    },
  };
}

function eventsFrom(file: ExportFile, start: number): FoundEvent[] {
  const events: FoundEvent[] = [];
  for (const lines of file.pages(start)) {
    for (const line of lines.slice(0, BLOCK - events.length)) events.push(foundIn(line));
    if (events.length === BLOCK) break;
  }
  return events;
}

const foundIn = (line: ExportLine): FoundEvent =>
  line === null
    ? { leafHash: null, id: null, stream: null, revision: null, wrong: 'the line is not UTF-8' }
    : foundLine(line);
