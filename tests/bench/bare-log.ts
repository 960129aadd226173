/** The floor for what is recorded: the same events made durable on one thread, all that wait in one commit, and nothing else. */
import type { CheckedAppend } from '#event-log/checked-append.js';
import { checkAppend } from '#event-log/checked-append.js';
import { Appends } from '#event-log/sqlite/appends.js';
import { openForWriting } from '#event-log/sqlite/database.js';
import type { NewEvent } from '#event-log/event-log.js';

export interface BareLog {
  readonly append: (stream: string, events: readonly NewEvent[]) => Promise<unknown>;
  readonly close: () => void;
}

export function openBareLog(path: string): BareLog {
  const db = openForWriting(path);
  const appends = new Appends(db);
  let waiting: { readonly append: CheckedAppend; readonly resolve: (outcome: unknown) => void }[] = [];
  const commit = (): void => {
    const batch = waiting;
    waiting = [];
    const outcomes = appends.store(batch.map(({ append }) => append));
    for (const [i, { resolve }] of batch.entries()) resolve(outcomes[i]);
  };
  return {
    append: (stream, events) =>
      new Promise((resolve) => {
        waiting.push({ append: checkAppend(stream, events, 'any'), resolve });
        if (waiting.length === 1) setImmediate(commit);
      }),
    close: () => db.close(),
  };
}
