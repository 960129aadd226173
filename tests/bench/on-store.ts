/**
 * Starts a ledger to measure: on the embedded store, or on an EventStoreDB, which may hold what earlier runs recorded.
 */
import type { Ledger } from '../e2e/ledger.js';
import { startLedger } from '../e2e/ledger.js';

/** Starts a ledger with the document and the mission that the workload names. */
export async function startLedgerOn(store: string | undefined): Promise<Ledger> {
  if (store === undefined) return startLedger();
  const ledger = await startLedger({ LEDGER_STORE: store });
  for (const [path, body] of [
    ['/v1/documents/kst-29521-446', { title: 'Letter on contributions to missions', date: '2022-06-17' }],
    ['/v1/missions/untso', { name: 'UNTSO', organisation: 'UN', region: 'middle-east', kind: 'military' }],
  ] as const) {
    const { status, text } = await ledger.send('PUT', path, body);
    if (status >= 300) throw new Error(text);
  }
  return ledger;
}
