/** The double goes wrong as a test tells it to. The client sees what it would see of a server that does the same. */
import type { AppendResult, EventStoreDBClient } from '@eventstore/db-client';
import { ErrorType, streamNameFilter } from '@eventstore/db-client';
import { connect, event, follow, until } from './eventstoredb-client.js';
import type { AppendFault, EventStoreDbDouble } from './eventstoredb-double.js';
import { startDouble } from './eventstoredb-double.js';

describe('the double of EventStoreDB goes wrong when it is told', () => {
  let double: EventStoreDbDouble;
  let client: EventStoreDBClient;
  let end: () => Promise<void>;
  beforeEach(async () => {
    double = await startDouble();
    ({ client, end } = connect(double.connectionString));
  });
  afterEach(async () => {
    await end();
    await double.close();
  });

  const append = (n: number): Promise<AppendResult> => client.appendToStream('s', event(n));
  const stored = (): unknown[] =>
    double.stored
      .filter(({ stream }) => stream === 's')
      .map(({ data }) => (JSON.parse(data.toString()) as { n: number }).n);
  const filter = streamNameFilter({ prefixes: ['s'] });

  it.each<[AppendFault, object | string, boolean]>([
    ['silence', 'no answer', false],
    ['store-then-silence', 'no answer', true],
    ['store-then-reset', { type: ErrorType.UNAVAILABLE }, true],
    ['reset', { type: ErrorType.UNAVAILABLE }, false],
    [
      'not-ready',
      { type: ErrorType.UNKNOWN, message: expect.stringContaining('Server Is Not Ready') as string },
      false,
    ],
    ['deadline', { type: ErrorType.DEADLINE_EXCEEDED }, false],
  ])('at an append: %s', async (fault, outcome, stores) => {
    const seen: unknown[] = [];
    double.faults = { append: ({ stream, expected }, n) => (seen.push([stream, expected, n]), fault) };
    const patience = new Promise((_resolve, reject) => setTimeout(reject, 100, 'no answer'));
    const attempt = Promise.race([append(1), patience]);
    await (typeof outcome === 'string'
      ? expect(attempt).rejects.toBe(outcome)
      : expect(attempt).rejects.toMatchObject(outcome));
    expect(seen).toEqual([['s', 'any', 1]]);
    expect(stored()).toEqual(stores ? [1] : []);
    double.faults = {};
    await append(2);
    expect(stored()).toEqual(stores ? [1, 2] : [2]);
  });

  it('sends a client to the leader, which is itself', async () => {
    double.faults = { append: (_append, n) => (n === 1 ? 'not-leader' : undefined) };
    await expect(append(1)).rejects.toMatchObject({
      type: ErrorType.NOT_LEADER,
      leader: { address: '127.0.0.1', port: double.port },
    });
    await append(2);
    expect(stored()).toEqual([2]);
  });

  it('lets a rival come first', async () => {
    double.faults = {
      append: ({ stream }) => double.append(stream, [{ type: 'Tested', data: { n: 9 } }]) as undefined,
    };
    await expect(client.appendToStream('s', event(1), { expectedRevision: 'no_stream' })).rejects.toMatchObject({
      actualVersion: 0n,
    });
    expect(stored()).toEqual([9]);
  });

  it.each([
    ['unavailable', ErrorType.UNAVAILABLE],
    ['not-ready', ErrorType.UNAVAILABLE],
    ['not-leader', ErrorType.NOT_LEADER],
  ] as const)('at a read and at a subscription: %s', async (fault, type) => {
    double.faults = { read: () => fault };
    const read = async (): Promise<void> => {
      for await (const _event of client.readStream('s'));
    };
    await expect(read()).rejects.toMatchObject({ type });
    const { said } = follow(client, { filter });
    await until(() => said.length === 1);
    expect(said).toEqual([type]);
    expect(double.counts).toMatchObject({ reads: 1, subscriptions: 1 });
  });

  it('drops a subscription after an event, doubles one, and falls silent', async () => {
    for (const n of [1, 2, 3]) await append(n);
    double.faults = {
      subscription: (_event, n) => ([undefined, 'twice', 'drop', undefined, 'silence'] as const)[n - 1],
    };
    const first = follow(client, { filter });
    await until(() => first.said.length === 6);
    expect(first.said).toEqual(['confirmation', 1, 2, 2, 3, 'timeout']);
    const second = follow(client, { filter });
    await until(() => double.counts.delivered === 5);
    await append(4);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(second.said).toEqual(['confirmation', 1]);
    expect(double.openSubscriptions).toBe(1);
    await second.source.unsubscribe();
    await until(() => double.openSubscriptions === 0);
  });

  it('drops all subscriptions at once', async () => {
    const followed = [follow(client, { filter }), follow(client, { filter })];
    await until(() => followed.every(({ said }) => said.includes('caughtUp')));
    double.dropSubscriptions();
    await until(() => followed.every(({ said }) => said.length === 3));
    expect(followed[0]!.said).toEqual(['confirmation', 'caughtUp', ErrorType.TIMEOUT]);
    expect(double.openSubscriptions).toBe(0);
  });

  it('delivers slowly', async () => {
    for (const n of [1, 2, 3]) await append(n);
    double.faults = { slowMs: 40 };
    const began = performance.now();
    const { said } = follow(client, { filter });
    await until(() => said.includes('caughtUp'));
    expect(said).toEqual(['confirmation', 1, 2, 3, 'caughtUp']);
    expect(performance.now() - began).toBeGreaterThan(110);
  });

  it('dies and comes back on the same port with what it had, or with nothing', async () => {
    await append(1);
    const { said } = follow(client, { filter });
    await until(() => said.includes('caughtUp'));
    double.faults = { append: () => 'silence' };
    const pending = append(2);
    await until(() => double.counts.appends === 2);
    await double.kill();
    await expect(pending).rejects.toMatchObject({ type: ErrorType.UNAVAILABLE });
    await until(() => said.includes(ErrorType.UNAVAILABLE));
    expect(double.openSubscriptions).toBe(0);
    await expect(append(3)).rejects.toThrow(/UNAVAILABLE.*ECONNREFUSED/);
    double.faults = {};
    await double.restart();
    expect(await append(4)).toMatchObject({ nextExpectedRevision: 1n });
    expect(stored()).toEqual([1, 4]);
    await double.restart({ wipe: true });
    await end();
    ({ client, end } = connect(double.connectionString));
    expect(await append(5)).toMatchObject({ nextExpectedRevision: 0n });
    expect(stored()).toEqual([5]);
  });

  it.each(['esdb://HOST,HOST?tls=false', 'esdb+discover://HOST?tls=false'])(
    'is found as the leader through %s',
    async (pattern) => {
      const found = connect(pattern.replaceAll('HOST', `127.0.0.1:${double.port}`));
      await found.client.appendToStream('s', event(1));
      expect(stored()).toEqual([1]);
      expect(double.counts.discoveries).toBe(1);
      await found.end();
    },
  );
});
