/**
 * The log over HTTP: as lines, as CloudEvents, and live; for readers that come back, that stand still, and that are
 * many.
 */
import fc from 'fast-check';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { get } from 'node:http';
import type { Ledger } from './ledger.js';
import { openLedger } from './hosted.js';
import { eventually, startLedger } from './ledger.js';

interface Event {
  readonly leafIndex: number;
  readonly position: string;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
}

const reserve = (decisionId: string, right = 'r') => ({
  decisionId,
  mandateId: 'untso',
  decidedOn: '2023-03-01',
  source: { documentId: 'kst-29521-446', locator: 'test' },
  effects: [{ type: 'reserve', right }],
});
const eventsIn = (text: string): Event[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);

/** A client that follows the log as a browser's EventSource would, and says what it was sent. */
class Follower {
  text = '';
  headers: IncomingMessage['headers'] = {};
  status = 0;
  readonly ended: Promise<'ended' | 'broken'>;
  private readonly request: ClientRequest;
  private readonly counted = { to: 0, frames: 0 };

  constructor(url: string, headers: Record<string, string> = {}, query = '') {
    this.request = get(`${url}/v1/events${query}`, {
      agent: false,
      headers: { accept: 'text/event-stream', ...headers },
    });
    this.ended = new Promise((resolve) => {
      this.request.on('error', () => resolve('broken'));
      this.request.on('response', (response) => {
        this.headers = response.headers;
        this.status = response.statusCode!;
        response.on('data', (chunk: Buffer) => (this.text += chunk.toString()));
        response.on('end', () => resolve('ended'));
        response.on('error', () => resolve('broken'));
      });
    });
  }

