/**
 * What a test over HTTP cannot arrange: a store that comes back during an import, and an outcome that cannot be kept.
 */
import 'reflect-metadata';
import type { CommandBus } from '@nestjs/cqrs';
import { Problem } from '../http/problem.js';
import { Import } from './import.js';

const AWAY = new Problem('unavailable', 'away');
const FOREVER = new AbortController().signal;
const lines = (count: number): Buffer => Buffer.from('{"x":1}\n'.repeat(count));

/** Lines of no known kind: 400 while the store is available. */
function importing(refusal: (line: number) => Problem | null, answer: (outcome: string) => void): Import {
  let line = 0;
  return new Import({
    commands: {} as CommandBus,
    recorder: { recordedBy: 'r', correlationId: 'c' },
    answer,
    refusal: () => refusal(++line),
    problemOf: (error) => error as Problem,
  });
}

describe('an import', () => {
  it('that has left out a line leaves out all later lines, also when the store is back', async () => {
    const statuses: number[] = [];
    const note = (outcome: string): void => void statuses.push((JSON.parse(outcome) as { status: number }).status);
    const lost = importing((line) => (line <= 120 ? AWAY : null), note);
    await lost.take(lines(300), FOREVER);
    await lost.settled();
    await lost.take(lines(300), FOREVER);
    await lost.settled();
    expect(lost.wasCut).toBe(true);
    expect(statuses.length).toBeLessThan(300);
    expect(statuses.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => 503));
  });

  it('goes on if fewer than a hundred lines in a row fail on the store', async () => {
    let count = 0;
    const kept = importing(
      (line) => (line % 100 === 0 ? null : AWAY),
      () => count++,
    );
    await kept.take(lines(1000), FOREVER);
    await kept.settled();
    expect([kept.wasCut, count]).toEqual([false, 1000]);
  });

  it('ends with the error of an outcome that cannot be kept', async () => {
    const full = importing(
      () => null,
      () => {
        throw new Error('no space left');
      },
    );
    await expect(full.take(lines(1000), FOREVER)).rejects.toThrow('no space left');
    await expect(full.settled()).rejects.toThrow('no space left');
  });

  it('begins no line for a client that is gone', async () => {
    const answered: string[] = [];
    const gone = importing(
      () => null,
      (outcome) => answered.push(outcome),
    );
    await gone.take(lines(10), AbortSignal.abort());
    await gone.settled();
    expect([gone.wasCut, answered]).toEqual([true, []]);
  });
});
