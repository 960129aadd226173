/** What the files of a backup are called; the first three have the same names in a data folder. */
export const FILES = {
  log: 'events.db',
  checkpoints: 'checkpoints.db',
  key: 'log-key',
  checkpoint: 'checkpoint.txt',
} as const;
