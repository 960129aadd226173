/** `ledger import`: an export is restored event for event; other NDJSON is recorded line by line, as POST /v1/import records it. */
import { toBase64 } from '#transparency/base64.js';
import { readConfig } from '../../../api/src/config.js';
import { openStoreToGoOn } from '../../../api/src/store.js';
import { EXIT } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import { ExportFile } from '../export/export-file.js';
import { progressOf } from '../progress.js';
import { readKeys } from '../verify/evidence.js';
import { checkExport, ExportWrong, readBack, storedAlready, storeExport } from './restored-export.js';

export interface ImportOptions {
  readonly key?: string;
  readonly url?: string;
  readonly tokenFile?: string;
}

/** @returns the exit code */
export async function importCommand(path: string, options: ImportOptions, environment: Environment): Promise<number> {
  const file = ExportFile.open(path);
  if (file === null) {
    const { postLines } = await import('./posted-lines.js'); // which loads the whole server
    return postLines(path, options, environment);
  }
  try {
    return await restore(file, options, environment);
  } catch (error) {
    if (!(error instanceof ExportWrong)) throw error;
    environment.tell(
      `Nothing was stored: ${file.path} is not what was signed; ${error.message}. Get the export again, or see ledger verify --file.`,
    );
    return EXIT.doesNotHold;
  } finally {
    file.close();
  }
}

async function restore(file: ExportFile, { key }: ImportOptions, { env, say, tell }: Environment): Promise<number> {
  const { store } = readConfig(env);
  const progress = progressOf('Checking');
  const checkpoint = await checkExport(file, key === undefined ? null : readKeys(key), (done, total) => progress.at(done, total));
  progress.end();
  const log = await openStoreToGoOn(store);
  const storing = progressOf('Storing');
  try {
    const from = await storedAlready(log, file);
    if (from > 0 && from < checkpoint.size) tell(`The first ${from} events are stored already, by an import that broke off; going on.`);
    await storeExport(log, file, from, store.kind === 'sqlite' ? 'by-store' : 'one-by-one', (done, total) => storing.at(done, total));
    storing.end();
    const { size, root } = await readBack(log);
    const same = size === checkpoint.size && Buffer.compare(root, checkpoint.root) === 0;
    say(`events  ${size}`);
    say(`root    ${toBase64(root)}, read back from the store`);
    say(`export  ${toBase64(checkpoint.root)}, of ${checkpoint.size} events, signed for ${checkpoint.origin}`);
    say(
      same
        ? 'SAME. The store holds what was exported.'
        : 'NOT THE SAME. Another process wrote to the store meanwhile, or it is not whole: do not use it.',
    );
    return same ? EXIT.done : EXIT.doesNotHold;
  } finally {
    storing.end();
    await log.close();
  }
}