  /** Each frame that is whole, as its fields. */
  get frames(): { id: string; event: string; data: string }[] {
    return this.text
      .split('\n\n')
      .slice(0, -1)
      .filter((frame) => frame.startsWith('id: '))
      .map((frame) => {
        const [, id, event, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(frame)!;
        return { id: id!, event: event!, data: data! };
      });
  }

  /** How many frames are there, without looking at all of them again. */
  private count(): number {
    for (
      let end = this.text.indexOf('\n\n', this.counted.to);
      end >= 0;
      end = this.text.indexOf('\n\n', this.counted.to)
    ) {
      if (this.text.startsWith('id: ', this.counted.to)) this.counted.frames++;
      this.counted.to = end + 2;
    }
    return this.counted.frames;
  }

  async until(count: number): Promise<this> {
    await eventually(
      () => Promise.resolve(this.count()),
      (length) => length >= count,
    );
    return this;
  }

  close(): void {
    this.request.destroy();
  }
}

describe('GET /v1/events', () => {
  let ledger: Ledger;
  let all: string;
  beforeAll(async () => {
    ledger = await openLedger();
    all = (await ledger.get('/v1/events')).text;
  });
  afterAll(() => ledger.stop());

  it('is the log, one event a line, as it is stored', async () => {
    const answer = await ledger.get('/v1/events');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
    const events = eventsIn(answer.text);
    expect(events).toHaveLength(((await ledger.get('/health/ready')).body as { size: number }).size);
    expect(events.map(({ leafIndex }) => leafIndex)).toEqual(events.map((_, i) => i));
    for (const [i, line] of answer.text.trimEnd().split('\n').entries()) {
      const { leafIndex, position, id, stream, revision, type, data, metadata } = events[i]!;
      expect(line).toBe(JSON.stringify({ leafIndex, position, id, stream, revision, type, data, metadata }));
    }
    const revisions = new Map<string, number>();
    for (const { stream, revision } of events) {
      expect([stream, revision]).toEqual([stream, (revisions.get(stream) ?? -1) + 1]);
      revisions.set(stream, revision);
    }
  });

  it('agrees with the history of a mandate', async () => {
    const { items } = (await ledger.get('/v1/mandates/minusma/history')).body as {
      items: (Event & { eventId: string })[];
    };
    const own = eventsIn(all).filter(({ stream }) => stream === 'mandate-minusma');
    expect(own.map(({ id, position, leafIndex, data }) => ({ id, position, leafIndex, data }))).toEqual(
      items.map(({ eventId, position, leafIndex, data }) => ({ id: eventId, position, leafIndex, data })),
    );
  });

  it('goes on strictly after any position, and is empty after the last', async () => {
    const lines = all.trimEnd().split('\n');
    await fc.assert(
      fc.asyncProperty(fc.nat(lines.length - 1), async (n) => {
        const { position } = JSON.parse(lines[n]!) as Event;
        const rest = lines.slice(n + 1).map((line) => `${line}\n`);
        expect((await ledger.get(`/v1/events?after=${position}`)).text).toBe(rest.join(''));
      }),
      { numRuns: 30 },
    );
    expect((await ledger.get('/v1/events?after=999999999')).text).toBe('');
  });

  it.each([
    ['/v1/events?after=x', {}, 'after'],
    ['/v1/events?after=', {}, 'after'],
    ['/v1/events?after=1&after=2', {}, 'after'],
    ['/v1/events?format=json', {}, 'format'],
    ['/v1/events?limit=3', {}, 'limit'],
    ['/v1/events', { 'last-event-id': 'x' }, 'Last-Event-ID'],
    ['/v1/events', { 'last-event-id': '', accept: 'text/event-stream' }, 'Last-Event-ID'],
    ['/v1/events', { 'x-ledger-after': 'x' }, 'X-Ledger-After'],
  ])('%s with %p is refused by name', async (path, headers, field) => {
    const answer = await ledger.get(path, headers);
    expect([answer.status, (answer.body as { errors: { field: string }[] }).errors[0]!.field]).toEqual([400, field]);
  });

  it('answers a HEAD without the log, live or not', async () => {
    for (const accept of ['*/*', 'text/event-stream']) {
      const answer = await ledger.send('HEAD', '/v1/events', undefined, { accept });
      expect([answer.status, answer.text]).toEqual([200, '']);
    }
  });

  it('waits for a write with X-Ledger-After, whatever `after` says', async () => {
    for (let n = 0; n < 5; n++) {
      const { position } = (await ledger.send('POST', '/v1/decisions', reserve(`awaited-${n}`))).body as {
        position: string;
      };
      const shown = await ledger.get(`/v1/events?after=${Number(position) - 1}`, { 'x-ledger-after': position });
      expect(eventsIn(shown.text).map((event) => event.position)).toEqual([position]);
    }
  });

  it('writes CloudEvents by the rules of their specification, and leaves nothing out', async () => {
    const plain = eventsIn((await ledger.get('/v1/events')).text);
    const clouds = eventsIn((await ledger.get('/v1/events?format=cloudevents')).text) as unknown as Record<
      string,
      unknown
    >[];
    expect(clouds).toHaveLength(plain.length);
    for (const [i, cloud] of clouds.entries()) {
      const { id, stream, type, data, metadata, position, leafIndex, revision } = plain[i]!;
      expect(cloud).toMatchObject({
        specversion: '1.0',
        id,
        source: '/v1/events',
        subject: stream,
        type,
        data,
        position,
        revision,
      });
      expect(cloud).toMatchObject({
        datacontenttype: 'application/json',
        leafindex: leafIndex,
        time: metadata['recordedAt'],
      });
      expect(JSON.parse(cloud['metadata'] as string)).toEqual(metadata);
      expect([cloud['decisionid'], cloud['effectindex'], cloud['effectcount']]).toEqual([
        metadata['decisionId'],
        metadata['effectIndex'],
        metadata['effectCount'],
      ]);
      for (const [name, value] of Object.entries(cloud)) {
        expect(name).toMatch(/^[a-z0-9]{1,20}$/);
        if (name !== 'data') expect(typeof value === 'string' || Number.isInteger(value)).toBe(true);
      }
    }
    expect(clouds.some((cloud) => 'decisionid' in cloud) && clouds.some((cloud) => !('decisionid' in cloud))).toBe(
      true,
    );
    const live = await new Follower(ledger.url, {}, '?format=cloudevents').until(clouds.length);
    live.close();
    expect(live.frames.map(({ data }) => JSON.parse(data) as unknown)).toEqual(clouds);
  });
});

describe('the log, live', () => {
  let ledger: Ledger;
  beforeAll(async () => {
    ledger = await openLedger({ LEDGER_IDLE_SECONDS: '2' });
  });
  afterAll(() => ledger.stop());

  const lines = async (query = ''): Promise<string[]> =>
    (await ledger.get(`/v1/events${query}`)).text.trimEnd().split('\n');

  it('is the log, and then what is recorded, with the position as id and the type as event', async () => {
    const size = (await lines()).length;
    const follower = await new Follower(ledger.url).until(size);
    expect([follower.status, follower.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(follower.text.match(/retry: \d+\n\n/g)).toHaveLength(1);
    const { position } = (await ledger.send('POST', '/v1/decisions', reserve('live-1'))).body as { position: string };
    const { frames } = await follower.until(size + 1);
    follower.close();
    expect(frames.map(({ data }) => data)).toEqual(await lines());
    expect(frames.at(-1)).toMatchObject({ id: position, event: 'RightReserved' });
    for (const { id, event, data } of frames) expect(JSON.parse(data)).toMatchObject({ position: id, type: event });
  });

  it('says something while nothing happens', async () => {
    const [{ position }] = (await lines()).slice(-1).map((line) => JSON.parse(line) as Event) as [Event];
    const follower = new Follower(ledger.url, { 'last-event-id': position });
    await eventually(
      () => Promise.resolve(follower.text),
      (text) => text.split('\n:\n').length > 5, // longer than what is idle
    );
    expect(follower.frames).toEqual([]);
    follower.close();
  });

  it('goes by Last-Event-ID before `after`, and by either where it stands alone', async () => {
    const [last, before] = (await lines()).reverse().map((line) => (JSON.parse(line) as Event).position);
    for (const [headers, query] of [
      [{ 'last-event-id': before! }, '?after=1'],
      [{}, `?after=${before}`],
    ] as const) {
      const { frames } = await new Follower(ledger.url, headers, query).until(1);
      expect(frames[0]!.id).toBe(last);
    }
  });

  it('does not give what lies before a position that the views have not reached', async () => {
    const last = Number((JSON.parse((await lines()).at(-1)!) as Event).position);
    const ahead = new Follower(ledger.url, { 'last-event-id': String(last + 2) });
    for (let n = 0; n < 4; n++) await ledger.send('POST', '/v1/decisions', reserve(`ahead-${n}`));
    const { frames } = await ahead.until(2);
    ahead.close();
    expect(frames.map(({ id }) => Number(id))).toEqual([last + 3, last + 4]);
  });

  let runs = 0;
  it('gives the same sequence wherever a client breaks off and comes back, while more is recorded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }), async (pieces) => {
        const run = `resumed-${runs++}`;
        const got: string[] = [];
        let [seen, position] = [{}, ''];
        for (const [n, piece] of pieces.entries()) {
          const follower = await new Follower(ledger.url, seen).until(n === 0 ? piece : 0);
          ({ position } = (await ledger.send('POST', '/v1/decisions', reserve(`${run}-${n}`))).body as {
            position: string;
          });
          await follower.until(1);
          follower.close();
          // What comes after that the client has not taken in.
          const taken = follower.frames.slice(0, piece);
          got.push(...taken.map(({ data }) => data));
          if (taken.length > 0) seen = { 'last-event-id': taken.at(-1)!.id };
        }
        const all = (await ledger.get('/v1/events', { 'x-ledger-after': position })).text.trimEnd().split('\n');
        const { frames } = await new Follower(ledger.url, seen).until(all.length - got.length);
        expect([...got, ...frames.map(({ data }) => data)]).toEqual(all);
      }),
      { numRuns: 8 },
    );
  });

