/**
 * How a ledger is set up: its settings, its store, and the secrets beside it.
 *
 * The server and the command line share it, so that there is one version of each.
 */
export { type Config, SETTINGS, WrongSetting, readConfig, withoutPassword } from './config.js';
export { drawnKey, openLogKey, readLogKey } from './log-key.js';
export {
  NamedTokens,
  RECORDER,
  changeTokens,
  hashOfToken,
  isTokenName,
  readTokens,
  tokensPath,
} from './named-tokens.js';
export { readSecret } from './secret-file.js';
export { type Store, openStore, openStoreForReading, openStoreToGoOn } from './store.js';
export { syncToDisk } from './sync-to-disk.js';
