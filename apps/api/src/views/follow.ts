/** Lets the views follow the log: hands over what comes, and begins again after a failure. */
import type { EventLog } from '#event-log';
import { pause } from '#event-log';
import type { Checkpoint, LastEvent } from '#read-models';
import type { ProjectingThread } from './projecting-thread.js';
import type { Watched } from './standing-watch.js';

/** After a failure it tries again. Each wait is twice as long as the one before, up to the longest. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5000;

/** What the follower reports of the views. */
export type Report =
  /** The views' file is open, and queries can use it. */
  | { readonly opened: Checkpoint }
  /** The views were made from this log, and follow it from here. */
  | { readonly following: Checkpoint }
  | { readonly projected: Checkpoint }
  /** The views do not follow the log at the moment. */
  | { readonly trouble: string; readonly error: unknown; readonly retryInMs: number }
  /** The views follow the log, but what is new in them cannot be searched at the moment. */
  | { readonly notIndexed: unknown }
  /** How far the standing watch is. */
  | { readonly watched: Watched }
  /** The views cannot be used; the message says what to do. */
  | { readonly refused: string };

/**
 * Follows the log from the checkpoint on, until the signal aborts. Returns early when the views were made from another
 * log.
 */
export async function follow(
  projector: ProjectingThread,
  log: EventLog,
  path: string,
  report: (what: Report) => void,
  signal: AbortSignal,
): Promise<void> {
  let wait = FIRST_WAIT_MS;
  projector.onProjected = (checkpoint) => {
    wait = FIRST_WAIT_MS;
    report({ projected: checkpoint });
  };
  projector.onNotIndexed = (error) => report({ notIndexed: error });
  while (!signal.aborted) {
    try {
      const other = await otherLog(projector.projected.last, log, path);
      if (other !== null) return report({ refused: other });
      report({ following: projector.projected.checkpoint });
      await handOver(projector, log, signal);
    } catch (error) {
      await projector.settled();
      if (signal.aborted) return;
      const trouble =
        `the views stopped after event ${projector.projected.checkpoint.size}: ` + `${(error as Error).message}`;
      const retryInMs = Math.round(wait * (0.5 + Math.random())); // so that replicas do not all come back at once
      report({ trouble, error, retryInMs });
      await pause(retryInMs, signal);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }
  await projector.settled();
}

/** @throws what ended the subscription, or what projecting threw */
async function handOver(projector: ProjectingThread, log: EventLog, signal: AbortSignal): Promise<void> {
  const failure = new AbortController();
  projector.onFailure = (error) => failure.abort(error);
  const { position } = projector.projected.checkpoint;
  const ended = AbortSignal.any([signal, failure.signal]);
  for await (const events of log.subscribe({ signal: ended, ...(position === null ? {} : { after: position }) })) {
    if (ended.aborted) break; // these follow a batch that failed
    await projector.project(events);
  }
  failure.signal.throwIfAborted();
}

/**
 * A message when the log does not hold what these views were made from: it was emptied, cut off or replaced. Null when
 * it does.
 */
async function otherLog(last: LastEvent | null, log: EventLog, path: string): Promise<string | null> {
  if (last === null) return null;
  for await (const [event] of log.readStream(last.stream, { from: last.revision, limit: 1 }))
    if (event?.id === last.id && event.position === last.position) return null;
  return (
    `The views were made from another log: event ${last.id}, the last in them, is not where they have it ` +
    `(stream ${last.stream}, revision ${last.revision}). If the log was replaced on purpose, by a backup for ` +
    `instance, stop, remove the views' file ${path}, move checkpoints.db and log-key (LEDGER_LOG_KEY) away and ` +
    'keep them, so that the log gets a name and a key of its own, and start again; else find out what happened ' +
    'to the log.'
  );
}
