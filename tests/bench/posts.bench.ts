/** POST /v1/decisions from 64 clients, against bare appends of the same events and a bare route that appends them. */
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder.js';
import { openBareLog } from './bare-log.js';
import { load, requestBytes } from './client.js';
import type { Ledger } from '../e2e/ledger.js';
import type { Figure } from './figures.js';
import { figure } from './figures.js';
import { startLedgerOn } from './on-store.js';
import { bareFastify } from './processes.js';
import { decisionsOfClient, storedEvents } from './workload.js';

const CLIENTS = 64;
const EACH = 200;
const ROUNDS = 7;
/** Fewer on a server: it keeps everything, and each start has to catch up with it. */
const EACH_ON_A_SERVER = 60;

const json = { 'Content-Type': 'application/json' };

async function bareAppends(run: string, each: number, store: string | undefined): Promise<number> {
  const folder = temporaryFolder();
  const log = openBareLog(store ?? join(folder.path, 'events.db'));
  const work = Array.from({ length: CLIENTS }, (_, c) => [...decisionsOfClient(run, c, each)].map(storedEvents));
  const began = performance.now();
  await Promise.all(
    work.map(async (appends) => {
      for (const { stream, events } of appends) await log.append(stream, events);
    }),
  );
  const perSecond = ((CLIENTS * each) / (performance.now() - began)) * 1000;
  await log.close();
  folder.remove();
  return perSecond;
}

async function bareRoute(run: string, each: number, store: string | undefined): Promise<number> {
  const folder = temporaryFolder();
  const server = await bareFastify(store ?? join(folder.path, 'events.db'));
  const { host } = new URL(server.url);
  const work = Array.from({ length: CLIENTS }, (_, c) =>
    [...decisionsOfClient(run, c, each)]
      .map((decision) => requestBytes('POST', '/append', host, json, JSON.stringify(storedEvents(decision))))
      .values(),
  );
  const { perSecond, statuses } = await load(server.url, CLIENTS, (c) => work[c]!.next().value ?? null);
  await server.stop();
  folder.remove();
  if (statuses.get(201) !== CLIENTS * each) throw new Error(`the bare route answered ${JSON.stringify([...statuses])}`);
  return perSecond;
}

/** Posts per second of a ledger, from that many clients. */
export async function postsPerSecond({ url, token }: Ledger, run: string, each: number): Promise<number> {
  const { host } = new URL(url);
  const headers = { ...json, Authorization: `Bearer ${token}` };
  const work = Array.from({ length: CLIENTS }, (_, c) =>
    [...decisionsOfClient(run, c, each)]
      .map((decision) => requestBytes('POST', '/v1/decisions', host, headers, JSON.stringify(decision)))
      .values(),
  );
  const { perSecond, statuses } = await load(url, CLIENTS, (c) => work[c]!.next().value ?? null);
  if (statuses.get(201) !== CLIENTS * each) throw new Error(`the ledger answered ${JSON.stringify([...statuses])}`);
  return perSecond;
}

/**
 * The rounds alternate, so that noise of the machine affects all alike. Two rounds of each warm up first.
 * @param store the connection string of an EventStoreDB; by default the embedded store is measured
 */
async function measure(store?: string): Promise<Record<'appends' | 'route' | 'ours', number[]>> {
  const ledger = await startLedgerOn(store);
  const each = store === undefined ? EACH : EACH_ON_A_SERVER;
  const rates = { appends: [] as number[], route: [] as number[], ours: [] as number[] };
  const bench = Date.now().toString(36); // a server keeps what earlier runs recorded
  for (let round = 0; round < ROUNDS + 2; round++) {
    const [appends, route, own] = [
      await bareAppends(`${bench}-a${round}`, each, store),
      await bareRoute(`${bench}-b${round}`, each, store),
      await postsPerSecond(ledger, `${bench}-r${round}`, each),
    ];
    if (round < 2) continue;
    rates.appends.push(appends);
    rates.route.push(route);
    rates.ours.push(own);
  }
  await ledger.stop();
  return rates;
}

export async function posts(): Promise<Figure[]> {
  const { ours, appends, route } = await measure();
  return [
    figure('POST /v1/decisions, 64 clients', ours, 'bare group-commit appends', appends, 0.3),
    figure('POST /v1/decisions, 64 clients', ours, 'bare Fastify route that appends', route, 0.45),
  ];
}

export async function postsToEventStoreDb(store: string): Promise<Figure[]> {
  const { ours, appends, route } = await measure(store);
  return [
    figure('EventStoreDB: POST /v1/decisions, 64 clients', ours, 'bare client appends', appends, 0.45),
    figure('EventStoreDB: POST /v1/decisions, 64 clients', ours, 'bare Fastify route that appends', route, 0.65),
  ];
}
