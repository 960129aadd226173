/**
 * The contract on EventStoreDB. It runs on the double that the fault tests use, which shows that the double behaves;
 * and on a real server when LEDGER_TEST_ESDB names one.
 */
import { openEventStoreDbEventLog } from '#event-log/testing';
import { startDouble } from '../faults/eventstoredb-double.js';
import { eventLogContract } from './event-log.contract.js';

const ours = { prefixes: ['mandate-', 'mission-', 'document-'], types: new Set(['MandateExtended']) };

eventLogContract('EventStoreDB (a double of its server)', async () => {
  const double = await startDouble();
  const open = () => openEventStoreDbEventLog(double.connectionString, ours);
  return { log: open(), reopen: () => Promise.resolve(open()), remove: () => double.close() };
});

const real = process.env['LEDGER_TEST_ESDB'];
if (real === undefined)
  it.skip('EventStoreDB itself keeps the contract: LEDGER_TEST_ESDB names no server', () => undefined);
else
  eventLogContract('EventStoreDB', () => {
    const open = () => openEventStoreDbEventLog(real, ours);
    return Promise.resolve({ log: open(), reopen: () => Promise.resolve(open()), remove: () => Promise.resolve() });
  });
