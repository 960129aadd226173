/** What a command gets from the process that it runs in, so that tests can run it in theirs. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A line on standard output. */
  readonly say: (line: string) => void;
  /** Bytes on standard output, as they are. */
  readonly write: (bytes: Uint8Array) => void;
  /** A line on standard error, for a person. */
  readonly tell: (line: string) => void;
  /** Whether standard output is a terminal that shows colours. */
  readonly colours: boolean;
}
