/** The floor for recording: makes the same events durable, and does nothing else. */
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import type { NewEvent } from '#event-log';
import { checkAppend } from '#event-log';
import type { CheckedAppend } from '#event-log/testing';
import { Appends, openForWriting } from '#event-log/testing';

export interface BareLog {
  readonly append: (stream: string, events: readonly NewEvent[]) => Promise<unknown>;
  readonly close: () => unknown;
}

/** @param store a connection string of EventStoreDB, or the path of a file */
export const openBareLog = (store: string): BareLog =>
  store.startsWith('esdb') ? openBareClient(store) : openBareFile(store);

/** The bare client. This code tells it which revision to expect. */
function openBareClient(connectionString: string): BareLog {
  const client = EventStoreDBClient.connectionString(connectionString);
  const revisions = new Map<string, bigint>();
  return {
    async append(stream, events) {
      const { nextExpectedRevision } = await client.appendToStream(stream, events.map(jsonEvent), {
        expectedRevision: revisions.get(stream) ?? 'no_stream',
      });
      revisions.set(stream, nextExpectedRevision);
    },
    close: () => client.dispose(),
  };
}

/** One thread. All appends that wait share one commit. */
function openBareFile(path: string): BareLog {
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
