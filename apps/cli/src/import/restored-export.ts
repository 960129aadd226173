/**
 * Restores an export event for event. The export has to match its own checkpoint first (docs/stored-bytes.md), and the
 * store may hold nothing else.
 */
import type { EventLog, JsonObject, NewEvent } from '#event-log';
import { EventIdInUse, EventRefused, WrongExpectedRevision } from '#event-log';
import type { Checkpoint, VerifierKey } from '#transparency';
import {
  CheckedLog,
  Frontier,
  leafHash,
  leafText,
  Malformed,
  NotProven,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  toBase64,
} from '#transparency';
import { CouldNotRun } from '../could-not-run.js';
import type { ExportFile } from '../export/export-file.js';
import type { StoredEvent } from '../verify/source.js';
import { exportSource } from '../verify/source.js';

/** The export is not what its checkpoint says. Nothing of it was stored. */
export class ExportWrong extends Error {}

type Told = (done: number, total: number) => void;

/**
 * The first pass: do the lines give the root of the checkpoint?
 * @param keys the checkpoint has to be signed with one of them; null skips this check
 * @throws {ExportWrong} the lines or the signature do not fit the checkpoint
 */
export async function checkExport(
  file: ExportFile,
  keys: readonly VerifierKey[] | null,
  told: Told,
): Promise<Checkpoint> {
  const checkpoint = checkpointOf(file, keys);
  if (checkpoint.size !== file.header.size)
    throw new ExportWrong(`its first line says ${file.header.size} events, and its checkpoint ${checkpoint.size}`);
  const log = new CheckedLog([checkpoint]);
  for await (const page of exportSource(file).pages()) {
    for (const event of page) {
      const { leafHash: hash, wrong } = event.found();
      if (hash === null) throw new ExportWrong(`event ${log.size} cannot be read: ${wrong}`);
      if (log.size === checkpoint.size)
        throw new ExportWrong(`it has more than the ${checkpoint.size} events of its checkpoint`);
      log.append(hash);
    }
    told(log.size, checkpoint.size);
  }
  if (log.size < checkpoint.size)
    throw new ExportWrong(`it has ${log.size} events, and its checkpoint was signed of ${checkpoint.size}`);
  if (log.misfit !== null)
    throw new ExportWrong(
      `its events give the root ${toBase64(log.root())}, and its checkpoint has ${toBase64(checkpoint.root)}`,
    );
  return checkpoint;
}

function checkpointOf({ header }: ExportFile, keys: readonly VerifierKey[] | null): Checkpoint {
  try {
    return keys === null ? parseCheckpoint(parseNote(header.checkpoint).text) : openCheckpoint(header.checkpoint, keys);
  } catch (error) {
    if (error instanceof Malformed || error instanceof NotProven)
      throw new ExportWrong(`its checkpoint does not hold: ${error.message}`);
    throw error;
  }
}

/**
 * How many of the export's first events an interrupted import has stored already; 0 when the store is empty.
 * @throws {CouldNotRun} the store holds anything else
 */
export async function storedAlready(log: EventLog, file: ExportFile): Promise<number> {
  const stored = eventsOf(log);
  let count = 0;
  let next = await stored.next();
  for await (const event of exported(file)) {
    if (next.done === true) return count;
    if (next.value !== leafText(event)) break;
    count++;
    next = await stored.next();
  }
  if (next.done === true) return count;
  await stored.return(undefined);
  throw new CouldNotRun(
    `The store is not empty: its event ${count} is not that of the export. An export goes into an empty store ` +
      'alone; set LEDGER_DATA_DIR or LEDGER_STORE to another one.',
  );
}

async function* eventsOf(log: EventLog): AsyncGenerator<string, undefined> {
  for await (const page of log.readAll()) for (const event of page) yield leafText(event);
}

async function* exported(file: ExportFile): AsyncGenerator<StoredEvent> {
  for await (const page of exportSource(file).pages())
    for (const event of page) {
      const stored = event.stored();
      if (stored === null)
        throw new CouldNotRun(`${file.path} was changed while it was imported. Nothing more was stored.`);
      yield stored;
    }
}

/**
 * Appends that share one commit of the embedded store. When they are handed over together, it stores them in order, all
 * or none, so that an interrupted import can go on. EventStoreDB stores in the order of its answers, so there each
 * append waits for the one before.
 */
const MOST_WAITING = 256;
/** Characters that may wait, at most: the thread that writes has a small heap. */
const MOST_WAITING_CHARACTERS = 4 * 1024 * 1024;
const LARGEST_GROUP_CHARACTERS = 256 * 1024;

/**
 * The second pass: stores the events after the first `from`. The events of one decision are appended together.
 * @throws {CouldNotRun} the store refused an event
 */
export async function storeExport(
  log: EventLog,
  file: ExportFile,
  from: number,
  ordered: 'by-store' | 'one-by-one',
  told: Told,
): Promise<void> {
  const atOnce = ordered === 'by-store' ? MOST_WAITING : 1;
  let waiting: StoredEvent[][] = [];
  let waitingCharacters = 0;
  let group: StoredEvent[] = [];
  let index = 0;
  const store = async (): Promise<void> => {
    const appends = waiting.map((events) => append(log, events));
    waiting = [];
    waitingCharacters = 0;
    await Promise.allSettled(appends);
    await Promise.all(appends);
  };
  const flush = async (): Promise<void> => {
    if (group.length > 0) waiting.push(group);
    waitingCharacters += charactersOf(group);
    group = [];
    if (waiting.length >= atOnce || waitingCharacters >= MOST_WAITING_CHARACTERS) await store();
  };
  try {
    for await (const event of exported(file)) {
      if (index++ < from) continue;
      if (!belongs(group, event)) await flush();
      group.push(event);
      told(index, file.header.size);
    }
    await flush();
    await store();
  } catch (error) {
    if (error instanceof WrongExpectedRevision || error instanceof EventIdInUse || error instanceof EventRefused)
      throw new CouldNotRun(
        `The store refused an event (${error.message}). Does another process write to it? What is stored can be ` +
          'gone on with: run the import again.',
      );
    throw error;
  }
}

function belongs(group: readonly StoredEvent[], event: StoredEvent): boolean {
  const last = group.at(-1);
  if (last === undefined || last.stream !== event.stream || last.revision + 1 !== event.revision) return false;
  const decision = decisionOf(event);
  return (
    decision !== undefined &&
    decision === decisionOf(last) &&
    charactersOf(group) + event.dataText.length < LARGEST_GROUP_CHARACTERS
  );
}

const charactersOf = (events: readonly StoredEvent[]): number =>
  events.reduce((sum, { dataText, metadataText }) => sum + dataText.length + metadataText.length, 0);

const decisionOf = ({ metadataText }: StoredEvent): unknown => (JSON.parse(metadataText) as JsonObject)['decisionId'];

function append(log: EventLog, group: readonly StoredEvent[]): Promise<unknown> {
  const [{ stream, revision }] = group as readonly [StoredEvent];
  const events = group.map(({ id, type, dataText, metadataText }): NewEvent => ({
    id,
    type,
    data: JSON.parse(dataText) as JsonObject,
    metadata: JSON.parse(metadataText) as JsonObject,
  }));
  return log.append(stream, events, revision === 0 ? 'none' : revision - 1);
}

/** Reads the store back, and returns its size and root. */
export async function readBack(log: EventLog): Promise<{ readonly size: number; readonly root: Buffer }> {
  const tree = new Frontier();
  for await (const page of log.readAll()) for (const event of page) tree.append(leafHash(leafText(event)));
  return { size: tree.size, root: tree.root() };
}
