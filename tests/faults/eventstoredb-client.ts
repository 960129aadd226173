/** A client of EventStoreDB as the tests of the double use it. */
import type { AllStreamSubscription, JSONEventType, SubscribeToAllOptions } from '@eventstore/db-client';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { v4 } from 'uuid';

export const event = (n: number, type = 'Tested') =>
  jsonEvent<JSONEventType>({ id: v4(), type, data: { n }, metadata: { n } });
export const events = (...numbers: number[]) => numbers.map((n) => event(n));

/** A client, and a function that ends everything that it has open. */
export function connect(connectionString: string): {
  readonly client: EventStoreDBClient;
  readonly end: () => Promise<void>;
} {
  const client = EventStoreDBClient.connectionString(connectionString);
  const { getChannel } = client as unknown as { getChannel: () => Promise<{ close: () => void }> };
  return { client, end: async () => (await client.dispose(), (await getChannel()).close()) };
}

export const until = async (holds: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 5000; !holds();) {
    if (Date.now() > deadline) throw new Error(`still not: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** What a subscription emits, in order: the data of its events, and what else happens to it. */
export function follow(
  client: EventStoreDBClient,
  options: SubscribeToAllOptions,
): { readonly said: unknown[]; readonly source: AllStreamSubscription } {
  const said: unknown[] = [];
  const source = client.subscribeToAll(options);
  for (const name of ['confirmation', 'caughtUp'] as const) source.on(name, () => said.push(name));
  source.on('error', ({ type }: Error & { type?: string }) => said.push(type));
  source.on('data', ({ event }) => said.push((event!.data as { n: number }).n));
  return { said, source };
}
