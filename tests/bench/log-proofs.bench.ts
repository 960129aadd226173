/**
 * What the proofs cost a running ledger: an inclusion proof over HTTP, the standing watch, and the tree in the
 * projection.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSqliteEventLog } from '#event-log';
import {
  CHECKPOINT_DDL,
  DECISIONS_DDL,
  EVENTS_DDL,
  MANDATES_DDL,
  openEvents,
  openRepairs,
  openViewsFile,
  projectEvents,
  projectMandates,
  Projector,
  projectRegistry,
  projectRepairs,
  projectTree,
  REGISTRY_DDL,
  REPAIRS_DDL,
  TREE_DDL,
} from '#read-models/testing';
import type { Ledger } from '../e2e/ledger.js';
import { startLedger } from '../e2e/ledger.js';
import { temporaryFolder } from '../temporary-folder.js';
import { load, requestBytes } from './client.js';
import { BENCH_EVENTS, fill } from './events.bench.js';
import type { Figure } from './figures.js';
import { figure, plain } from './figures.js';
import { median, percentile } from './processes.js';

const QUESTIONS = 3000;
const PROOF_MS = 2;

/** A ledger of BENCH_EVENTS events whose views are built already. */
async function ledgerOfMany(env: Record<string, string> = {}): Promise<Ledger> {
  const LEDGER_DATA_DIR = temporaryFolder().path;
  await fill(join(LEDGER_DATA_DIR, 'events.db'));
  return startLedger({ LEDGER_DATA_DIR, LEDGER_DATASETS: 'none', ...env });
}

export async function logProofs(): Promise<Figure[]> {
  const ledger = await ledgerOfMany();
  const { host } = new URL(ledger.url);
  const { size } = (await ledger.get('/health/ready')).body as { size: number };
  const figures: Figure[] = [];
  for (const [job, path] of [
    ['GET /v1/log/inclusion', (n: number) => `inclusion?leafIndex=${n}&size=${size}`],
    ['GET /v1/log/consistency', (n: number) => `consistency?from=${n + 1}&to=${size}`],
  ] as const) {
    const times: number[] = [];
    let last: number | null = null;
    let asked = 0;
    const { statuses } = await load(ledger.url, 1, () => {
      const now = performance.now();
      if (last !== null) times.push(now - last);
      last = now;
      return asked === QUESTIONS ? null : requestBytes('GET', `/v1/log/${path((asked++ * 7919) % size)}`, host);
    });
    if (statuses.get(200) !== QUESTIONS) throw new Error(`${job}: ${JSON.stringify([...statuses])}`);
    const [p50, p99] = [median(times), percentile(times, 0.99)];
    const said = `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`;
    figures.push(plain(`${job} at ${size.toLocaleString('en')} leaves`, said, `p50 < ${PROOF_MS} ms`, p50 < PROOF_MS));
  }
  await ledger.stop();
  return [...figures, await projectionWithTree()];
}

const WATCH_ROUNDS = 3;
const WATCHED_MS = 10_000;
const SETTLE_MS = 5000;
/** Share of one core. */
const MOST_SHARE = 0.03;
/** A clock tick in /proc is 10 ms on every Linux that Node runs on. */
const TICKS_PER_MS = 0.1;

function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [utime, stime] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (utime! + stime!) / TICKS_PER_MS;
}

export async function watches(): Promise<Figure[]> {
  const ledgers = [await ledgerOfMany(), await ledgerOfMany({ LEDGER_WATCH_RATE: '0' })];
  // Wait for the search index, which follows the views for a while.
  for (const { pid } of ledgers)
    for (let before = -Infinity; cpuMs(pid) - before > SETTLE_MS * 0.1; await sleep(SETTLE_MS)) before = cpuMs(pid);
  const shares: number[][] = ledgers.map(() => []);
  for (let round = 0; round < WATCH_ROUNDS; round++) {
    const before = ledgers.map(({ pid }) => cpuMs(pid));
    await sleep(WATCHED_MS);
    for (const [i, { pid }] of ledgers.entries()) shares[i]!.push((cpuMs(pid) - before[i]!) / WATCHED_MS);
  }
  const { watch } = (await ledgers[0]!.get('/v1/log/status')).body as { watch: { rate: number; checked: number } };
  if (watch.checked === 0) throw new Error('nothing was watched');
  for (const ledger of ledgers) await ledger.stop();
  const [on, off] = shares.map(median) as [number, number];
  const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
  const job =
    `a core at rest with the standing watch at ${watch.rate} events/s, ` +
    `${BENCH_EVENTS.toLocaleString('en')} events`;
  return [plain(job, `${percent(on)}, without it ${percent(off)}`, `< ${MOST_SHARE * 100}%`, on < MOST_SHARE)];
}

const ROUNDS = 5;
const PROJECTED = 40_000;

async function projectionWithTree(): Promise<Figure> {
  const folder = temporaryFolder();
  const path = join(folder.path, 'events.db');
  await fill(path);
  const log = openSqliteEventLog(path, { readOnly: true });
  const rate = async (name: string, withTree: boolean): Promise<number> => {
    const ddl = [CHECKPOINT_DDL, EVENTS_DDL, DECISIONS_DDL, REPAIRS_DDL, REGISTRY_DDL, MANDATES_DDL, TREE_DDL].join(
      '\n',
    );
    const db = openViewsFile(join(folder.path, name), 'bench', ddl);
    const events = openEvents(db, openRepairs(db));
    const registry = projectRegistry(db);
    const tree = withTree ? [projectTree(db)] : [];
    const projector = new Projector(db, [
      projectEvents(db),
      ...tree,
      projectRepairs(db),
      registry,
      projectMandates(db, events, registry),
    ]);
    let ms = 0;
    for await (const page of log.readAll({ limit: PROJECTED })) {
      const began = performance.now();
      projector.project(page);
      ms += performance.now() - began;
    }
    db.close();
    return (projector.checkpoint.size / ms) * 1000;
  };
  const [ours, floors]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    // They take turns to go first, so that the state of the machine affects both alike.
    const order = round % 2 === 0 ? [true, false] : [false, true];
    for (const withTree of order) {
      const perSecond = await rate(`${round}-${withTree}.db`, withTree);
      if (round > 0) (withTree ? ours : floors).push(perSecond);
    }
  }
  await log.close();
  folder.remove();
  // tree-posts measures what it costs a post
  return figure('projection with the tree', ours, 'the same without', floors, null);
}
