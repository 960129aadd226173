/** GET one mandate and GET the list of the letter, against a bare route that sends the same bytes as ready text. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ledger } from '../e2e/ledger.js';
import { startLedger } from '../e2e/ledger.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Load } from './client.js';
import { load, loadFor, requestBytes } from './client.js';
import type { Figure } from './figures.js';
import { figure, plain } from './figures.js';
import { bareFastify, median } from './processes.js';
import { decisionsOfClient } from './workload.js';

const CONNECTIONS = 32;
const MS = 2000;
const ROUNDS = 3;

/** So many days that none comes again within a round: what is asked has to be looked into each time. */
const DAYS = 50_000;
const dayOf = (n: number): string => new Date(Date.UTC(2000, 0, 1 + (n % DAYS))).toISOString().slice(0, 10);

/** Asks the same path for another day each time. */
function everyDay(url: string, connections: number, ms: number, path: string): Promise<Load> {
  const { host } = new URL(url);
  const until = performance.now() + ms;
  return load(url, connections, () => (performance.now() < until ? requestBytes('GET', `${path}?asOf=${dayOf(asked++)}`, host) : null));
}
let asked = 0;

export async function reads(): Promise<Figure[]> {
  const ledger = await startLedger();
  const folder = temporaryFolder();
  const figures: Figure[] = [];
  for (const [job, path, wanted] of [
    ['GET one mandate', '/v1/mandates/eumm-georgia?asOf=2022-07-01', 0.6],
    ['GET the list of the letter', '/v1/mandates?asOf=2022-07-01', 0.7],
  ] as const) {
    const file = join(folder.path, `${wanted}.json`);
    const answer = await ledger.get(path);
    writeFileSync(file, answer.text);
    const known = { 'If-None-Match': answer.headers.get('etag')! };
    const bare = await bareFastify('-', file);
    const [ours, floors, looked, unchanged]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let round = 0; round <= ROUNDS; round++) {
      const floor = await loadFor(bare.url, CONNECTIONS, MS, requestBytes('GET', '/text', new URL(bare.url).host));
      const own = await loadFor(ledger.url, CONNECTIONS, MS, requestBytes('GET', path, new URL(ledger.url).host));
      const anew = await everyDay(ledger.url, CONNECTIONS, MS, path.split('?')[0]!);
      const held = await loadFor(ledger.url, CONNECTIONS, MS, requestBytes('GET', path, new URL(ledger.url).host, known));
      if (round === 0) continue;
      if (held.statuses.has(304)) unchanged.push(held.perSecond);
      floors.push(floor.perSecond);
      ours.push(own.perSecond);
      looked.push(anew.perSecond);
    }
    await bare.stop();
    figures.push(figure(job, ours, 'bare Fastify, ready text', floors, wanted));
    figures.push(figure('the same, for another day each time', looked, 'bare Fastify, ready text', floors, null));
    if (unchanged.length > 0)
      figures.push(figure('the same, unchanged for who has it (304)', unchanged, 'bare Fastify, ready text', floors, null));
  }
  await ledger.stop();
  folder.remove();
  return figures;
}

const SIZE_ROUNDS = 7;

/** The time of one GET on ledgers of so many events each, asked in turn, so that the machine's moods meet all alike. */
export async function readsBySize(sizes: readonly number[]): Promise<Figure[]> {
  const path = '/v1/mandates/eumm-georgia';
  const ledgers: Ledger[] = [];
  for (const size of sizes) ledgers.push(await ledgerOf(size));
  const times: number[][] = sizes.map(() => []);
  for (let round = 0; round <= SIZE_ROUNDS; round++)
    for (const [i, { url }] of ledgers.entries()) {
      const { perSecond } = await everyDay(url, 1, 500, path);
      if (round > 0) times[i]!.push(1_000_000 / perSecond);
    }
  for (const ledger of ledgers) await ledger.stop();
  const said = sizes.map((size, i) => `${median(times[i]!).toFixed(0)} µs at ${size / 1000}k`).join(', ');
  const growth = median(times.at(-1)!.map((time, round) => time / times[0]![round]!));
  return [plain('GET one mandate for another day each time, by events in the log', said, 'does not grow', growth <= 1.3)];
}

async function ledgerOf(events: number): Promise<Ledger> {
  const ledger = await startLedger();
  const { host } = new URL(ledger.url);
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${ledger.token}` };
  const work = Array.from({ length: CONNECTIONS }, (_, c) => decisionsOfClient('s', c, Math.ceil(events / 2 / CONNECTIONS)));
  await load(ledger.url, CONNECTIONS, (c) => {
    const next = work[c]!.next();
    return next.done === true ? null : requestBytes('POST', '/v1/decisions', host, headers, JSON.stringify(next.value));
  });
  while ((await ledger.get('/health/ready')).status !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
  return ledger;
}
