/**
 * `ledger export`: writes the whole log to one file that proves itself. Its first line has a signed checkpoint of the
 * lines that follow.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventLine, Frontier, leafHash, leafText, parseCheckpoint, parseNote, toBase64 } from '#transparency';
import { readConfig, syncToDisk } from '#setup';
import { FILES } from '../backup/files.js';
import { CouldNotRun } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import { signerIn } from '../key/log-keys.js';
import type { Progress } from '../progress.js';
import { progressOf } from '../progress.js';
import { DoesNotHold, resultOf } from '../result.js';
import type { HeldLog } from '../verify/held-log.js';
import { holdLog, openEvidence, signedWhole } from '../verify/held-log.js';
import type { LogSource } from '../verify/source.js';
import { storeSource } from '../verify/source.js';
import { removedAtLast } from '../when-stopped.js';
import { writeWhole } from '../write-whole.js';
import type { ExportHeader } from './export-file.js';
import { headerLine } from './export-file.js';

export interface ExportOptions {
  readonly out: string;
  readonly json?: boolean;
}

/**
 * @returns the exit code
 * @throws {CouldNotRun} nothing could be exported
 * @throws {LogNotOpened} the store cannot be opened
 */
export async function exportCommand({ out, json = false }: ExportOptions, environment: Environment): Promise<number> {
  const { env, tell, write } = environment;
  if (json && out === '-')
    throw new CouldNotRun('--json and --out - both take standard output: name a file, or leave --json out.');
  const { dataDir, store, logKey, readModel } = readConfig(env);
  const signer = existsSync(logKey) ? signerIn(logKey) : null;
  return resultOf('Nothing was exported', 'ledger verify says more.', json, environment, async () => {
    const evidence = openEvidence(join(dataDir, FILES.checkpoints), readModel);
    const source = await storeSource(store);
    const progress = progressOf('Exporting');
    try {
      const held = await holdLog(source, evidence);
      const header = headerOf(signer === null ? keptOf(held) : signedWhole(held, signer, logKey));
      const root = await (out === '-'
        ? writeLines(source, header, write, progress)
        : intoFile(out, (put) => writeLines(source, header, put, progress)));
      progress.end();
      tell(`Exported ${header.size} events, root ${root}${out === '-' ? '' : `, to ${out}`}.`);
      return { size: header.size, root, out };
    } finally {
      progress.end();
      evidence.close();
      await source.close();
    }
  });
}

const headerOf = ({ size, note }: { readonly size: number; readonly note: string }): ExportHeader => ({
  size,
  checkpoint: note,
});

/**
 * The newest kept checkpoint. Without the key nothing new can be signed, so only the events of this checkpoint are
 * exported.
 */
function keptOf({ newest }: HeldLog): NonNullable<HeldLog['newest']> {
  if (newest !== null) return newest;
  throw new CouldNotRun(
    'There is no checkpoint of this log, and no key to sign one with. Run this where the ledger has its data ' +
      'folder, or set LEDGER_LOG_KEY.',
  );
}

const PIECE_CHARACTERS = 256 * 1024;

/**
 * @returns the root in base64
 * @throws {DoesNotHold} the log changed after it was read for the checkpoint
 */
async function writeLines(
  source: LogSource,
  header: ExportHeader,
  put: (bytes: Uint8Array) => void,
  progress: Progress,
): Promise<string> {
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
      if (stored === null) throw new DoesNotHold('altered', `event ${tree.size} cannot be read`);
      text += `${eventLine({ leafIndex: tree.size, ...stored })}\n`;
      tree.append(leafHash(leafText(stored)));
      if (text.length > PIECE_CHARACTERS) flush();
    }
    progress.at(tree.size, header.size);
    if (tree.size === header.size) break;
  }
  const root = tree.root();
  if (tree.size !== header.size || Buffer.compare(root, parseCheckpoint(parseNote(header.checkpoint).text).root) !== 0)
    throw new DoesNotHold('altered', 'the log was changed while it was read');
  flush();
  return toBase64(root);
}

/** Writes to a file with another name, and renames it once it is whole and on disk. */
async function intoFile<T>(path: string, work: (put: (bytes: Uint8Array) => void) => Promise<T>): Promise<T> {
  const partial = `${path}.${process.pid}.partial`;
  let file: number;
  try {
    file = openSync(partial, 'wx', 0o644);
  } catch (error) {
    throw new CouldNotRun(`${partial} cannot be written (${(error as Error).message}). Choose another --out.`);
  }
  return removedAtLast([partial], async () => {
    try {
      const answer = await work((bytes) => writeWhole(file, bytes));
      fsyncSync(file);
      renameSync(partial, path);
      syncToDisk(dirname(path));
      return answer;
    } finally {
      closeSync(file);
    }
  });
}
