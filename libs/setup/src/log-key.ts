/** The key that signs the log's checkpoints (docs/stored-bytes.md): one line in a file, the same for all replicas. */
import { randomBytes } from 'node:crypto';
import type { SignerKey } from '#transparency';
import { formatSignerKey, Malformed, parseSignerKey } from '#transparency';
import { WrongSetting } from './config.js';
import { readSecret } from './secret-file.js';

const SEED_BYTES = 32;
const WHAT = 'the key that signs the log (LEDGER_LOG_KEY)';

/** The line of a new key: a secret. */
export const drawnKey = (origin: string): string => formatSignerKey(origin, randomBytes(SEED_BYTES));

const drawnOrigin = (): string => `mandate-ledger.example/${randomBytes(4).toString('hex')}`;

/**
 * Reads the key, or draws one at the first start.
 * @param origin what the log is to be called; null leaves it to the key, or to chance where there is none yet
 * @throws {WrongSetting} the file holds no key, or one of another origin
 */
export function openLogKey(path: string, origin: string | null): SignerKey {
  const key = parsed(path, () => drawnKey(origin ?? drawnOrigin()));
  const { name } = key.verifier;
  if (origin === null || name === origin) return key;
  throw new WrongSetting(
    `LEDGER_ORIGIN is "${origin}", but the key in ${path} is that of "${name}". The origin of a log never changes: ` +
      'leave LEDGER_ORIGIN out, or set LEDGER_LOG_KEY to the key of that origin.',
  );
}

/**
 * Reads the key of a log that has one; none is drawn. @throws {WrongSetting} the file holds no key, or that of another
 * log
 */
export function readLogKey(path: string, origin: string): SignerKey {
  const key = parsed(path, null);
  const { name } = key.verifier;
  if (name === origin) return key;
  throw new WrongSetting(
    `The key in ${path} is that of "${name}", and this log is "${origin}": put the key of this log there`,
  );
}

function parsed(path: string, draw: (() => string) | null): SignerKey {
  const line = readSecret(path, WHAT, draw);
  try {
    return parseSignerKey(line);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new WrongSetting(
      `LEDGER_LOG_KEY: ${path} holds no key of a log (${error.message}). Put the line PRIVATE+KEY+… into it; where ` +
        'nothing was signed yet, remove the file, and a key is drawn.',
    );
  }
}
