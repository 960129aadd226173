/**
 * What a question costs on a small and on a large log. Ledgers of several sizes get the same questions in turn, so that
 * the state of the machine affects all alike.
 */
import { join } from 'node:path';
import { openSqliteEventLog } from '#event-log';
import type { Ledger } from '../e2e/ledger.js';
import { startLedger } from '../e2e/ledger.js';
import { temporaryFolder } from '../temporary-folder.js';
import { load, requestBytes } from './client.js';
import { BENCH_EVENTS } from './events.bench.js';
import type { Figure } from './figures.js';
import { plain } from './figures.js';
import { median } from './processes.js';
import { decisionsOfClient, storedEvents } from './workload.js';

const SIZES = [...new Set([1000, 10_000, BENCH_EVENTS])];
const ROUNDS = 7;
const MS = 300;
const CLIENTS = 32;

/** So many days that none comes twice within a round: each question has to be looked up. */
const DAYS = 50_000;
export const dayOf = (n: number): string => new Date(Date.UTC(2000, 0, 1 + (n % DAYS))).toISOString().slice(0, 10);
/** Events of the letter, which is at the beginning of each log. */
const LETTER_EVENTS = 116;
const sizeOf = (n: number, events: number): number => LETTER_EVENTS + ((n * 7919) % (events - LETTER_EVENTS));
/** A day from those of the workload's decisions. */
const decidedOf = (n: number): string => `2022-06-${String(17 + (n % 10)).padStart(2, '0')}`;

/** `dayOf` gives 2022-08-01 for it. */
const IN_AUGUST = 8248;

const ONE = '/v1/mandates/eumm-georgia';
const anyMandate = (n: number, events: number): string =>
  `/v1/mandates/s-c${n % CLIENTS}-m${((n * 7919) >> 5) % Math.floor((events - LETTER_EVENTS) / 20 / CLIENTS)}`;
const LIST = '/v1/mandates?limit=20';

/** A question that differs each time. */
interface Question {
  readonly what: string;
  readonly path: (n: number, events: number) => string;
  /**
   * How many times longer it may take on the largest log than on the smallest. Null when the time is only shown,
   * because the ledger keeps fewer mandates at hand than there are.
   */
  readonly atMost: number | null;
}

const QUESTIONS: readonly Question[] = [
  { what: 'GET one mandate by asOf', path: (n) => `${ONE}?asOf=${dayOf(n)}`, atMost: 1.3 },
  { what: 'by decidedBy', path: (n) => `${ONE}?asOf=${dayOf(n)}&decidedBy=${decidedOf(n)}`, atMost: 1.3 },
  { what: 'by knownAt', path: (n, events) => `${ONE}?asOf=${dayOf(n)}&knownAt=size:${sizeOf(n, events)}`, atMost: 1.3 },
  {
    what: 'GET any of the mandates by asOf',
    path: (n, events) => `${anyMandate(n, events)}?asOf=${dayOf(n)}`,
    atMost: null,
  },
  { what: 'GET a page of 20 by asOf', path: (n) => `${LIST}&asOf=${dayOf(n)}`, atMost: 1.5 },
  { what: 'by decidedBy', path: (n) => `${LIST}&asOf=${dayOf(n)}&decidedBy=${decidedOf(n)}`, atMost: 1.5 },
  {
    what: 'by knownAt',
    path: (n, events) => `${LIST}&asOf=${dayOf(n)}&knownAt=size:${sizeOf(n, events)}`,
    atMost: 1.5,
  },
  // What changes between these days comes from the letter, so it is the same on each ledger.
  {
    what: 'GET changes between two days',
    path: (n, events) =>
      `/v1/changes?from=2022-07-01&to=${dayOf(IN_AUGUST + (n % 28))}&knownAt=size:${sizeOf(n, events)}`,
    atMost: 1.5,
  },
  { what: 'GET changes learnt in ten events', path: (n) => learntIn(n % (LETTER_EVENTS - 20), dayOf(n)), atMost: 1.5 },
];

const learntIn = (from: number, asOf: string): string =>
  `/v1/changes?knownFrom=size:${from}&knownTo=size:${from + 10}&asOf=${asOf}`;

export async function sizes(): Promise<Figure[]> {
  const ledgers: Ledger[] = [];
  for (const size of SIZES) ledgers.push(await ledgerOf(size));
  const figures: Figure[] = [];
  let asked = 0;
  for (const { what, path, atMost } of QUESTIONS) {
    const times: number[][] = SIZES.map(() => []);
    for (let round = 0; round <= ROUNDS; round++)
      for (const [i, { url }] of ledgers.entries()) {
        const { host } = new URL(url);
        const until = performance.now() + MS;
        const next = (): Buffer | null =>
          performance.now() < until ? requestBytes('GET', path(asked++, SIZES[i]!), host) : null;
        const { perSecond, statuses } = await load(url, 1, next);
        if ([...statuses.keys()].some((status) => status !== 200))
          throw new Error(`${what}: ${JSON.stringify([...statuses])}`);
        if (round > 0) times[i]!.push(1_000_000 / perSecond);
      }
    const said = SIZES.map((size, i) => `${median(times[i]!).toFixed(0)} µs at ${size / 1000}k`).join(', ');
    const growth = median(times.at(-1)!.map((time, round) => time / times[0]![round]!));
    figures.push(
      plain(
        `${what}, by events in the log`,
        `${said}: ${growth.toFixed(2)}`,
        atMost === null ? '' : `≤ ${atMost}`,
        atMost === null || growth <= atMost,
      ),
    );
  }
  for (const ledger of ledgers) await ledger.stop();
  return figures;
}

/** A ledger with the letter, and then decisions on as many mandates as needed. */
async function ledgerOf(events: number): Promise<Ledger> {
  const env = { LEDGER_DATA_DIR: temporaryFolder().path };
  await (await startLedger(env)).stop();
  const log = openSqliteEventLog(join(env.LEDGER_DATA_DIR, 'events.db'));
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, c) => {
      for (const decision of decisionsOfClient('s', c, Math.ceil((events - LETTER_EVENTS) / 2 / CLIENTS))) {
        const { stream, events: stored } = storedEvents(decision);
        await log.append(stream, stored, 'any');
      }
    }),
  );
  await log.close();
  return startLedger(env);
}
