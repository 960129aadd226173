/** Time from start to ready with the letter recorded, and memory at rest. */
import { readFileSync } from 'node:fs';
import { startLedger } from '../e2e/ledger.js';
import type { Figure } from './figures.js';
import { plain } from './figures.js';
import { median } from './processes.js';

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

export async function starts(): Promise<Figure[]> {
  const [seconds, megabytes]: [number[], number[]] = [[], []];
  for (let round = 0; round < 3; round++) {
    const began = performance.now();
    const ledger = await startLedger();
    seconds.push((performance.now() - began) / 1000);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    megabytes.push(residentMb(ledger.pid));
    await ledger.stop();
  }
  return [
    plain('start to ready, recording the letter', `${median(seconds).toFixed(1)} s`, '< 3 s', median(seconds) < 3),
    plain('resident memory at rest', `${Math.round(median(megabytes))} MB`, '< 200 MB', median(megabytes) < 200),
  ];
}
