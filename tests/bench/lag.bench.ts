/**
 * Time from the 201 to the view that shows the decision, alone and beside 64 posters. It includes the time of one
 * request, since it is asked over HTTP.
 */
import type { Ledger } from '../e2e/ledger.js';
import { load, requestBytes } from './client.js';
import type { Figure } from './figures.js';
import { plain } from './figures.js';
import { startLedgerOn } from './on-store.js';
import { percentile } from './processes.js';
import { decisionsOfClient } from './workload.js';

async function lags(ledger: Ledger, run: string, samples: number): Promise<number[]> {
  const found: number[] = [];
  for (const decision of decisionsOfClient(run, 0, samples)) {
    const { status, text } = await ledger.send('POST', '/v1/decisions', decision);
    if (status !== 201) throw new Error(text);
    const acknowledged = performance.now();
    while ((await ledger.get(`/v1/decisions/${decision.decisionId}`)).status !== 200);
    found.push(performance.now() - acknowledged);
  }
  return found;
}

/** @param store the connection string of an EventStoreDB; by default the embedded store is measured */
export async function lag(store?: string): Promise<Figure[]> {
  const ledger = await startLedgerOn(store);
  const bench = Date.now().toString(36); // a server keeps what earlier runs recorded
  await lags(ledger, `${bench}-warm`, 100);
  const alone = await lags(ledger, `${bench}-alone`, 400);
  const { host } = new URL(ledger.url);
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${ledger.token}` };
  let posting = true;
  const clients = Array.from({ length: 64 }, (_, c) => decisionsOfClient(`${bench}-busy`, c, 100_000));
  const posters = load(ledger.url, 64, (c) =>
    posting ? requestBytes('POST', '/v1/decisions', host, headers, JSON.stringify(clients[c]!.next().value)) : null,
  );
  const busy = await lags(ledger, `${bench}-among`, 300);
  posting = false;
  const { perSecond } = await posters;
  await ledger.stop();
  const row = (job: string, values: number[], most: number): Figure =>
    plain(
      `${store === undefined ? '' : 'EventStoreDB: '}${job}`,
      `p50 ${percentile(values, 0.5).toFixed(1)} ms, p99 ${percentile(values, 0.99).toFixed(1)} ms`,
      `p99 ≤ ${most} ms`,
      percentile(values, 0.99) <= most,
    );
  return [
    row('lag from 201 to the changed view, alone', alone, 25),
    row(`the same beside 64 posters (${Math.round(perSecond).toLocaleString('en')} posts/s)`, busy, 100),
  ];
}
