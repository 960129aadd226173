/**
 * POST /v1/import, against bare appends of the same events in group commits. Also the memory that it takes when the
 * client reads nothing until it has sent everything.
 */
import { request } from 'node:http';
import { join } from 'node:path';
import type { Decision } from '#mandate';
import type { Ledger } from '../e2e/ledger.js';
import { startLedger } from '../e2e/ledger.js';
import { temporaryFolder } from '../temporary-folder.js';
import { openBareLog } from './bare-log.js';
import { BENCH_EVENTS } from './events.bench.js';
import type { Figure } from './figures.js';
import { figure, plain } from './figures.js';
import { peakMb } from './memory.js';
import { decisionsOfClient, storedEvents } from './workload.js';

const MANDATES_AT_ONCE = 128;
const A_ROUND = 20_000;
const ROUNDS = 3;

/**
 * Decisions in the order of a file of letters: each letter decides on many mandates, and the next one comes back to
 * them.
 */
function* decisions(run: string, count: number): Generator<Decision> {
  const clients = Array.from({ length: MANDATES_AT_ONCE }, (_, c) =>
    decisionsOfClient(run, c, Math.ceil(count / MANDATES_AT_ONCE)),
  );
  for (let n = 0; n < count; n++) yield clients[n % MANDATES_AT_ONCE]!.next().value as Decision;
}

async function bareAppends(run: string, count: number): Promise<number> {
  const folder = temporaryFolder();
  const log = openBareLog(join(folder.path, 'events.db'));
  const appends = [...decisions(run, count)].map(storedEvents);
  const began = performance.now();
  // As many appends under way as in the import, one after the other on each mandate.
  await Promise.all(
    Array.from({ length: MANDATES_AT_ONCE }, async (_, c) => {
      for (let n = c; n < appends.length; n += MANDATES_AT_ONCE)
        await log.append(appends[n]!.stream, appends[n]!.events);
    }),
  );
  const perSecond = (count / (performance.now() - began)) * 1000;
  await log.close();
  folder.remove();
  return perSecond;
}

/**
 * Sends everything. Reads the outcomes meanwhile, or only after that.
 * @returns the number of outcomes by status
 */
function imported(ledger: Ledger, lines: Iterable<string>, readsAtOnce: boolean): Promise<Map<number, number>> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${ledger.token}` };
    const posted = request(`${ledger.url}/v1/import`, { method: 'POST', headers, agent: false });
    const statuses = new Map<number, number>();
    let rest = '';
    const sent = (async () => {
      let piece = '';
      for (const line of lines) {
        piece += line;
        if (piece.length < 64 * 1024) continue;
        if (!posted.write(piece)) await new Promise((drained) => posted.once('drain', drained));
        piece = '';
      }
      posted.end(piece);
    })();
    sent.catch(reject);
    posted.on('error', reject);
    posted.on('response', (response) => {
      const read = (): void => {
        response.on('data', (chunk: Buffer) => {
          const parts = (rest + chunk.toString()).split('\n');
          rest = parts.pop()!;
          for (const part of parts) {
            const status = Number(/"status":(\d+)/.exec(part)![1]);
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
          }
        });
        response.on('end', () => resolve(statuses));
      };
      if (readsAtOnce) read();
      else void sent.then(read);
    });
  });
}

function* linesOf(run: string, count: number): Generator<string> {
  for (const each of decisions(run, count)) yield `${JSON.stringify(each)}\n`;
}

export async function imports(): Promise<Figure[]> {
  const ledger = await startLedger();
  const [ours, floors]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const floor = await bareAppends(`f${round}`, A_ROUND);
    const lines = [...linesOf(`i${round}`, A_ROUND)];
    const began = performance.now();
    const statuses = await imported(ledger, lines, true);
    const perSecond = (A_ROUND / (performance.now() - began)) * 1000;
    if (statuses.get(201) !== A_ROUND) throw new Error(`the import answered ${JSON.stringify([...statuses])}`);
    if (round === 0) continue;
    floors.push(floor);
    ours.push(perSecond);
  }
  const count = Math.ceil(BENCH_EVENTS / 2);
  const { result, peak } = await peakMb(ledger.pid, () => imported(ledger, linesOf('m', count), false));
  if (result.get(201) !== count) throw new Error(`the import answered ${JSON.stringify([...result])}`);
  await ledger.stop();
  return [
    figure('POST /v1/import, decisions of two events', ours, 'bare group-commit appends', floors, 0.4),
    plain(
      `most memory while ${(count * 2).toLocaleString('en')} events are imported and nothing is read`,
      `${Math.round(peak)} MB`,
      '< 300 MB',
      peak < 300,
    ),
  ];
}
