/**
 * `ledger import`: restores an export event for event. Other NDJSON is recorded line by line, as POST /v1/import does.
 */
import { toBase64 } from '#transparency';
import { openStoreToGoOn, readConfig } from '#setup';
import { CouldNotRun, EXIT } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import { ExportFile } from '../export/export-file.js';
import { progressOf } from '../progress.js';
import { readKeys } from '../verify/evidence.js';
import type { ImportOptions } from './import-options.js';
import { checkExport, ExportWrong, readBack, storedAlready, storeExport } from './restored-export.js';

/** @returns the exit code */
export async function importCommand(path: string, options: ImportOptions, environment: Environment): Promise<number> {
  const file = ExportFile.open(path);
  if (file === null) {
    if (options.key !== undefined)
      throw new CouldNotRun(
        `${path} is no export, so that nothing in it is signed: leave --key out, or name the export.`,
      );
    const { postLines } = await import('./posted-lines.js'); // loads the whole server
    return postLines(path, options, environment);
  }
  try {
    refuseForLines(options, path);
    return await restore(file, options, environment);
  } catch (error) {
    if (!(error instanceof ExportWrong)) throw error;
    const detail =
      `Nothing was stored: ${file.path} is not what was signed; ${error.message}. Get the export ` +
      'again, or see ledger verify --file.';
    environment.tell(detail);
    if (options.json === true) environment.say(JSON.stringify({ ok: false, problem: 'export-wrong', detail }));
    return EXIT.doesNotHold;
  } finally {
    file.close();
  }
}

/** An export always goes into the store of the settings, so the options for other lines are refused. */
function refuseForLines({ url, tokenFile }: ImportOptions, path: string): void {
  const given = [url === undefined ? null : '--url', tokenFile === undefined ? null : '--token-file'].filter(
    (name) => name !== null,
  );
  if (given.length > 0)
    throw new CouldNotRun(
      `${path} is an export, which goes into the store that LEDGER_DATA_DIR and LEDGER_STORE name, event for event; ` +
        `${given.join(' and ')} is for other lines. Run it where that store is, without ${given.join(' and ')}.`,
    );
}

async function restore(
  file: ExportFile,
  { key, json }: ImportOptions,
  { env, say, tell }: Environment,
): Promise<number> {
  const { store } = readConfig(env);
  const progress = progressOf('Checking');
  const checkpoint = await checkExport(file, key === undefined ? null : readKeys(key), (done, total) =>
    progress.at(done, total),
  );
  progress.end();
  const log = await openStoreToGoOn(store);
  const storing = progressOf('Storing');
  try {
    const from = await storedAlready(log, file);
    if (from > 0 && from < checkpoint.size)
      tell(`The first ${from} events are stored already, by an import that broke off; going on.`);
    await storeExport(log, file, from, store.kind === 'sqlite' ? 'by-store' : 'one-by-one', (done, total) =>
      storing.at(done, total),
    );
    storing.end();
    const stored = await readBack(log);
    const [root, exported] = [toBase64(stored.root), toBase64(checkpoint.root)];
    const same = stored.size === checkpoint.size && root === exported;
    const detail = same
      ? 'SAME. The store holds what was exported.'
      : 'NOT THE SAME. Another process wrote to the store meanwhile, or it is not whole: do not use it.';
    if (json === true) {
      const { size, origin } = checkpoint;
      const problem = same ? null : 'not-the-same';
      say(
        JSON.stringify({
          ok: same,
          size: stored.size,
          root,
          export: { size, root: exported, origin },
          problem,
          detail,
        }),
      );
    } else {
      say(`events  ${stored.size}`);
      say(`root    ${root}, read back from the store`);
      say(`export  ${exported}, of ${checkpoint.size} events, signed for ${checkpoint.origin}`);
      say(detail);
    }
    return same ? EXIT.done : EXIT.doesNotHold;
  } finally {
    storing.end();
    await log.close();
  }
}
