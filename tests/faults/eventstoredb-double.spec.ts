/**
 * The double behaves as a server does. The same cases run through the bare client on the double, and on a real server
 * when LEDGER_TEST_ESDB names one.
 */
import type { AppendResult, EventStoreDBClient, ReadStreamOptions } from '@eventstore/db-client';
import { BACKWARDS, END, ErrorType, eventTypeFilter, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { v4 } from 'uuid';
import { connect, event, events, follow, until } from './eventstoredb-client.js';
import { startDouble } from './eventstoredb-double.js';

function behavesAsTheServer(
  name: string,
  open: () => Promise<{ connectionString: string; close: () => Promise<void> }>,
): void {
  describe(name, () => {
    let client: EventStoreDBClient;
    let close: () => Promise<void>;
    let stream: string;
    beforeAll(async () => {
      const server = await open();
      const { end, ...connected } = connect(server.connectionString);
      ({ client } = connected);
      close = async () => (await end(), server.close());
    });
    afterAll(() => close());
    beforeEach(() => {
      stream = `double-${v4()}`;
    });

    const append = (
      given: ReturnType<typeof events>,
      expectedRevision: bigint | 'any' | 'no_stream' | 'stream_exists',
      to = stream,
    ): Promise<AppendResult> => client.appendToStream(to, given, { expectedRevision });
    const refused = (actual: bigint | 'no_stream') => ({
      type: ErrorType.WRONG_EXPECTED_VERSION,
      actualVersion: actual,
    });
    const numbers = async (options?: ReadStreamOptions): Promise<number[]> => {
      const read: number[] = [];
      for await (const { event } of client.readStream(stream, options)) read.push((event!.data as { n: number }).n);
      return read;
    };
    const log = async (options: Parameters<EventStoreDBClient['readAll']>[0]): Promise<string[]> => {
      const read: string[] = [];
      for await (const { event } of client.readAll(options)) read.push(`${event!.streamId} ${event!.revision}`);
      return read;
    };

    it('gives revisions from 0 and growing positions, and stores what it was given', async () => {
      const given = events(1, 2);
      const first = await append(given, 'no_stream');
      const second = await append(events(3), 1n);
      expect([first.nextExpectedRevision, second.nextExpectedRevision]).toEqual([1n, 2n]);
      expect(second.position!.commit).toBeGreaterThan(first.position!.commit);
      const read = [];
      for await (const { event } of client.readStream(stream, { maxCount: 2 })) read.push(event!);
      expect(read.map(({ id, type, data, metadata }) => ({ id, type, data, metadata }))).toEqual(
        given.map(({ id, type, data, metadata }) => ({ id, type, data, metadata })),
      );
      expect(read[1]!.position).toEqual(first.position);
      expect(Math.abs(read[0]!.created.getTime() - Date.now())).toBeLessThan(60_000);
    });

    it.each(['no_stream', 'any', 'stream_exists', 0n] as const)(
      'answers an append sent again, at %p, as the first time',
      async (expected) => {
        if (expected !== 'no_stream') await append(events(0), 'no_stream');
        const given = events(1, 2);
        const first = await append(given, expected);
        await append(events(3), 'any');
        expect(await append(given, expected)).toEqual(first);
        expect(await append(given.slice(0, 1), expected)).toMatchObject({
          nextExpectedRevision: first.nextExpectedRevision - 1n,
        });
        expect(await numbers()).toHaveLength(expected === 'no_stream' ? 3 : 4);
      },
    );

    it('refuses what is known in part', async () => {
      const given = events(1, 2);
      await append(given, 'no_stream');
      await expect(append([given[0]!, event(3)], 'no_stream')).rejects.toMatchObject(refused(1n));
      await expect(append([given[0]!, event(3)], 'any')).rejects.toMatchObject(refused(1n));
      await expect(append([given[1]!, event(3)], 0n)).rejects.toMatchObject(refused(1n));
      await expect(append([...given].reverse(), 'no_stream')).rejects.toMatchObject(refused(1n));
      expect(await numbers()).toEqual([1, 2]);
    });

    it('takes known events as new at the current revision, after a new one, and in another stream', async () => {
      const given = events(1);
      await append(given, 'no_stream');
      expect(await append(given, 0n)).toMatchObject({ nextExpectedRevision: 1n });
      expect(await append([event(2), ...given], 'any')).toMatchObject({ nextExpectedRevision: 3n });
      expect(await append(given, 'any', `${stream}-other`)).toMatchObject({ nextExpectedRevision: 0n });
      expect(await append(given, 'any')).toMatchObject({ nextExpectedRevision: 0n });
    });

    it('refuses another revision than the expected one', async () => {
      await expect(append(events(1), 7n)).rejects.toMatchObject({ ...refused('no_stream'), expectedVersion: 7n });
      await expect(append(events(1), 'stream_exists')).rejects.toMatchObject({
        ...refused('no_stream'),
        expectedVersion: 'stream_exists',
      });
      await append(events(1), 'no_stream');
      await expect(append(events(2), 'no_stream')).rejects.toMatchObject({
        ...refused(0n),
        expectedVersion: 'no_stream',
      });
      await expect(append(events(2), 1n)).rejects.toMatchObject(refused(0n));
      await expect(numbers()).resolves.toEqual([1]);
    });

    it('takes 1 MiB of data at once and no more, in as many messages as it comes', async () => {
      const large = (bytes: number) =>
        jsonEvent({ type: 'Tested', data: { text: 'x'.repeat(bytes - '{"text":""}'.length) } });
      await client.appendToStream(stream, large(1024 * 1024));
      await expect(client.appendToStream(stream, large(1024 * 1024 + 1))).rejects.toMatchObject({
        type: ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
      });
      const parts = [large(300_000), large(300_000), large(300_000)];
      expect(await client.appendToStream(stream, parts, { batchAppendSize: 400_000 })).toMatchObject({
        nextExpectedRevision: 3n,
      });
      await expect(
        client.appendToStream(stream, [...parts, ...parts], { batchAppendSize: 400_000 }),
      ).rejects.toMatchObject({
        maxAppendSize: 1024 * 1024,
      });
    });

    it('appends in a call of its own, for a client with credentials', async () => {
      const options = {
        credentials: { username: 'admin', password: 'changeit' },
        expectedRevision: 'no_stream',
      } as const;
      const given = events(1, 2);
      const first = await client.appendToStream(stream, given, options);
      expect(await client.appendToStream(stream, given, options)).toEqual(first);
      await expect(client.appendToStream(stream, events(3), options)).rejects.toMatchObject(refused(1n));
    });

    it('reads a stream both ways, from a revision, up to a count', async () => {
      await append(events(0, 1, 2, 3), 'no_stream');
      expect(await numbers({ fromRevision: 1n, maxCount: 2 })).toEqual([1, 2]);
      expect(await numbers({ direction: BACKWARDS, fromRevision: END, maxCount: 2 })).toEqual([3, 2]);
      expect(await numbers({ direction: BACKWARDS, fromRevision: 1n })).toEqual([1, 0]);
      expect(await numbers({ fromRevision: 9n })).toEqual([]);
      stream += '-none';
      await expect(numbers()).rejects.toMatchObject({ type: ErrorType.STREAM_NOT_FOUND });
    });

    it('keeps in the log what a deleted stream held, and goes on at its next revision', async () => {
      const { position } = await append(events(0, 1), 'no_stream');
      await client.deleteStream(stream);
      await expect(numbers()).rejects.toMatchObject({ type: ErrorType.STREAM_NOT_FOUND });
      expect(await log({ fromPosition: position! })).toEqual([`${stream} 1`, `$$${stream} 0`]);
      expect(await append(events(2), 'no_stream')).toMatchObject({ nextExpectedRevision: 2n });
      expect(await numbers()).toEqual([2]);
      expect(await numbers({ direction: BACKWARDS, fromRevision: END })).toEqual([2]);
      await expect(append(events(3), 'no_stream')).rejects.toMatchObject(refused(2n));
      await append(events(3), 2n);
      expect(await numbers()).toEqual([2, 3]);
    });

    it('reads the log forwards from a position with its event, backwards without, and refuses where no event begins', async () => {
      const { position } = await append(events(0, 1), 'no_stream');
      await append(events(2), 1n);
      expect(await log({ fromPosition: position! })).toEqual([`${stream} 1`, `${stream} 2`]);
      expect(await log({ fromPosition: position!, direction: BACKWARDS, maxCount: 1 })).toEqual([`${stream} 0`]);
      expect(await log({ fromPosition: END, direction: BACKWARDS, maxCount: 2 })).toEqual([
        `${stream} 2`,
        `${stream} 1`,
      ]);
      expect((await log({ maxCount: 1 }))[0]).toMatch(/^\$/);
      const at = (more: bigint) => ({ commit: position!.commit + more, prepare: position!.prepare + more });
      expect(await log({ fromPosition: at(1_000_000n) })).toEqual([]);
      await expect(log({ fromPosition: at(-1n) })).rejects.toMatchObject({ type: ErrorType.UNKNOWN });
      await expect(log({ fromPosition: at(1_000_000n), direction: BACKWARDS })).rejects.toMatchObject({
        type: ErrorType.UNKNOWN,
      });
    });

    it('subscribes after a position to what the filter lets through: all there is, then what comes', async () => {
      const { position } = await append(events(0), 'no_stream');
      await append(events(1, 2), 'any');
      await append(events(9), 'any', `other-${stream}`);
      const { said, source } = follow(client, {
        fromPosition: position!,
        filter: streamNameFilter({ prefixes: [stream] }),
      });
      await until(() => said.includes('caughtUp'));
      await append(events(9), 'any', `other-${stream}`);
      await append(events(3), 'any');
      await until(() => said.length === 5);
      expect(said).toEqual(['confirmation', 1, 2, 'caughtUp', 3]);
      await source.unsubscribe();
    });

    it('filters types, by a pattern too, and says how far it has looked', async () => {
      const { position } = await append(events(0), 'no_stream');
      const last = await append([event(1, stream), event(2), event(3), event(4)], 'any');
      const reached: bigint[] = [];
      const filter = eventTypeFilter({
        regex: `^${stream}$`,
        maxSearchWindow: 1,
        checkpointReached: (_source, { commit }) => void reached.push(commit),
      });
      const { said, source } = follow(client, { fromPosition: position!, filter });
      await until(() => said.includes('caughtUp'));
      expect(said).toEqual(['confirmation', 1, 'caughtUp']);
      expect(reached.length).toBeGreaterThanOrEqual(3);
      expect(reached.at(-1)).toBeLessThanOrEqual(last.position!.commit);
      await source.unsubscribe();
    });

    it('gives a subscription from beyond the end what comes, whatever its position', async () => {
      const { position } = await append(events(0), 'no_stream');
      const beyond = position!.commit + 1_000_000n;
      const { said, source } = follow(client, {
        fromPosition: { commit: beyond, prepare: beyond },
        filter: streamNameFilter({ prefixes: [stream] }),
      });
      await until(() => said.includes('caughtUp'));
      await append(events(1), 'any');
      await until(() => said.length === 3);
      expect(said).toEqual(['confirmation', 'caughtUp', 1]);
      await source.unsubscribe();
    });
  });
}

behavesAsTheServer('the double of EventStoreDB behaves as the server', startDouble);

const real = process.env['LEDGER_TEST_ESDB'];
if (real === undefined)
  it.skip('EventStoreDB behaves as its double: LEDGER_TEST_ESDB names no server', () => undefined);
else
  behavesAsTheServer('EventStoreDB behaves as its double', () =>
    Promise.resolve({ connectionString: real, close: () => Promise.resolve() }),
  );
