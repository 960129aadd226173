/** Bytes into lines, whatever pieces they come in; a line that is too long is counted and not kept. */

export const LONGEST_LINE_BYTES = 1024 * 1024;

export interface Line {
  /** From 1; blank lines count. */
  readonly number: number;
  /** Without the line's end; null where it was too long. */
  readonly bytes: Buffer | null;
}

const LINE_FEED = 0x0a;
/** Many small pieces would weigh more than what is in them. */
const MOST_PIECES = 1000;

export class LineSplitter {
  private lines = 0;
  private pieces: Buffer[] = [];
  private length = 0;

  /** The lines that are whole with this piece, but for the blank ones. */
  *push(piece: Buffer): Generator<Line> {
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, start)) {
      this.keep(piece.subarray(start, end));
      yield* this.take();
      start = end + 1;
    }
    this.keep(piece.subarray(start));
  }

  /** What comes after the last line's end, where that is more than blanks. */
  *end(): Generator<Line> {
    yield* this.take();
  }

  private keep(piece: Buffer): void {
    this.length += piece.length;
    if (this.length > LONGEST_LINE_BYTES) this.pieces = [];
    else if (piece.length > 0) this.pieces.push(piece);
    if (this.pieces.length === MOST_PIECES) this.pieces = [Buffer.concat(this.pieces)];
  }

  private *take(): Generator<Line> {
    const { pieces, length } = this;
    const number = ++this.lines;
    [this.pieces, this.length] = [[], 0];
    if (length > LONGEST_LINE_BYTES) yield { number, bytes: null };
    else {
      const bytes = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      if (!bytes.every(isBlank)) yield { number, bytes };
    }
  }
}

const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;
