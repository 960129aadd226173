/**
 * A double of an EventStoreDB 23.10 in the test's own process. It speaks the services that the client's package
 * defines, and keeps everything in memory. On request it does what a server does when something goes wrong. Its other
 * behaviour was compared with a server's answers.
 */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
  DeleteReq,
  DeleteResp,
  ReadReq,
  ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type {
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  StatusObject,
  sendUnaryData,
} from '@grpc/grpc-js';
import { Metadata, Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { AppendStart } from './eventstoredb-messages.js';
import * as messages from './eventstoredb-messages.js';
import type { Expected, Outcome, ProposedRecord, StoredRecord } from './eventstoredb-streams.js';
import { Streams } from './eventstoredb-streams.js';

export interface Append {
  readonly stream: string;
  readonly ids: readonly string[];
  readonly expected: Expected;
}

/**
 * `silence`: nothing is stored and nothing is answered. `reset`: nothing is stored, and the call ends as unavailable,
 * with everything that goes over it.
 */
export type AppendFault =
  'silence' | 'store-then-silence' | 'store-then-reset' | 'reset' | 'not-ready' | 'not-leader' | 'deadline';

export interface Read {
  /** Null for the whole log. */
  readonly stream: string | null;
  readonly backwards: boolean;
  readonly subscription: boolean;
}

/**
 * What happens to calls. Each hook gets the number of the call, from 1. A hook may append something itself, as a rival
 * that comes first.
 */
export interface Faults {
  readonly append?: (append: Append, n: number) => AppendFault | undefined;
  /** For a read, or a subscription that begins. */
  readonly read?: (read: Read, n: number) => 'silence' | 'unavailable' | 'not-ready' | 'not-leader' | undefined;
  /**
   * `drop`: the event is delivered, then the subscription ends with an error. `silence`: neither this event nor any
   * later one is delivered.
   */
  readonly subscription?: (event: StoredRecord, n: number) => 'drop' | 'twice' | 'silence' | undefined;
  /** Wait before each event of a subscription. */
  readonly slowMs?: number;
}

export interface EventStoreDbDouble {
  readonly connectionString: string;
  readonly port: number;
  /** Everything stored, in log order, with the server's own events. */
  readonly stored: readonly StoredRecord[];
  faults: Faults;
  /** Calls that have come, and events delivered to subscriptions. */
  readonly counts: Readonly<Record<'appends' | 'reads' | 'subscriptions' | 'delivered' | 'discoveries', number>>;
  readonly openSubscriptions: number;
  /** Stores events regardless of faults, at whatever revision. */
  append(
    stream: string,
    events: readonly {
      readonly id?: string;
      readonly type: string;
      readonly data: unknown;
      readonly metadata?: unknown;
    }[],
  ): void;
  /** Ends every open subscription with an error: by default that of a server whose subscriber falls behind. */
  dropSubscriptions(error?: Partial<StatusObject>): void;
  /** Cuts every connection and refuses new ones, as when the process dies. */
  kill(): Promise<void>;
  /** Listens again on the same port, with the same events or with none. */
  restart(options?: { readonly wipe?: boolean }): Promise<void>;
  close(): Promise<void>;
}

const FELL_BEHIND = {
  code: status.ABORTED,
  details: 'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
};

/** The error of the services when a call fails as a whole. */
function failure(
  fault: 'reset' | 'unavailable' | 'not-ready' | 'not-leader' | 'deadline',
  port: number,
): Partial<StatusObject> {
  if (fault === 'not-ready') return { code: status.UNAVAILABLE, details: 'Server Is Not Ready' };
  if (fault === 'deadline') return { code: status.ABORTED, details: 'Operation timed out: Prepare phase timeout.' };
  if (fault !== 'not-leader') return { code: status.UNAVAILABLE, details: 'Connection reset by the double' };
  const metadata = new Metadata();
  metadata.set('exception', 'not-leader');
  metadata.set('leader-endpoint-host', '127.0.0.1');
  metadata.set('leader-endpoint-port', String(port));
  return { code: status.NOT_FOUND, details: 'Leader info available', metadata };
}

interface Subscription {
  readonly call: ServerWritableStream<ReadReq, ReadResp>;
  readonly ended: AbortController;
  wake: () => void;
}

type Taken = Exclude<AppendFault, 'store-then-silence' | 'store-then-reset'> | Outcome;

export async function startDouble(): Promise<EventStoreDbDouble> {
  const counts = { appends: 0, reads: 0, subscriptions: 0, delivered: 0, discoveries: 0 };
  const subscriptions = new Set<Subscription>();
  const sockets = new Set<Socket>();
  let streams: Streams;
  let port = 0;

  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    injector.injectConnection(socket);
  });
  const listen = async (): Promise<void> => {
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
    ({ port } = listener.address() as AddressInfo);
  };

  /** A new store begins with the server's own events. */
  const begin = (): void => {
    streams = new Streams();
    for (const stream of ['$$$scavenges', '$$$settings'])
      streams.append(stream, [messages.proposed({ type: '$metadata', data: {} })], 'any');
  };

  const store = (stream: string, events: readonly ProposedRecord[], expected: Expected): Outcome => {
    const outcome = streams.append(stream, events, expected);
    for (const subscription of subscriptions) subscription.wake();
    return outcome;
  };

  const take = ({ stream, expected, events }: AppendStart): Taken => {
    const n = ++counts.appends;
    const fault = double.faults.append?.({ stream, ids: events.map(({ id }) => id), expected }, n);
    if (fault === undefined) return store(stream, events, expected);
    if (fault !== 'store-then-silence' && fault !== 'store-then-reset') return fault;
    store(stream, events, expected);
    return fault === 'store-then-silence' ? 'silence' : 'reset';
  };

  function batchAppend(call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
    const waiting = new Map<string, AppendStart>();
    let broken = false;
    call.on('data', (request: BatchAppendReq) => {
      const key = messages.uuidOf(request.getCorrelationId());
      if (request.hasOptions()) waiting.set(key, messages.appendStart(request.getOptions()!));
      const append = waiting.get(key);
      if (append === undefined || broken) return;
      append.events.push(...request.getProposedMessagesList().map(messages.received));
      if (messages.isTooLarge(append)) {
        waiting.delete(key);
        call.write(messages.batchAnswer(request, append, 'too-large'));
      } else if (request.getIsFinal()) {
        waiting.delete(key);
        const taken = take(append);
        if (taken === 'silence') return;
        broken = taken === 'reset' || taken === 'not-leader';
        if (taken === 'reset' || taken === 'not-leader') call.emit('error', failure(taken, port));
        else call.write(messages.batchAnswer(request, append, taken));
      }
    });
    call.on('end', () => call.end());
  }

  function append(call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void {
    let append: AppendStart | undefined;
    call.on('data', (request: AppendReq) => {
      if (request.hasOptions()) append = messages.appendStart(request.getOptions()!);
      else append?.events.push(messages.received(request.getProposedMessage()!));
    });
    call.on('end', () => {
      if (append === undefined) return answer({ code: status.UNKNOWN, details: 'Exception was thrown by handler.' });
      if (messages.isTooLarge(append)) return answer(messages.tooLarge());
      const taken = take(append);
      if (taken === 'silence') return;
      if (typeof taken === 'string') answer(failure(taken, port));
      else answer(null, messages.appendAnswer(append, taken));
    });
  }

  function remove({ request }: ServerUnaryCall<DeleteReq, DeleteResp>, answer: sendUnaryData<DeleteResp>): void {
    const metadata = messages.proposed({ type: '$metadata', data: { $tb: Number.MAX_SAFE_INTEGER } });
    answer(null, messages.deleteAnswer(streams.delete(messages.deletedStream(request), metadata)));
  }

  async function read(call: ServerWritableStream<ReadReq, ReadResp>): Promise<void> {
    const request = messages.readOf(call.request);
    const { stream, page, subscription, matches } = request;
    const n = ++counts[subscription ? 'subscriptions' : 'reads'];
    const fault = double.faults.read?.({ stream, backwards: page.backwards, subscription }, n);
    // the server never ends a read of nothing
    if (fault === 'silence' || (stream === null && !subscription && page.count === 0)) return;
    if (fault !== undefined) return void call.emit('error', failure(fault, port));
    if (subscription) return subscribe(call, request);
    const records = stream === null ? streams.readAll(page, matches) : streams.readStream(stream, page);
    if (records === 'error')
      return void call.emit('error', {
        code: status.UNKNOWN,
        details: `Unexpected Read${stream === null ? 'All' : 'Stream'}Result: Error`,
      });
    const ended = endOf(call);
    if (records === null) call.write(messages.streamNotFound(stream!));
    else for (const record of records) await written(call, messages.event(record), ended);
    if (!ended.signal.aborted) call.end();
  }

  async function subscribe(
    call: ServerWritableStream<ReadReq, ReadResp>,
    request: messages.ReadRequest,
  ): Promise<void> {
    const { from } = request.page;
    let index = streams.indexAt(from);
    if (index === null || request.stream !== null)
      return void call.emit('error', { code: status.UNKNOWN, details: 'Exception was thrown by handler.' });
    if (typeof from === 'bigint') index = Math.min(index + 1, streams.log.length);
    const ended = endOf(call);
    const subscription: Subscription = { call, ended, wake: () => undefined };
    subscriptions.add(subscription);
    ended.signal.addEventListener('abort', () => {
      subscriptions.delete(subscription);
      subscription.wake();
    });
    call.write(messages.confirmation());
    let live = false;
    for (let considered = 1; !ended.signal.aborted; considered++, index++) {
      while (index >= streams.log.length && !ended.signal.aborted) {
        if (!live) call.write(messages.caughtUp());
        live = true;
        await new Promise<void>((resolve) => (subscription.wake = resolve));
      }
      const record = streams.log[index];
      if (record === undefined) return;
      if (request.matches(record) && !(await deliver(subscription, record))) return;
      if (considered % request.checkpointInterval === 0) await written(call, messages.checkpoint(record), ended);
    }
  }

  /** @returns false when nothing more is to come */
  async function deliver({ call, ended }: Subscription, record: StoredRecord): Promise<boolean> {
    const { signal } = ended;
    if (double.faults.slowMs !== undefined)
      await delay(double.faults.slowMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return false;
    const n = ++counts.delivered;
    const fault = double.faults.subscription?.(record, n);
    if (fault === 'silence') return false;
    await written(call, messages.event(record), ended);
    if (fault === 'twice') await written(call, messages.event(record), ended);
    if (fault === 'drop') drop({ call, ended }, FELL_BEHIND);
    return true;
  }

  function drop({ call, ended }: Pick<Subscription, 'call' | 'ended'>, error: Partial<StatusObject>): void {
    if (ended.signal.aborted) return;
    ended.abort();
    call.emit('error', error);
  }

  const server = new Server();
  server.addService(streamsGrpc.StreamsService, {
    batchAppend,
    append,
    delete: remove,
    read: (call: Parameters<typeof read>[0]) => void read(call).catch((error: unknown) => call.emit('error', error)),
  });
  server.addService(gossipGrpc.GossipService, {
    read: (_call: unknown, answer: sendUnaryData<unknown>) => {
      counts.discoveries++;
      answer(null, messages.members(port));
    },
  });
  server.addService(featuresGrpc.ServerFeaturesService, {
    getSupportedMethods: (_call: unknown, answer: sendUnaryData<unknown>) => answer(null, messages.features()),
  });
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());

  const kill = async (): Promise<void> => {
    const closed = listener.listening ? once(listener, 'close') : undefined;
    listener.close(() => undefined);
    for (const socket of sockets) socket.destroy();
    for (const { ended } of [...subscriptions]) ended.abort();
    await closed;
  };
  begin();
  await listen();

  const double: EventStoreDbDouble = {
    connectionString: `esdb://127.0.0.1:${port}?tls=false`,
    port,
    get stored() {
      return streams.log;
    },
    faults: {},
    counts,
    get openSubscriptions() {
      return subscriptions.size;
    },
    append: (stream, events) => void store(stream, events.map(messages.proposed), 'any'),
    dropSubscriptions: (error = FELL_BEHIND) => {
      for (const subscription of [...subscriptions]) drop(subscription, error);
    },
    kill,
    restart: async ({ wipe = false } = {}) => {
      await kill();
      if (wipe) begin();
      await listen();
    },
    close: async () => {
      await kill();
      injector.destroy();
      server.forceShutdown();
    },
  };
  return double;
}

/** Aborted once the client has gone. */
function endOf(call: ServerWritableStream<ReadReq, ReadResp>): AbortController {
  const ended = new AbortController();
  call.on('cancelled', () => ended.abort());
  if (call.cancelled) ended.abort();
  return ended;
}

/** Writes a message, and waits for a client that does not read. */
async function written(
  call: ServerWritableStream<ReadReq, ReadResp>,
  message: ReadResp,
  { signal }: AbortController,
): Promise<void> {
  if (signal.aborted || call.write(message)) return;
  await once(call, 'drain', { signal }).catch(() => undefined);
}
