/** What a command gets from the process that it runs in, so that tests can run it in theirs. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A line on standard output. */
  readonly say: (line: string) => void;
}
