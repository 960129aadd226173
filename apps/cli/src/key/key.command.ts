/** `ledger key show`: what checkpoints of the log are verified with. */
import { verifierKeysOf } from '#transparency/key-rotation.js';
import { Malformed } from '#transparency/refused.js';
import { readConfig } from '../../../api/src/config.js';
import { openStoreForReading } from '../../../api/src/store.js';
import { CouldNotRun, EXIT } from '../could-not-run.js';
import type { Environment } from '../environment.js';
import { rotationsIn, signerIn } from './log-keys.js';

/** Verifier keys, one a line, the newest first, as GET /v1/log/key answers them. @returns the exit code */
export async function keyShowCommand({ env, say }: Environment): Promise<number> {
  const { logKey, store } = readConfig(env);
  const { verifier } = signerIn(logKey);
  const log = await openStoreForReading(store);
  try {
    const { all } = await rotationsIn(log);
    for (const { text } of verifierKeysOf(verifier, all)) say(text);
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new CouldNotRun(
      `A rotation of the key in the log cannot be read (${error.message}). ledger verify shows whether it was altered.`,
    );
  } finally {
    await log.close();
  }
}
