/** `ledger verify` of a store and of its export, each in its own process: events per second of CPU time, and memory. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSqliteEventLog } from '#event-log';
import { openKeptCheckpoints } from '#read-models';
import { leafHash, leafText } from '#transparency';
import { makeLedger, noteOf } from '../cli/kept-ledger.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Figure } from './figures.js';
import { plain } from './figures.js';
import { median } from './processes.js';
import { decisionsOfClient, storedEvents } from './workload.js';

const EVENTS = Number(process.env['BENCH_EVENTS'] ?? 100_000);
const ROUNDS = 3;
const PER_SECOND = 50_000;
const MEGABYTES = 200;
const PROGRAM = fileURLToPath(new URL('../../apps/cli/src/run.js', import.meta.url));
/** Runs a command, and prints the CPU time and the memory that it took. */
const MEASURED = `
  import(process.argv[1]).then(() => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    console.error(JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 }));
  });`;

export async function verifies(): Promise<Figure[]> {
  const folder = temporaryFolder();
  try {
    const dataDir = join(folder.path, 'data');
    mkdirSync(dataDir);
    await makeLedger(dataDir, 0, []);
    await fill(dataDir);
    const key = join(dataDir, 'key.txt');
    const file = join(folder.path, 'export.ndjson');
    measured(['export', '--out', file], dataDir);
    const store = rounds(['verify', '--key', key], dataDir);
    const exported = rounds(['verify', '--key', key, '--file', file], dataDir);
    return [...figures('a store', store), ...figures('an export', exported)];
  } finally {
    folder.remove();
  }
}

async function fill(dataDir: string): Promise<void> {
  const log = openSqliteEventLog(join(dataDir, 'events.db'));
  let waiting: Promise<unknown>[] = [];
  for (const decision of decisionsOfClient('v', 0, EVENTS / 2)) {
    const { stream, events } = storedEvents(decision);
    waiting.push(log.append(stream, events, 'any'));
    if (waiting.length < 500) continue;
    await Promise.all(waiting);
    waiting = [];
  }
  await Promise.all(waiting);
  const hashes: Buffer[] = [];
  for await (const page of log.readAll()) for (const event of page) hashes.push(leafHash(leafText(event)));
  await log.close();
  const kept = openKeptCheckpoints(join(dataDir, 'checkpoints.db'));
  kept.keep({ size: hashes.length, note: noteOf(hashes) });
  kept.close();
}

interface Taken {
  readonly cpu: number;
  readonly megabytes: number;
}

function measured(args: readonly string[], dataDir: string): Taken {
  const command = ['--input-type=module', '-e', MEASURED, PROGRAM, ...args];
  // As the program is run normally: its own arguments begin after its path.
  const { stdout, stderr, status } = spawnSync(process.execPath, command, {
    env: { LEDGER_DATA_DIR: dataDir },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${stdout}${stderr}`);
  return JSON.parse(stderr.trim().split('\n').at(-1)!) as Taken;
}

const rounds = (args: readonly string[], dataDir: string): Taken[] =>
  Array.from({ length: ROUNDS }, () => measured(args, dataDir));

function figures(what: string, taken: readonly Taken[]): Figure[] {
  const rate = median(taken.map(({ cpu }) => EVENTS / cpu));
  const memory = Math.max(...taken.map(({ megabytes }) => megabytes));
  const events = EVENTS.toLocaleString('en');
  return [
    plain(
      `ledger verify of ${what}, events for each second of CPU time, the start included (${events} events)`,
      `${Math.round(rate).toLocaleString('en')}/s`,
      `${PER_SECOND.toLocaleString('en')}/s`,
      rate >= PER_SECOND,
    ),
    plain(`peak memory of it`, `${Math.round(memory)} MB`, `< ${MEGABYTES} MB`, memory < MEGABYTES),
  ];
}
