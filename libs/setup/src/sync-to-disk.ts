import { closeSync, fsyncSync, openSync } from 'node:fs';

/** So that a file, or the names in a folder, outlive the machine. Some systems cannot open folders, and need not. */
export function syncToDisk(path: string): void {
  if (process.platform === 'win32') return;
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
