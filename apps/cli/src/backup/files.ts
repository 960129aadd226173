/** Names of the files in a backup. A data folder uses the same names for the first three. */
export const FILES = {
  log: 'events.db',
  checkpoints: 'checkpoints.db',
  key: 'log-key',
  checkpoint: 'checkpoint.txt',
} as const;
