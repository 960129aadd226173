/**
 * GET /v1/events over the whole log, against a bare server that sends the same bytes from a file. Also the memory that
 * it takes.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openSqliteEventLog } from '#event-log';
import { startLedger } from '../e2e/ledger.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Figure } from './figures.js';
import { figure, plain } from './figures.js';
import { peakMb } from './memory.js';
import { median } from './processes.js';
import { decisionsOfClient, storedEvents } from './workload.js';

const ROUNDS = 3;
/** Set LEDGER_BENCH_EVENTS=1000000 for the full size. */
export const BENCH_EVENTS = Number(process.env['LEDGER_BENCH_EVENTS'] ?? '200000');

/** Reads everything, and counts line ends. */
function lines(url: string, to?: string): Promise<{ perSecond: number; count: number }> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    get(url, { agent: false }, (response) => {
      let count = 0;
      if (to !== undefined) response.pipe(createWriteStream(to));
      response.on('data', (chunk: Buffer) => {
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count++;
      });
      response.on('end', () => resolve({ perSecond: (count / (performance.now() - began)) * 1000, count }));
      response.on('error', reject);
    }).on('error', reject);
  });
}

export async function events(): Promise<Figure[]> {
  const folder = temporaryFolder();
  await fill(join(folder.path, 'events.db'));
  const env = { LEDGER_DATA_DIR: folder.path, LEDGER_DATASETS: 'none' };
  await (await startLedger(env)).stop(); // builds the views first, which takes memory too
  const ledger = await startLedger(env);
  const url = `${ledger.url}/v1/events`;
  const file = join(folder.path, 'events.ndjson');
  await lines(url, file);
  const bare = createServer((_request, response) =>
    createReadStream(file, { highWaterMark: 192 * 1024 }).pipe(response),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => bare.once('listening', resolve));
  const bareUrl = `http://127.0.0.1:${(bare.address() as AddressInfo).port}`;
  const [ours, clouds, floors]: [number[], number[], number[]] = [[], [], []];
  const { peak } = await peakMb(ledger.pid, async () => {
    for (let round = 0; round <= ROUNDS; round++) {
      const own = await lines(url);
      if (own.count < BENCH_EVENTS) throw new Error(`only ${own.count} events came`);
      const cloud = await lines(`${url}?format=cloudevents`);
      const floor = await lines(bareUrl);
      if (round === 0) continue;
      ours.push(own.perSecond);
      clouds.push(cloud.perSecond);
      floors.push(floor.perSecond);
    }
  });
  bare.close();
  await ledger.stop();
  folder.remove();
  const perSecond = median(ours);
  return [
    figure('GET /v1/events, one reader, events', ours, 'bare file over HTTP', floors, null),
    figure('the same as CloudEvents', clouds, 'bare file over HTTP', floors, null),
    plain(
      'GET /v1/events, one reader, events',
      `${Math.round(perSecond).toLocaleString('en')}/s`,
      '100,000/s',
      perSecond >= 100_000,
    ),
    plain(
      `most memory at ${BENCH_EVENTS.toLocaleString('en')} events`,
      `${Math.round(peak)} MB`,
      '< 300 MB',
      peak < 300,
    ),
  ];
}

/** Writes a log of BENCH_EVENTS events. */
export async function fill(path: string): Promise<void> {
  const log = openSqliteEventLog(path);
  const clients = Array.from({ length: 64 }, (_, c) => decisionsOfClient('e', c, Math.ceil(BENCH_EVENTS / 2 / 64)));
  await Promise.all(
    clients.map(async (decisions) => {
      for (const each of decisions) {
        const { stream, events: appended } = storedEvents(each);
        await log.append(stream, appended, 'any');
      }
    }),
  );
  await log.close();
}
