/** What every store must do. The suite runs against each adapter (libs/event-log). */
import canonicalize from 'canonicalize';
import { v4 } from 'uuid';
import type { EventLog, NewEvent, RecordedEvent } from '#event-log';
import { EventIdInUse, EventRefused, LogUnavailable, WrongExpectedRevision } from '#event-log';

export interface Store {
  readonly log: EventLog;
  /** Opens another EventLog on the same stored events, after the first was closed. */
  readonly reopen: () => Promise<EventLog>;
  readonly remove: () => Promise<void>;
}

export const event = (n: number, more: Partial<NewEvent> = {}): NewEvent => ({
  id: v4(),
  type: 'MandateExtended',
  data: { n, until: '2025-07-31', title: 'Géorgie “ten to fifteen”\n\t✓ 🕊' },
  metadata: { decisionId: `d-${n}`, recordedAt: '2022-06-17T10:00:00.000Z' },
  ...more,
});

export const collect = async (pages: AsyncIterable<readonly RecordedEvent[]>): Promise<RecordedEvent[]> => {
  const events: RecordedEvent[] = [];
  for await (const page of pages) events.push(...page);
  return events;
};

/** Streams of one run share a prefix, so that the suite may run against a store that holds other events. */
export function eventLogContract(name: string, open: () => Promise<Store>): void {
  describe(`${name} keeps the event log's contract`, () => {
    let store: Store;
    let log: EventLog;
    let stream: string;
    beforeEach(async () => {
      store = await open();
      log = store.log;
      stream = `mandate-${v4()}`;
    });
    afterEach(async () => {
      await log.close();
      await store.remove();
    });

    describe('append', () => {
      it('gives revisions from 0 without gaps and answers the last one', async () => {
        const first = await log.append(stream, [event(0), event(1)], 'none');
        const second = await log.append(stream, [event(2)], 1);
        expect([first.revision, second.revision]).toEqual([1, 2]);
        expect(log.comparePositions(first.position, second.position)).toBeLessThan(0);
        expect((await collect(log.readStream(stream))).map(({ revision }) => revision)).toEqual([0, 1, 2]);
      });

      it('stores data and metadata as they were given', async () => {
        const given = event(7, { data: { z: [1, { b: null, a: true }], a: -9007199254740991, text: 'ß\n' } });
        const { position } = await log.append(stream, [given], 'none');
        const { id, type, data, metadata, revision, dataText, metadataText, ...rest } = (
          await collect(log.readStream(stream))
        )[0]!;
        expect({ id, type, data, metadata }).toEqual(given);
        expect([rest.stream, revision, rest.position]).toEqual([stream, 0, position]);
        expect([dataText, metadataText]).toEqual([canonicalize(given.data), canonicalize(given.metadata)]);
      });

      it('takes "any" at whatever revision', async () => {
        await log.append(stream, [event(0)], 'any');
        expect((await log.append(stream, [event(1)], 'any')).revision).toBe(1);
      });

      it('refuses "none" on a stream that exists, and says where it is', async () => {
        await log.append(stream, [event(0)], 'none');
        await expect(log.append(stream, [event(1)], 'none')).rejects.toMatchObject({
          stream,
          expected: 'none',
          actual: 0,
        });
      });

      it.each([[0], [7]])('refuses revision %i on a stream that is at 1, or is not there', async (expected) => {
        const refused = expect.objectContaining({ expected, actual: null }) as WrongExpectedRevision;
        await expect(log.append(stream, [event(0)], expected)).rejects.toEqual(refused);
        await log.append(stream, [event(0), event(1)], 'none');
        await expect(log.append(stream, [event(2)], expected)).rejects.toBeInstanceOf(WrongExpectedRevision);
        expect(await collect(log.readStream(stream))).toHaveLength(2);
      });

      it('lets one of two racing writers through', async () => {
        await log.append(stream, [event(0)], 'none');
        const outcomes = await Promise.allSettled([
          log.append(stream, [event(1)], 0),
          log.append(stream, [event(2)], 0),
        ]);
        expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(await collect(log.readStream(stream))).toHaveLength(2);
      });

      it.each([['none' as const], [0], ['any' as const]])(
        'answers the same events again (at %p) as the first time, and stores nothing',
        async (expected) => {
          if (expected === 0) await log.append(stream, [event(9)], 'none');
          const events = [event(0), event(1)];
          const first = await log.append(stream, events, expected);
          await log.append(stream, [event(2)], first.revision);
          expect(await log.append(stream, events, expected)).toEqual(first);
          expect(await collect(log.readStream(stream))).toHaveLength(expected === 0 ? 4 : 3);
        },
      );

      it('stores all events of an append or none', async () => {
        await log.append(stream, [event(0)], 'none');
        const bad = event(2, { data: { amount: 1.5 } });
        await expect(log.append(stream, [event(1), bad], 0)).rejects.toBeInstanceOf(EventRefused);
        expect(await collect(log.readStream(stream))).toHaveLength(1);
      });

      it.each([
        ['a float', { amount: 0.1 }],
        ['an integer that no double holds', { amount: 2 ** 53 }],
        ['not a number', { amount: NaN }],
        ['a BigInt', { amount: 1n }],
        ['a date object', { on: new Date(0) }],
        ['half a surrogate pair', { title: '\ud800' }],
        ['a control character', { title: 'a\u0000b' }],
        ['a control character of C1', { title: 'a\u0085b' }],
      ])('refuses %s before it is stored', async (_what, data) => {
        await expect(log.append(stream, [event(0, { data: data as never })], 'none')).rejects.toMatchObject({
          reason: 'not-canonical',
        });
        expect(await collect(log.readStream(stream))).toEqual([]);
      });

      it('refuses more than 1 MiB at once, and takes a little less', async () => {
        const big = (size: number): NewEvent => event(0, { data: { text: 'x'.repeat(size) } });
        await expect(log.append(stream, [big(1024 * 1024)], 'none')).rejects.toMatchObject({ reason: 'too-large' });
        expect((await log.append(stream, [big(900 * 1024)], 'none')).revision).toBe(0);
      });

      it('refuses an empty append, a stream name and an id that are none', async () => {
        await expect(log.append(stream, [], 'any')).rejects.toThrow(RangeError);
        await expect(log.append('No Stream', [event(0)], 'any')).rejects.toThrow(RangeError);
        await expect(log.append(stream, [event(0, { id: 'ABC' })], 'any')).rejects.toThrow(RangeError);
      });

      it('gives each of many concurrent appends its own outcome', async () => {
        const streams = Array.from({ length: 8 }, (_, i) => `${stream}-${i}`);
        const appends = Array.from({ length: 200 }, (_, i) =>
          log.append(streams[i % 8]!, [event(i), event(i)], i % 5 === 0 ? 'none' : 'any'),
        );
        const outcomes = await Promise.allSettled(appends);
        const stored = (await Promise.all(streams.map((each) => collect(log.readStream(each))))).flat();
        expect(stored).toHaveLength(2 * outcomes.filter(({ status }) => status === 'fulfilled').length);
        outcomes.forEach((outcome, i) => {
          if (outcome.status === 'rejected')
            expect([i % 5, outcome.reason instanceof WrongExpectedRevision]).toEqual([0, true]);
        });
      });

      it('refuses after close', async () => {
        await log.close();
        await expect(log.append(stream, [event(0)], 'any')).rejects.toBeInstanceOf(LogUnavailable);
        log = await store.reopen();
      });
    });

    describe('read', () => {
      it('reads a stream forwards and backwards, from a revision, up to a limit', async () => {
        await log.append(
          stream,
          Array.from({ length: 5 }, (_, i) => event(i)),
          'none',
        );
        const revisions = async (options?: object): Promise<number[]> =>
          (await collect(log.readStream(stream, options))).map(({ revision }) => revision);
        expect(await revisions({ from: 3 })).toEqual([3, 4]);
        expect(await revisions({ direction: 'backwards', limit: 2 })).toEqual([4, 3]);
        expect(await revisions({ direction: 'backwards', from: 1 })).toEqual([1, 0]);
        expect(await revisions({ from: 9 })).toEqual([]);
        expect(await revisions({ limit: 0 })).toEqual([]);
      });

      it('reads nothing of a stream that does not exist', async () => {
        expect(await collect(log.readStream(`${stream}-none`))).toEqual([]);
      });

      it('reads the whole log in order, from any position, both ways, over many pages', async () => {
        const before = await log.lastPosition();
        for (let i = 0; i < 13; i++)
          await log.append(
            `${stream}-${i % 3}`,
            Array.from({ length: 100 }, (_, n) => event(n)),
            'any',
          );
        const all = await collect(log.readAll(before === null ? {} : { after: before }));
        expect(all).toHaveLength(1300);
        for (const [i, each] of all.slice(1).entries())
          expect(log.comparePositions(all[i]!.position, each.position)).toBeLessThan(0);
        const after = await collect(log.readAll({ after: all[699]!.position }));
        expect(after.map(({ id }) => id)).toEqual(all.slice(700).map(({ id }) => id));
        for (const limit of [1, 2, 100]) {
          const next = await collect(log.readAll({ after: all[699]!.position, limit }));
          expect(next.map(({ id }) => id)).toEqual(all.slice(700, 700 + limit).map(({ id }) => id));
        }
        const back = await collect(log.readAll({ direction: 'backwards', after: all[700]!.position, limit: 600 }));
        expect(back.map(({ id }) => id)).toEqual(
          all
            .slice(100, 700)
            .reverse()
            .map(({ id }) => id),
        );
        expect(await log.lastPosition()).toBe(all.at(-1)!.position);
      });

      it('refuses a position that is none', async () => {
        await expect(collect(log.readAll({ after: 'x' }))).rejects.toThrow(RangeError);
        expect(() => log.comparePositions('1', '-1')).toThrow(RangeError);
      });

      it('keeps everything over close and reopen', async () => {
        const events = [event(0), event(1)];
        await log.append(stream, events, 'none');
        await log.close();
        log = await store.reopen();
        expect((await collect(log.readStream(stream))).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
        await expect(log.append(stream, [event(2)], 'none')).rejects.toBeInstanceOf(WrongExpectedRevision);
        expect((await log.append(stream, [event(2)], 1)).revision).toBe(2);
      });
    });

    describe('subscribe', () => {
      it('delivers what is stored and then what comes, once each and in order, until it is stopped', async () => {
        const stop = new AbortController();
        const mine: string[] = [];
        const wanted = 40;
        for (let i = 0; i < 10; i++) await log.append(stream, [event(i)], 'any');
        const reading = (async () => {
          for await (const page of log.subscribe({ signal: stop.signal }))
            for (const each of page)
              if (each.stream === stream) {
                mine.push(each.id);
                if (mine.length === wanted) stop.abort();
              }
        })();
        for (let i = 10; i < wanted; i++) await log.append(stream, [event(i)], 'any');
        await reading;
        expect(mine).toEqual((await collect(log.readStream(stream))).map(({ id }) => id));
      });

      it('begins strictly after a position', async () => {
        await log.append(stream, [event(0)], 'none');
        const { position } = await log.append(stream, [event(1)], 0);
        const stop = new AbortController();
        const { id } = event(2);
        await log.append(stream, [event(2, { id })], 1);
        for await (const page of log.subscribe({ after: position, signal: stop.signal })) {
          expect(page[0]!.id).toBe(id);
          stop.abort();
        }
      });

      it('waits for a slow reader without losing or doubling anything', async () => {
        const stop = new AbortController();
        const seen: number[] = [];
        const reading = (async () => {
          for await (const page of log.subscribe({ signal: stop.signal })) {
            await new Promise((resolve) => setTimeout(resolve, 5));
            for (const each of page) if (each.stream === stream) seen.push(each.revision);
            if (seen.length >= 300) stop.abort();
          }
        })();
        await Promise.all(Array.from({ length: 300 }, (_, i) => log.append(stream, [event(i)], 'any')));
        await reading;
        expect(seen).toEqual(Array.from({ length: 300 }, (_, i) => i));
      });

      it('ends at once when it is stopped while waiting', async () => {
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 10);
        const last = await log.lastPosition();
        expect(
          await collect(log.subscribe({ signal: stop.signal, ...(last === null ? {} : { after: last }) })),
        ).toEqual([]);
      });
    });

    describe('ids', () => {
      it('refuses an id that stands in another stream, and an append that repeats only a part of another', async () => {
        const [a, b] = [event(0), event(1)];
        await log.append(stream, [a, b], 'none');
        await expect(log.append(`${stream}-other`, [a], 'any')).rejects.toBeInstanceOf(EventIdInUse);
        await expect(log.append(stream, [b, event(2)], 'any')).rejects.toBeInstanceOf(EventIdInUse);
        await expect(log.append(stream, [b, a], 'any')).rejects.toBeInstanceOf(EventIdInUse);
        expect(await collect(log.readStream(`${stream}-other`))).toEqual([]);
      });
    });
  });
}
