/** When a process reports that it can answer. The test moves the clock. */
import { pino } from 'pino';
import type { EventLog } from '#event-log';
import type { Checkpoints } from '../checkpoints/checkpoints.js';
import type { Views } from '../views/views.js';
import { Readiness } from './readiness.js';

describe('readiness', () => {
  const now = performance.now.bind(performance);
  let passed = 0;
  beforeEach(() => {
    passed = 0;
    performance.now = () => now() + passed;
  });
  afterEach(() => void delete (performance as { now?: unknown }).now);

  let held: number;
  let last: number | Error;
  let watched: { readonly firstWrong: null; readonly trouble: string | null };
  let readiness: Readiness;
  beforeEach(() => {
    [held, last, watched] = [0, 0, { firstWrong: null, trouble: null }];
    const log = {
      lastPosition: () =>
        last instanceof Error ? Promise.reject(last) : Promise.resolve(last === 0 ? null : String(last)),
      comparePositions: (a: string, b: string) => Number(a) - Number(b),
    } as unknown as EventLog;
    const views = {
      trouble: null,
      get watched() {
        return watched;
      },
      get checkpoint() {
        return { position: held === 0 ? null : String(held), size: held };
      },
    } as unknown as Views;
    readiness = new Readiness(
      log,
      views,
      { isPending: false, trouble: null } as unknown as Checkpoints,
      pino({ level: 'silent' }),
    );
  });
  const ready = async (holds: number, of: number | Error): Promise<boolean> => {
    [held, last] = [holds, of];
    return (await readiness.check()).ready;
  };

  it('does not begin before the views hold what was recorded earlier', async () => {
    expect(await ready(0, 10)).toBe(false);
    expect(await ready(9, 20)).toBe(false);
    expect(await ready(10, 21)).toBe(true);
  });

  it('goes on while the views follow a steady stream of records a moment later', async () => {
    expect(await ready(1, 1)).toBe(true);
    for (let position = 2; position < 10; position++) {
      passed += 900; // each time the due event is there, and another one is due
      expect([position, await ready(position - 1, position)]).toEqual([position, true]);
    }
  });

  it('ends when the views do not reach what was recorded a second ago', async () => {
    expect(await ready(1, 1)).toBe(true);
    expect(await ready(1, 2)).toBe(true);
    passed += 1100;
    expect(await ready(1, 30)).toBe(false);
    expect(await ready(2, 30)).toBe(true);
    passed += 1100;
    expect(await ready(29, 30)).toBe(false);
  });

  it('ends with any error of the log, and reports it', async () => {
    expect(await ready(1, new TypeError('what nobody thought of'))).toBe(false);
    expect((await readiness.check()).reasons).toEqual(['what nobody thought of']);
  });

  it('goes on if the watch cannot read for a moment, and ends if it cannot for minutes', async () => {
    const trouble = 'the log cannot be compared with the tree: no node answers';
    watched = { firstWrong: null, trouble };
    expect(await ready(1, 1)).toBe(true);
    passed += 2 * 60_000;
    expect(await ready(1, 1)).toBe(true);
    watched = { firstWrong: null, trouble: null };
    expect(await ready(1, 1)).toBe(true);
    watched = { firstWrong: null, trouble };
    expect(await ready(1, 1)).toBe(true);
    passed += 2 * 60_000;
    expect(await ready(1, 1)).toBe(true);
    passed += 4 * 60_000;
    expect(await ready(1, 1)).toBe(false);
    expect((await readiness.check()).reasons).toEqual([`the standing watch does not get on: ${trouble}`]);
  });

  it('that cannot be checked is logged as an error, and ends nothing', async () => {
    const told: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line) => void told.push(line) });
    await new Readiness({} as EventLog, {} as Views, {} as Checkpoints, logger).logWhyNot();
    expect(told[0]).toContain('whether this is ready cannot be told');
  });
});
