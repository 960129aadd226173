/**
 * What goes wrong between the adapter and EventStoreDB. After each fault nothing is lost or doubled, the order is kept,
 * and the process lives.
 */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { v4 } from 'uuid';
import type { EventLog, NewEvent } from '#event-log';
import {
  EventIdInUse,
  EventRefused,
  EventUnreadable,
  LogUnavailable,
  OutcomeUnknown,
  WrongExpectedRevision,
} from '#event-log';
import { openEventStoreDbEventLog } from '#event-log/testing';
import { collect, event } from '../contract/event-log.contract.js';
import type { EventStoreDbDouble } from './eventstoredb-double.js';
import { startDouble } from './eventstoredb-double.js';

const ours = { prefixes: ['mandate-'], types: new Set(['MandateExtended']) };

describe('the adapter for EventStoreDB', () => {
  let double: EventStoreDbDouble;
  let log: EventLog;
  let stream: string;
  const others: EventLog[] = [];
  const another = (): EventLog => {
    const opened = openEventStoreDbEventLog(double.connectionString, ours);
    others.push(opened);
    return opened;
  };
  beforeEach(async () => {
    double = await startDouble();
    log = openEventStoreDbEventLog(double.connectionString, ours);
    stream = `mandate-${v4()}`;
  });
  afterEach(async () => {
    double.faults = {};
    for (const opened of [log, ...others.splice(0)]) await opened.close();
    await double.close();
  });

  const ids = async (name = stream): Promise<string[]> => (await collect(log.readStream(name))).map(({ id }) => id);
  /** The fault hits the first `times` appends of the ledger's events, and none of the claims. */
  const first = (times: number, fault: string): void => {
    let met = 0;
    double.faults = {
      append: ({ stream: to }: { stream: string }) => (to.startsWith('mandate-') && met++ < times ? fault : undefined),
    } as never;
  };

  describe('append', () => {
    it.each([
      ['silence', 2],
      ['store-then-silence', 1],
      ['store-then-silence', 2],
      ['store-then-reset', 1],
      ['store-then-reset', 3],
      ['reset', 3],
      ['not-ready', 4],
      ['not-leader', 2],
      ['deadline', 2],
    ])('stores the events once and answers where they are, after %s (%i times)', async (fault, times) => {
      await log.append(stream, [event(0)], 'none');
      first(times, fault);
      const events = [event(1), event(2)];
      const appended = await log.append(stream, events, 0);
      expect(appended.revision).toBe(2);
      const stored = await collect(log.readStream(stream));
      expect(stored.slice(1).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
      expect(stored).toHaveLength(3);
      expect(stored.at(-1)!.position).toBe(appended.position);
    });

    it('stores every one of many appends once when the connection breaks under them, again and again', async () => {
      let n = 0;
      double.faults = { append: () => (++n % 17 === 0 ? (n % 2 === 0 ? 'store-then-reset' : 'reset') : undefined) };
      const streams = Array.from({ length: 40 }, (_, i) => `${stream}-${i}`);
      await Promise.all(
        streams.map(async (each) => {
          for (let i = 0; i < 4; i++) await log.append(each, [event(i), event(i)], i === 0 ? 'none' : 2 * i - 1);
        }),
      );
      double.faults = {};
      for (const each of streams)
        expect((await collect(log.readStream(each))).map(({ data }) => data['n'])).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    });

    it('does not end the process when many appends wait on a connection that is silent and then breaks', async () => {
      await log.append(stream, [event(0)], 'none');
      let silent = true;
      double.faults = { append: () => (silent ? 'silence' : undefined) };
      const appends = Array.from({ length: 200 }, (_, i) => log.append(`${stream}-${i}`, [event(i)], 'none'));
      await new Promise((resolve) => setTimeout(resolve, 300));
      await double.kill();
      silent = false;
      await double.restart();
      for (const { revision } of await Promise.all(appends)) expect(revision).toBe(0);
    });

    it(
      'says that the outcome is unknown when the server stays silent, and stores the same events once when they ' +
        'are appended again',
      async () => {
        await log.append(stream, [event(0)], 'none');
        first(Infinity, 'store-then-silence');
        const events = [event(1)];
        await expect(log.append(stream, events, 0)).rejects.toBeInstanceOf(OutcomeUnknown);
        double.faults = {};
        expect(await log.append(stream, events, 0)).toMatchObject({ revision: 1 });
        expect(await ids()).toHaveLength(2);
      },
      60_000,
    );

    it('does not take what an append of before has left for its own: other contents under the same ids are refused', async () => {
      await log.append(stream, [event(0)], 'none');
      first(Infinity, 'store-then-silence');
      const given = event(1);
      await expect(log.append(stream, [given], 0)).rejects.toBeInstanceOf(OutcomeUnknown);
      double.faults = {};
      await expect(log.append(stream, [{ ...given, data: { n: 2 } }], 0)).rejects.toMatchObject({
        id: given.id,
        stream,
      });
      expect((await collect(log.readStream(stream))).at(-1)!.data).toEqual(given.data);
    }, 60_000);

    it('says that nothing was stored when the store is away, at once if it has been so for long', async () => {
      await double.kill();
      const began = performance.now();
      await expect(log.append(stream, [event(0)], 'none')).rejects.toBeInstanceOf(LogUnavailable);
      expect(performance.now() - began).toBeLessThan(10_000);
      await double.restart();
      expect(await log.append(stream, [event(0)], 'none')).toMatchObject({ revision: 0 });
    });

    it('goes on by itself when the store comes back within a change of leader', async () => {
      await log.append(stream, [event(0)], 'none');
      await double.kill();
      const append = log.append(stream, [event(1)], 0);
      setTimeout(() => void double.restart(), 1500);
      expect(await append).toMatchObject({ revision: 1 });
    });

    it('tells who loses a race for the revision where the stream is', async () => {
      await log.append(stream, [event(0)], 'none');
      const rival = another();
      await rival.append(stream, [event(1)], 0);
      await expect(log.append(stream, [event(2)], 0)).rejects.toMatchObject({ stream, expected: 0, actual: 1 });
      expect(await ids()).toHaveLength(2);
    });

    it('refuses a BigInt and more than 1 MiB before the client sees them', async () => {
      await expect(log.append(stream, [event(0, { data: { n: 1n } as never })], 'none')).rejects.toBeInstanceOf(
        EventRefused,
      );
      await expect(
        log.append(stream, [event(0, { data: { text: 'x'.repeat(1024 * 1024) } })], 'none'),
      ).rejects.toMatchObject({
        reason: 'too-large',
      });
      await expect(log.append(stream, [], 'none')).rejects.toBeInstanceOf(RangeError);
      expect(double.stored.filter((each) => each.stream.startsWith('mandate-'))).toEqual([]);
    });

    it('lets one of several processes use an id, in whichever streams they try, and stores nothing for the others', async () => {
      const logs = [log, another(), another()];
      const shared = Array.from({ length: 30 }, () => event(1).id);
      const outcomes = await Promise.all(
        shared.flatMap((id) =>
          logs.map((each, i) =>
            each.append(`${stream}-${i}-${id}`, [event(i, { id })], 'none').then(
              () => 'stored',
              (error: unknown) => error,
            ),
          ),
        ),
      );
      for (const [n, id] of shared.entries()) {
        const [stored, refused] = [0, 1, 2].reduce<[number, number]>(
          ([yes, no], i) =>
            outcomes[n * 3 + i] === 'stored'
              ? [yes + 1, no]
              : [yes, no + Number(outcomes[n * 3 + i] instanceof EventIdInUse)],
          [0, 0],
        );
        expect([stored, refused]).toEqual([1, 2]);
        expect(double.stored.filter((each) => each.id === id)).toHaveLength(1);
      }
    });

    it('does not append what another process has claimed and may be about to append', async () => {
      const given = event(1);
      await log.append(stream, [event(0)], 'none');
      first(1, 'silence');
      const slow = log.append(stream, [given], 0); // claimed, and answered only at its second attempt
      await new Promise((resolve) => setTimeout(resolve, 300));
      await expect(another().append(stream, [{ ...given, data: { n: 9 } }], 0)).rejects.toMatchObject({ stream });
      expect(await slow).toMatchObject({ revision: 1 });
      expect((await collect(log.readStream(stream))).at(-1)!.data).toEqual(given.data);
    });

    it('stores nothing when the claim of its ids is not answered, and says so', async () => {
      await log.append(stream, [event(0)], 'none');
      double.faults = { append: ({ stream: to }) => (to === 'ledger-claims' ? 'store-then-silence' : undefined) };
      await expect(log.append(stream, [event(1)], 0)).rejects.toBeInstanceOf(LogUnavailable);
      double.faults = {};
      expect(await ids()).toHaveLength(1);
      expect(await log.append(stream, [event(2)], 0)).toMatchObject({ revision: 1 });
    }, 60_000);

    it('knows after a restart which ids are in use', async () => {
      const given = event(0);
      await log.append(stream, [given], 'none');
      await expect(another().append(`${stream}-2`, [given], 'none')).rejects.toBeInstanceOf(EventIdInUse);
      await expect(another().append(stream, [given], 'none')).resolves.toMatchObject({ revision: 0 });
    });

    it('leaves what another product keeps in the same store alone', async () => {
      const foreign: NewEvent = { id: v4(), type: 'RocketLaunched', data: { thrust: 1 }, metadata: {} };
      double.append('mission-apollo', [foreign]);
      double.append(`${stream}-x`, [foreign]);
      await log.append(stream, [event(0)], 'none');
      double.append('rocket-1', [foreign]);
      expect((await collect(log.readAll())).map((each) => each.stream)).toEqual([stream]);
      expect(await collect(log.readStream(`${stream}-x`))).toEqual([]);
      expect(await log.lastPosition()).toBe((await collect(log.readStream(stream)))[0]!.position);
    });
  });

  it(
    'names an event of ours that cannot be read, after what lies before it; goes on behind it where it is asked ' +
      'to, and knows where the log ends',
    async () => {
      const [before, behind] = [event(0), event(2)];
      await log.append(stream, [before], 'none');
      double.append(stream, [{ type: 'MandateExtended', data: { to: 1.5 }, metadata: {} }]);
      const { id, position } = double.stored.at(-1)!;
      expect(await log.lastPosition()).toBe(String(position));
      double.append(stream, [behind]);
      const found = { id, stream, revision: 1, position: String(position) };
      const stop = new AbortController();
      for (const pages of [log.readStream(stream), log.readAll(), log.subscribe({ signal: stop.signal })]) {
        const read: string[] = [];
        const reading = (async () => {
          for await (const page of pages) read.push(...page.map((each) => each.id));
        })();
        const error = await reading.catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(EventUnreadable);
        expect(error).toMatchObject({ found, message: expect.stringContaining('1.5 is not an integer') as string });
        expect(read).toEqual([before.id]);
      }
      expect((await collect(log.readAll({ after: String(position) }))).map((each) => each.id)).toEqual([behind.id]);
      expect((await collect(log.readAll({ limit: 1 }))).map((each) => each.id)).toEqual([before.id]);
    },
  );

  describe('reads', () => {
    it.each(['silence', 'unavailable', 'not-ready'] as const)('are repeated after %s', async (fault) => {
      await log.append(stream, [event(0), event(1)], 'none');
      let met = 0;
      double.faults = { read: () => (met++ < 1 ? fault : undefined) };
      expect(await ids()).toHaveLength(2);
    });

    it('are never cut short when the connection is given up under them', async () => {
      await log.append(
        stream,
        Array.from({ length: 40 }, (_, i) => event(i)),
        'none',
      );
      let met = 0;
      double.faults = { read: () => (met++ === 3 ? 'silence' : undefined) };
      const counts = await Promise.all(Array.from({ length: 8 }, () => ids()));
      expect(counts.map((each) => each.length)).toEqual(Array.from({ length: 8 }, () => 40));
    });
  });

  it('gets past a node of the cluster that is frozen, the first time that it asks', async () => {
    await log.append(stream, [event(0)], 'none');
    const sockets: Socket[] = [];
    const frozen = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
    await once(frozen, 'listening');
    const [{ port }, { host }] = [frozen.address() as AddressInfo, new URL(double.connectionString)];
    const seeds = [`127.0.0.1:${port}`, host];
    const asked = Array.from({ length: 12 }, () => {
      const fresh = openEventStoreDbEventLog(`esdb://${seeds.join(',')}?tls=false`, ours);
      others.push(fresh);
      return collect(fresh.readStream(stream));
    });
    for (const events of await Promise.all(asked)) expect(events).toHaveLength(1);
    expect(sockets.length).toBeGreaterThan(0);
    for (const socket of sockets) socket.destroy();
    frozen.close();
  });

  describe('subscribe', () => {
    const RUN = 40;
    async function delivered(): Promise<number[]> {
      const stop = new AbortController();
      const seen: number[] = [];
      for await (const page of log.subscribe({ signal: stop.signal })) {
        for (const each of page) seen.push(each.data['n'] as number);
        if (seen.length >= RUN) stop.abort();
      }
      return seen;
    }
    const all = Array.from({ length: RUN }, (_, n) => n);
    const fill = async (from: number, to: number): Promise<void> => {
      for (let n = from; n < to; n++) await log.append(`${stream}-${n % 3}`, [event(n)], 'any');
    };

    it.each([['drop'], ['twice']] as const)(
      'delivers everything once and in order when the server does "%s" at every event',
      async (fault) => {
        await fill(0, RUN / 2);
        double.faults = { subscription: () => fault };
        const reading = delivered();
        await fill(RUN / 2, RUN);
        expect(await reading).toEqual(all);
      },
    );

    it('delivers everything from a slow stream', async () => {
      await fill(0, RUN / 2);
      double.faults = { slowMs: 5 };
      const reading = delivered();
      await fill(RUN / 2, RUN);
      expect(await reading).toEqual(all);
    });

    it('is dropped by the server when it falls behind, and comes back at once', async () => {
      await fill(0, RUN / 2);
      const reading = delivered();
      await fill(RUN / 2, RUN - 5);
      double.dropSubscriptions();
      await fill(RUN - 5, RUN);
      expect(await reading).toEqual(all);
    });

    it('ends with LogUnavailable when the store goes away before anything was delivered', async () => {
      await fill(0, 1);
      await double.kill();
      await expect(collect(log.subscribe({ signal: new AbortController().signal }))).rejects.toBeInstanceOf(
        LogUnavailable,
      );
    });

    it('does not wait for ever on a subscription that has fallen silent', async () => {
      await fill(0, 1);
      double.faults = { subscription: () => 'silence' };
      await expect(collect(log.subscribe({ signal: new AbortController().signal }))).rejects.toThrow(/silent/);
    });
  });

  it('reports a wrong revision as such', async () => {
    await log.append(stream, [event(0)], 'none');
    await expect(log.append(stream, [event(1)], 'none')).rejects.toBeInstanceOf(WrongExpectedRevision);
  });
});
