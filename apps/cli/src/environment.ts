/** What a command gets from its process. Tests pass their own, to run a command in the process of the test. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Writes a line to standard output. */
  readonly say: (line: string) => void;
  /** Writes bytes to standard output, unchanged. */
  readonly write: (bytes: Uint8Array) => void;
  /** Writes a line for a person to standard error. */
  readonly tell: (line: string) => void;
  /** Whether standard output is a terminal that shows colours. */
  readonly colours: boolean;
}
