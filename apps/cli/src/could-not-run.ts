/** Exit codes, the same for every command; they are documented in `ledger --help` and in docs/operations.md. */
export const EXIT = { done: 0, doesNotHold: 1, couldNotRun: 2 } as const;

/** The command could not do its work; the message says why and what to do. */
export class CouldNotRun extends Error {}
