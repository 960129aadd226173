/** The part of `edtf` (4.x, which ships no types) that term-date.ts uses. */
declare module 'edtf' {
  export interface ParsedEdtf {
    readonly type: string;
    readonly level?: number;
    readonly values?: readonly number[];
    readonly uncertain?: unknown;
    readonly approximate?: unknown;
    readonly unspecified?: unknown;
  }
  /** @throws {Error} the text is not EDTF */
  export function parse(text: string): ParsedEdtf;
}
