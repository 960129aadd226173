/** GET one mandate and GET the list of the letter, against a bare route that sends the same bytes as ready text. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLedger } from '../e2e/ledger.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { Load } from './client.js';
import { load, loadFor, requestBytes } from './client.js';
import type { Figure } from './figures.js';
import { figure } from './figures.js';
import { bareFastify } from './processes.js';
import { dayOf } from './sizes.bench.js';

const CONNECTIONS = 32;
const MS = 2000;
const ROUNDS = 3;

/** Asks the same path for another day each time. */
function everyDay(url: string, connections: number, ms: number, path: string): Promise<Load> {
  const { host } = new URL(url);
  const until = performance.now() + ms;
  return load(url, connections, () =>
    performance.now() < until ? requestBytes('GET', `${path}?asOf=${dayOf(asked++)}`, host) : null,
  );
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
      const held = await loadFor(
        ledger.url,
        CONNECTIONS,
        MS,
        requestBytes('GET', path, new URL(ledger.url).host, known),
      );
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
      figures.push(
        figure('the same, unchanged for who has it (304)', unchanged, 'bare Fastify, ready text', floors, null),
      );
  }
  await ledger.stop();
  folder.remove();
  return figures;
}
