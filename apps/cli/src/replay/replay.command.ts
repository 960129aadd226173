/** `ledger replay`: prints the history of one mandate or of all, as a timeline from the log only. */
import { styleText } from 'node:util';
import type { EventLog, RecordedEvent } from '#event-log';
import { isDay, mandateStream } from '#mandate';
import { openStoreForReading, readConfig } from '#setup';
import { CouldNotRun, EXIT, wordsOf } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import type { Entry } from './timeline.js';
import { Timeline } from './timeline.js';
import { wordsOfState } from './words.js';

export interface ReplayOptions {
  readonly until?: string;
  readonly revision?: string;
  readonly position?: string;
  readonly ndjson?: boolean;
}

/** @returns the exit code */
export async function replayCommand(
  mandateId: string | undefined,
  { until, revision, position, ndjson }: ReplayOptions,
  { env, say, colours }: Environment,
): Promise<number> {
  if (until !== undefined && !isDay(until))
    throw new CouldNotRun(`--until is "${until}"; it must be a day: 2022-12-31.`);
  const last = revision === undefined ? null : countOf(revision);
  if (last !== null && mandateId === undefined)
    throw new CouldNotRun('--revision counts the events of one mandate: name it, ledger replay MANDATE --revision N.');
  const log = await openStoreForReading(readConfig(env).store);
  try {
    const goesOn = beforeEnd(log, last, position);
    const timeline = new Timeline(log, until ?? null);
    const show = (entry: Entry): void => say(ndjson === true ? JSON.stringify(entry) : lineOf(entry, colours));
    let found = false;
    reading: for await (const page of mandateId === undefined
      ? log.readAll()
      : log.readStream(mandateStream(mandateId)))
      for (const event of page) {
        found = true;
        if (!goesOn(event)) break reading;
        const entry = await nextOf(timeline, event);
        if (entry !== null) show(entry);
      }
    (await timeline.cut()).forEach(show);
    if (!found && mandateId !== undefined)
      throw new CouldNotRun(
        `The log has no mandate ${mandateId}. ledger replay without an id shows all that there are.`,
      );
    return EXIT.done;
  } finally {
    await log.close();
  }
}

function countOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CouldNotRun(`--revision is "${text}"; it must be a number from 0.`);
}

function beforeEnd(
  log: EventLog,
  revision: number | null,
  position: string | undefined,
): (event: RecordedEvent) => boolean {
  try {
    if (position !== undefined) log.comparePositions(position, position);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CouldNotRun(`--position is "${position}"; it must be the position of an event, as every answer has it.`);
  }
  return (event) =>
    (revision === null || event.revision <= revision) &&
    (position === undefined || log.comparePositions(event.position, position) <= 0);
}

/** @throws {CouldNotRun} the event cannot be understood */
async function nextOf(timeline: Timeline, event: RecordedEvent): Promise<Entry | null> {
  try {
    return await timeline.next(event);
  } catch (error) {
    if (wordsOf(error) !== null) throw error;
    const { stream, revision, id } = event;
    throw new CouldNotRun(
      `The event ${id} (${stream}, revision ${revision}) cannot be replayed (${(error as Error).message}). ledger ` +
        'verify shows whether it was altered.',
    );
  }
}

/**
 * One line of the timeline. Blanks separate its parts, and no date or id has one, so that a shell pipe can split the
 * line.
 */
function lineOf(
  { mandateId, revision, decidedOn, kind, did, source, decisionId, state, recordedAt }: Entry,
  colours: boolean,
): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
    colours ? styleText(style, text) : text;
  const day = paint('bold', (decidedOn ?? 'earlier').padEnd(10));
  const cited = source === null ? `[${decisionId}]` : `[${source.documentId}, ${source.locator}]`;
  const held = state === null ? 'nothing is held' : wordsOfState(state);
  const repaired = kind === 'repair' ? ` (recorded ${recordedAt?.slice(0, 10) ?? 'on an unknown day'})` : '';
  return (
    `${day}  ${paint('cyan', `${mandateId}@${revision}`)}  ` +
    `${paint(kind === 'repair' ? 'yellow' : 'reset', did)}${repaired}  ${paint('dim', cited)}  → ` +
    `${paint('green', held)}`
  );
}
