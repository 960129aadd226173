/** Measures the most memory that a process takes during some work, in MiB. */
import { readFileSync } from 'node:fs';

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

export async function peakMb<T>(
  pid: number,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly peak: number }> {
  let peak = residentMb(pid);
  const timer = setInterval(() => (peak = Math.max(peak, residentMb(pid))), 50);
  try {
    return { result: await work(), peak };
  } finally {
    clearInterval(timer);
  }
}
