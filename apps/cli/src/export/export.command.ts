/** `ledger export`: the whole log as one file that proves itself: its first line has a signed checkpoint of the lines that follow. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ViewsNotOpened } from '#read-models/database.js';
import type { KeptCheckpoint } from '#read-models/kept-checkpoints.js';
import { readKeptCheckpoints } from '#read-models/kept-checkpoints.js';
import { toBase64 } from '#transparency/base64.js';
import { eventLine } from '#transparency/checked-leaf.js';
import { CheckedLog } from '#transparency/checked-log.js';
import type { Checkpoint } from '#transparency/checkpoint.js';
import { parseCheckpoint, signCheckpoint } from '#transparency/checkpoint.js';
import type { SignerKey } from '#transparency/keys.js';
import { leafHash, leafText } from '#transparency/leaf.js';
import { parseNote } from '#transparency/note.js';
import { Malformed } from '#transparency/refused.js';
import { Frontier } from '#transparency/tree.js';
import { readConfig } from '../../../api/src/config.js';
import { CouldNotRun, EXIT } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import { signerIn } from '../key/log-keys.js';
import type { Progress } from '../progress.js';
import { progressOf } from '../progress.js';
import type { LogSource } from '../verify/source.js';
import { storeSource } from '../verify/source.js';
import { syncToDisk } from '../../../api/src/sync-to-disk.js';
import { writeWhole } from '../write-whole.js';
import type { ExportHeader } from './export-file.js';
import { headerLine } from './export-file.js';

export interface ExportOptions {
  readonly out: string;
}

/** The log is not what was signed, so it is not given out as if it were. */
class DoesNotHold extends Error {}

/** @returns the exit code @throws {CouldNotRun} and what the store throws where it cannot be opened */
export async function exportCommand({ out }: ExportOptions, { env, tell, write }: Environment): Promise<number> {
  const { dataDir, store, logKey } = readConfig(env);
  const kept = keptIn(join(dataDir, 'checkpoints.db'));
  const signer = existsSync(logKey) ? signerIn(logKey) : null;
  const source = await storeSource(store);
  const progress = progressOf('Exporting');
  try {
    const header = await headerOf(source, kept, signer);
    const root = await (out === '-'
      ? writeLines(source, header, write, progress)
      : intoFile(out, (put) => writeLines(source, header, put, progress)));
    progress.end();
    tell(`Exported ${header.size} events, root ${root}${out === '-' ? '' : `, to ${out}`}.`);
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof DoesNotHold)) throw error;
    tell(`Nothing was exported: ${error.message}. ledger verify says more.`);
    return EXIT.doesNotHold;
  } finally {
    progress.end();
    await source.close();
  }
}

type KeptAndRead = KeptCheckpoint & Checkpoint;

function keptIn(path: string): KeptAndRead[] {
  try {
    return readKeptCheckpoints(path).map((kept) => ({ ...kept, ...parseCheckpoint(parseNote(kept.note).text) }));
  } catch (error) {
    if (!(error instanceof Malformed || error instanceof ViewsNotOpened)) throw error;
    throw new CouldNotRun(`The kept checkpoints in ${path} cannot be used (${error.message}). Restore that file from a backup.`);
  }
}

/** The newest kept checkpoint where it is of the whole log, or there is no key; else one that is signed here, as the server would sign it. */
async function headerOf(source: LogSource, kept: readonly KeptAndRead[], signer: SignerKey | null): Promise<ExportHeader> {
  const log = new CheckedLog(kept);
  for await (const page of source.pages())
    for (const event of page) {
      const { leafHash: hash, wrong } = event.found();
      if (hash === null) throw new DoesNotHold(`event ${log.size} cannot be read (${wrong})`);
      log.append(hash);
    }
  if (log.misfit !== null) throw new DoesNotHold(`the kept checkpoint of size ${log.misfit.size} does not fit the log`);
  const [beyond] = log.unreached;
  if (beyond !== undefined) throw new DoesNotHold(`the log has ${log.size} events, and a kept checkpoint was signed of ${beyond.size}`);
  const newest = kept.at(-1);
  if (newest?.size === log.size || (newest !== undefined && signer === null)) return { size: newest.size, checkpoint: newest.note };
  if (signer === null)
    throw new CouldNotRun(
      'There is no checkpoint of this log, and no key to sign one with. Run this where the ledger has its data folder, or set LEDGER_LOG_KEY.',
    );
  const { name } = signer.verifier;
  if (newest !== undefined && newest.origin !== name)
    throw new CouldNotRun(
      `The key is that of ${name}, and the kept checkpoints are those of ${newest.origin}. Set LEDGER_LOG_KEY to the key of that origin.`,
    );
  return { size: log.size, checkpoint: signCheckpoint({ origin: name, size: log.size, root: log.root() }, signer) };
}

const PIECE_CHARACTERS = 256 * 1024;

/** @returns the root, in base64 @throws {DoesNotHold} the log has changed since it was read for the checkpoint */
async function writeLines(source: LogSource, header: ExportHeader, put: (bytes: Uint8Array) => void, progress: Progress): Promise<string> {
  const tree = new Frontier();
  let text = `${headerLine(header)}\n`;
  const flush = (): void => {
    put(Buffer.from(text));
    text = '';
  };
  for await (const page of source.pages()) {
    for (const event of page) {
      if (tree.size === header.size) break;
      const stored = event.stored();
      if (stored === null) throw new DoesNotHold(`event ${tree.size} cannot be read`);
      text += `${eventLine({ leafIndex: tree.size, ...stored })}\n`;
      tree.append(leafHash(leafText(stored)));
      if (text.length > PIECE_CHARACTERS) flush();
    }
    progress.at(tree.size, header.size);
    if (tree.size === header.size) break;
  }
  const root = tree.root();
  if (tree.size !== header.size || Buffer.compare(root, parseCheckpoint(parseNote(header.checkpoint).text).root) !== 0)
    throw new DoesNotHold('the log was changed while it was read');
  flush();
  return toBase64(root);
}

/** Under another name until it is whole and on the disk. */
async function intoFile<T>(path: string, work: (put: (bytes: Uint8Array) => void) => Promise<T>): Promise<T> {
  const partial = `${path}.${process.pid}.partial`;
  let file: number;
  try {
    file = openSync(partial, 'wx', 0o644);
  } catch (error) {
    throw new CouldNotRun(`${partial} cannot be written (${(error as Error).message}). Choose another --out.`);
  }
  try {
    const answer = await work((bytes) => writeWhole(file, bytes));
    fsyncSync(file);
    renameSync(partial, path);
    syncToDisk(dirname(path));
    return answer;
  } finally {
    closeSync(file);
    rmSync(partial, { force: true });
  }
}
