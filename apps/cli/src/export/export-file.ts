/**
 * A file that `ledger export` wrote: a header line, then one event per line (docs/stored-bytes.md). It is read in
 * pieces, from the beginning or from an offset.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LONGEST_LINE_CHARACTERS } from '#transparency';
import { CouldNotRun } from '../could-not-run.js';

export interface ExportHeader {
  readonly size: number;
  /** A signed note. */
  readonly checkpoint: string;
}

export const headerLine = ({ size, checkpoint }: ExportHeader): string =>
  JSON.stringify({ ledgerExport: 1, size, checkpoint });

const PIECE_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;
const LONGEST_HEADER_BYTES = 2 * PIECE_BYTES;
/** A JavaScript character takes at most three bytes in UTF-8. */
const LONGEST_LINE_BYTES = 3 * LONGEST_LINE_CHARACTERS;
/** Lines that are read to find one of them again. */
export const BLOCK = 256;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A line of the file; null when it is not UTF-8, or longer than the line of any event. */
export type ExportLine = string | null;

export class ExportFile {
  private constructor(
    readonly path: string,
    private readonly file: number,
    readonly header: ExportHeader,
    private readonly begin: number,
  ) {}

  /**
   * Opens an export.
   * @returns null when the file does not begin like an export
   * @throws {CouldNotRun} the file cannot be read, its first line is damaged, or a later release wrote it
   */
  static open(path: string): ExportFile | null {
    let file: number | undefined;
    try {
      file = openSync(path, 'r');
      if (!fstatSync(file).isFile()) throw new Error('it is not a file');
      const first = firstLine(file);
      const header = first === null ? null : headerOf(first.text, path);
      if (header !== null) return new ExportFile(path, file, header, first!.bytes);
      closeSync(file);
      return null;
    } catch (error) {
      if (file !== undefined) closeSync(file);
      if (error instanceof CouldNotRun) throw error;
      throw new CouldNotRun(`${path} cannot be read (${(error as Error).message}).`);
    }
  }

  /**
   * Yields the lines of events in pages, from an offset on.
   * @param each gets the offset of each line, before the page with that line is yielded
   */
  *pages(from = this.begin, each?: (offset: number) => void): Generator<readonly ExportLine[]> {
    let rest: Buffer = Buffer.alloc(0);
    let tooLong = false;
    let at = from;
    for (let offset = from; ;) {
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      const read = readSync(this.file, piece, 0, PIECE_BYTES, offset);
      offset += read;
      const bytes = rest.length === 0 ? piece.subarray(0, read) : Buffer.concat([rest, piece.subarray(0, read)]);
      const lines: ExportLine[] = [];
      let start = 0;
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
        each?.(at);
        lines.push(tooLong ? null : decoded(bytes.subarray(start, end)));
        tooLong = false;
        at += end + 1 - start;
        start = end + 1;
      }
      rest = bytes.subarray(start);
      if (rest.length > LONGEST_LINE_BYTES) {
        tooLong = true;
        at += rest.length;
        rest = Buffer.alloc(0);
      }
      if (read === 0 && (rest.length > 0 || tooLong)) {
        each?.(at);
        lines.push(tooLong ? null : decoded(rest));
      }
      if (lines.length > 0) yield lines;
      if (read === 0) return;
    }
  }

  close(): void {
    closeSync(this.file);
  }
}

/**
 * Opens the file for a command that takes only exports.
 * @throws {CouldNotRun} the file cannot be read, or is no export
 */
export function openExport(path: string): ExportFile {
  const file = ExportFile.open(path);
  if (file === null)
    throw new CouldNotRun(
      `${path} is not an export: its first line is not {"ledgerExport":1,…}. ledger export makes one.`,
    );
  return file;
}

function firstLine(file: number): { readonly text: string; readonly bytes: number } | null {
  const bytes = Buffer.alloc(LONGEST_HEADER_BYTES);
  const read = readSync(file, bytes, 0, bytes.length, 0);
  const end = bytes.subarray(0, read).indexOf(LINE_FEED);
  const text = decoded(bytes.subarray(0, end < 0 ? read : end));
  return text === null ? null : { text, bytes: end < 0 ? read : end + 1 };
}

function headerOf(line: string, path: string): ExportHeader | null {
  if (!/^\s*\{\s*"ledgerExport"\s*:/.test(line)) return null;
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(line) as Record<string, unknown>;
  } catch {
    throw new CouldNotRun(`${path} has a first line that is not JSON. It was damaged: get the export again.`);
  }
  const { ledgerExport, size, checkpoint } = header;
  if (ledgerExport !== 1)
    throw new CouldNotRun(
      `${path} is an export of form ${String(ledgerExport)}, and this release reads form 1. Use that of the export.`,
    );
  if (!Number.isSafeInteger(size) || (size as number) < 0 || typeof checkpoint !== 'string')
    throw new CouldNotRun(
      `${path} has a first line without its size and checkpoint. It was damaged: get the export again.`,
    );
  return { size: size as number, checkpoint };
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
