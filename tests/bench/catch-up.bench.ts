/** Catch-up of the views from EventStoreDB, against the bare client's filtered subscription to the same events. */
import { EventStoreDBClient, START, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Store } from '#setup';
import { openStoreForReading } from '#setup';
import { Views } from '../../apps/api/src/views/views.js';
import { STREAM_PREFIXES } from '#mandate';
import { temporaryFolder } from '../temporary-folder.js';
import type { Figure } from './figures.js';
import { figure } from './figures.js';
import { decisionsOfClient, storedEvents } from './workload.js';

const EVENTS = 150_000;
const ROUNDS = 3;

async function fill(client: EventStoreDBClient): Promise<void> {
  const bench = Date.now().toString(36);
  await Promise.all(
    Array.from({ length: 64 }, async (_, c) => {
      const revisions = new Map<string, bigint>();
      for (const { stream, events } of [...decisionsOfClient(`${bench}-u`, c, Math.ceil(EVENTS / 2 / 64))].map(
        storedEvents,
      )) {
        const expectedRevision = revisions.get(stream) ?? 'no_stream';
        revisions.set(
          stream,
          (await client.appendToStream(stream, events.map(jsonEvent), { expectedRevision })).nextExpectedRevision,
        );
      }
    }),
  );
}

function bareSubscription(client: EventStoreDBClient, events: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = 0;
    const began = performance.now();
    const source = client.subscribeToAll({
      fromPosition: START,
      filter: streamNameFilter({ prefixes: [...STREAM_PREFIXES] }),
    });
    source.on('error', reject);
    source.on('data', () => {
      if (++count < events) return;
      resolve((count / (performance.now() - began)) * 1000);
      void source.unsubscribe();
    });
  });
}

/** As in the product, one thread reads and one projects. Their start is not counted. */
async function catchUp(connectionString: string, path: string): Promise<{ perSecond: number; events: number }> {
  const store: Store = { kind: 'eventstoredb', connectionString };
  const log = await openStoreForReading(store);
  const end = (await log.lastPosition())!;
  const views = new Views({ readModel: path, store, watchRate: 0 }, log, pino({ level: 'silent' }));
  await views.onModuleInit();
  const [before, began] = [views.checkpoint.size, performance.now()];
  if (!(await views.reached(end, 600_000)))
    throw new Error(`the views got no further than event ${views.checkpoint.size}`);
  const events = views.checkpoint.size;
  const perSecond = ((events - before) / (performance.now() - began)) * 1000;
  await views.onApplicationShutdown();
  await log.close();
  return { perSecond, events };
}

export async function catchUps(store: string): Promise<Figure[]> {
  const folder = temporaryFolder();
  const client = EventStoreDBClient.connectionString(store);
  await fill(client);
  const [ours, floors]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const own = await catchUp(store, join(folder.path, `views-${round}.db`));
    const floor = await bareSubscription(client, own.events);
    if (round === 0) continue;
    ours.push(own.perSecond);
    floors.push(floor);
  }
  await client.dispose();
  folder.remove();
  return [figure('EventStoreDB: catch-up of the views, events', ours, 'bare filtered subscription', floors, 0.5)];
}
