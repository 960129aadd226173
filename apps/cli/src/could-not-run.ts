/** Exit codes, the same for every command. `ledger --help` and docs/operations.md document them. */
import { EventRefused, LogNotOpened, LogUnavailable, OutcomeUnknown } from '#event-log';
import { KeptFileDamaged, KeptFileNotOpened, ViewsDamaged, ViewsNotOpened } from '#read-models';
import { WrongSetting } from '#setup';

export const EXIT = { done: 0, doesNotHold: 1, couldNotRun: 2 } as const;

/** The command could not do its work. The message says why, and what to do. */
export class CouldNotRun extends Error {}

const WORDED = [
  CouldNotRun,
  WrongSetting,
  LogNotOpened,
  LogUnavailable,
  OutcomeUnknown,
  EventRefused,
  ViewsNotOpened,
  ViewsDamaged,
  KeptFileNotOpened,
  KeptFileDamaged,
];

/** Whether the SQLite driver threw the error. Its errors have no class of their own. */
export const isOfSqlite = (error: unknown): boolean => (error as { code?: string }).code?.startsWith('SQLITE') === true;

/** What a person is told about an error; null for an error that nobody expected. */
export function wordsOf(error: unknown): string | null {
  const { message, code, syscall } = error as NodeJS.ErrnoException;
  if (WORDED.some((kind) => error instanceof kind)) return message;
  if (code === 'ERR_MODULE_NOT_FOUND') return `A part of it is not installed (${message}). Run npm ci in the checkout.`;
  if (syscall !== undefined)
    return `The system refused (${message}). ${REMEDIES[code ?? ''] ?? 'Look at the file that it names.'}`;
  if (isOfSqlite(error))
    return `SQLite refused (${message}). ${REMEDIES[code!] ?? 'ledger verify shows whether the log is whole.'}`;
  return null;
}

const FULL = 'Make room on that disk, and run this again.';
const RIGHTS = 'Give this account the right to read and write there, or name another place.';
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  SQLITE_FULL: FULL,
  EACCES: RIGHTS,
  EPERM: RIGHTS,
  EROFS: RIGHTS,
  SQLITE_READONLY: RIGHTS,
  SQLITE_BUSY: 'Another process is writing there; run this again when it has done.',
};
