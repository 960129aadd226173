/** Figures as rows of the table in docs/figures.md. */
import { median, spread } from './processes.js';

export interface Figure {
  readonly job: string;
  readonly ours: string;
  readonly floor: string;
  readonly ratio: string;
  readonly atLeast: string;
  readonly noise: string;
  readonly holds: boolean;
}

const count = (n: number): string => Math.round(n).toLocaleString('en');

/**
 * Compares our rates per second with those of a floor, round by round. The ratio is the median of the rounds' ratios,
 * so that it holds when the speed of the machine drifts.
 */
export function figure(
  job: string,
  ours: readonly number[],
  floor: string,
  floors: readonly number[],
  /** Null when the floor is shown only for comparison. */
  atLeast: number | null,
): Figure {
  const ratio = median(ours.map((rate, round) => rate / floors[round]!));
  return {
    job,
    ours: `${count(median(ours))}/s`,
    floor: `${floor} ${count(median(floors))}/s`,
    ratio: ratio.toFixed(2),
    atLeast: atLeast === null ? '' : atLeast.toFixed(2),
    noise: `${Math.round(spread(ours) * 100)}%, floor ${Math.round(spread(floors) * 100)}%`,
    holds: atLeast === null || ratio >= atLeast,
  };
}

/** A figure with its own bound instead of a floor. */
export const plain = (job: string, ours: string, bound: string, holds: boolean): Figure => ({
  job,
  ours,
  floor: '',
  ratio: '',
  atLeast: bound,
  noise: '',
  holds,
});

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ job, ours, floor, ratio, atLeast, noise, holds }) => [
    job,
    ours,
    floor,
    ratio,
    atLeast,
    noise,
    atLeast === '' ? '' : holds ? 'yes' : 'NO',
  ]);
  const all = [['job', 'ours', 'floor in the same run', 'ratio', 'wanted', 'noise', 'holds'], ...rows];
  const widths = all[0]!.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(all[0]!), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...all.slice(1).map(line)].join(
    '\n',
  );
}