  it('cuts off a reader that takes nothing, while others are served', async () => {
    const rights = Array.from({ length: 50 }, (_, n) => ({ type: 'reserve', right: `${n} ${'x'.repeat(900)}` }));
    for (let n = 0; n < 60; n++) {
      const posted = await ledger.send('POST', '/v1/decisions', {
        ...reserve(`bulk-${n}`),
        rationale: 'r'.repeat(3000),
        effects: rights,
      });
      expect(posted.status).toBe(201);
    }
    for (const accept of ['text/event-stream', 'application/x-ndjson']) {
      const stalled = await new Promise<IncomingMessage>((resolve) => {
        get(`${ledger.url}/v1/events`, { agent: false, headers: { accept } }, resolve);
      });
      (await new Follower(ledger.url).until(3100)).close();
      expect((await ledger.get('/health/ready')).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 6000)); // three times what may stand still
      let taken = 0;
      const end = new Promise<string>((resolve) => {
        stalled.on('end', () => resolve('ended')).on('error', () => resolve('broken'));
      });
      stalled.on('data', (chunk: Buffer) => (taken += chunk.length));
      expect(await end).toBe('broken');
      expect(taken).toBeLessThan((await ledger.get('/v1/events')).text.length);
    }
  }, 90_000);
});

describe('the log, live, over a restart', () => {
  it('ends at once and cleanly at the stop, and goes on where it was', async () => {
    const first = await startLedger();
    const before = await new Follower(first.url).until(116);
    const silent = new Follower(first.url, { 'last-event-id': '116' });
    await eventually(
      () => Promise.resolve(silent.text),
      (text) => text !== '',
    );
    const began = Date.now();
    expect(await first.stop()).toBe(0);
    expect(await Promise.all([before.ended, silent.ended])).toEqual(['ended', 'ended']);
    expect(Date.now() - began).toBeLessThan(4500); // a connection that is still open is cut off after five seconds
    const second = await openLedger({ LEDGER_DATA_DIR: first.dataDir });
    const after = new Follower(second.url, { 'last-event-id': before.frames.at(-1)!.id });
    await second.send('POST', '/v1/decisions', reserve('after-the-restart'));
    const { frames } = await after.until(1);
    const all = [...before.frames, ...frames].map(({ data }) => data);
    expect(all).toEqual((await second.get('/v1/events')).text.trimEnd().split('\n'));
    expect(await second.stop()).toBe(0);
    expect(await after.ended).toBe('ended');
  });

  it('has room for a thousand, and says to the next one what to do', async () => {
    const ledger = await startLedger();
    const followers = Array.from({ length: 1000 }, () => new Follower(ledger.url, { 'last-event-id': '115' }));
    for (const follower of followers) await follower.until(1);
    const refused = await ledger.get('/v1/events', { accept: 'text/event-stream' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
    expect(refused.body).toMatchObject({
      type: 'urn:ledger:problem:too-many-requests',
      status: 503,
      detail: expect.stringContaining('Ask for the events that are stored') as string,
    });
    expect((await ledger.get('/v1/events')).status).toBe(200);
    await ledger.send('POST', '/v1/decisions', reserve('to-all'));
    for (const follower of followers)
      expect((await follower.until(2)).frames.map(({ id }) => id)).toEqual(['116', '117']);
    followers[0]!.close();
    await eventually(
      async () => {
        const another = new Follower(ledger.url, { 'last-event-id': '116' });
        await Promise.race([another.until(1), another.ended]);
        another.close();
        return another.status;
      },
      (status) => status === 200,
    );
    expect(await ledger.stop()).toBe(0);
    expect(await followers[1]!.ended).toBe('ended');
  }, 60_000);
});
