/** The messages of EventStoreDB's services, as far as the double reads and writes them. */
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import gossipPb from '@eventstore/db-client/generated/gossip_pb.js';
import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { StatusObject } from '@grpc/grpc-js';
import { Metadata, status } from '@grpc/grpc-js';
import type { Expected, From, Outcome, Page, ProposedRecord, StoredRecord } from './eventstoredb-streams.js';

type Any = NonNullable<ReturnType<statusPb.Status['getDetails']>>;
type GoogleEmpty = NonNullable<ReturnType<streamsPb.BatchAppendResp.Success['getNoStream']>>;
/** A dependency of the client, and none of this project. */
const ofClient = createRequire(createRequire(import.meta.url).resolve('@eventstore/db-client'));
const { Any } = ofClient('google-protobuf/google/protobuf/any_pb.js') as { Any: new () => Any };
const { Empty: GoogleEmpty } = ofClient('google-protobuf/google/protobuf/empty_pb.js') as {
  Empty: new () => GoogleEmpty;
};

const READ_BATCH = 32;
export const MOST_BYTES = 1024 * 1024;

/** An append, which arrives in several messages. */
export interface AppendStart {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: ProposedRecord[];
}

export interface ReadRequest {
  /** Null for the whole log. */
  readonly stream: string | null;
  readonly page: Page;
  readonly subscription: boolean;
  readonly matches: (record: StoredRecord) => boolean;
  /** A checkpoint comes after this many events that were looked at. */
  readonly checkpointInterval: number;
}

const nameOf = (identifier: sharedPb.StreamIdentifier | undefined): string =>
  Buffer.from(identifier!.getStreamName_asU8()).toString();
const identifierOf = (stream: string): sharedPb.StreamIdentifier =>
  new sharedPb.StreamIdentifier().setStreamName(Buffer.from(stream));

export const uuidOf = (uuid: sharedPb.UUID | undefined): string => uuid!.getString();

/** An event as a test gives it. */
export function proposed(event: {
  readonly id?: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata?: unknown;
}): ProposedRecord {
  const { id = randomUUID(), type, data, metadata } = event;
  const bytes = (value: unknown): Buffer =>
    value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(JSON.stringify(value));
  return {
    id,
    type,
    isJson: !(data instanceof Uint8Array),
    data: bytes(data),
    metadata: metadata === undefined ? Buffer.alloc(0) : bytes(metadata),
  };
}

/** An event as a client sends it. */
export function received(
  message: streamsPb.AppendReq.ProposedMessage | streamsPb.BatchAppendReq.ProposedMessage,
): ProposedRecord {
  return {
    id: uuidOf(message.getId()),
    type: message.getMetadataMap().get('type') ?? '',
    isJson: message.getMetadataMap().get('content-type') === 'application/json',
    data: Buffer.from(message.getData_asU8()),
    metadata: Buffer.from(message.getCustomMetadata_asU8()),
  };
}

/** The server counts only the data. */
export const isTooLarge = ({ events }: AppendStart): boolean =>
  events.reduce((sum, { data }) => sum + data.length, 0) > MOST_BYTES;

export function appendStart(options: streamsPb.AppendReq.Options | streamsPb.BatchAppendReq.Options): AppendStart {
  const revision = 'getRevision' in options ? options.getRevision() : options.getStreamPosition();
  const expected = options.hasAny()
    ? 'any'
    : options.hasNoStream()
      ? 'no_stream'
      : options.hasStreamExists()
        ? 'stream_exists'
        : Number(revision);
  return { stream: nameOf(options.getStreamIdentifier()), expected, events: [] };
}

export function batchAnswer(
  request: streamsPb.BatchAppendReq,
  { stream, expected }: AppendStart,
  what: Outcome | 'too-large' | 'not-ready' | 'deadline',
): streamsPb.BatchAppendResp {
  const answer = new streamsPb.BatchAppendResp()
    .setCorrelationId(request.getCorrelationId())
    .setStreamIdentifier(identifierOf(stream));
  if (what === 'not-ready')
    return answer.setError(error(status.OK, 'Server Is Not Ready', 'google.protobuf.Empty', new GoogleEmpty()));
  if (what === 'deadline')
    return answer.setError(
      error(status.DEADLINE_EXCEEDED, 'Timeout', 'event_store.client.Timeout', new sharedPb.Timeout()),
    );
  if (what === 'too-large') {
    const details = new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(MOST_BYTES);
    return answer.setError(
      error(
        status.INVALID_ARGUMENT,
        'MaximumAppendSizeExceeded',
        'event_store.client.MaximumAppendSizeExceeded',
        details,
      ),
    );
  }
  if (what.result === 'success') {
    const { revision, position } = what;
    const all = new sharedPb.AllStreamPosition()
      .setCommitPosition(String(position))
      .setPreparePosition(String(position));
    const success = new streamsPb.BatchAppendResp.Success().setPosition(all);
    return answer.setSuccess(
      revision === null ? success.setNoStream(new GoogleEmpty()) : success.setCurrentRevision(String(revision)),
    );
  }
  const details = new sharedPb.WrongExpectedVersion();
  if (what.current === null) details.setCurrentNoStream(new GoogleEmpty());
  else details.setCurrentStreamRevision(String(what.current));
  if (expected === 'any') details.setExpectedAny(new GoogleEmpty());
  else if (expected === 'no_stream') details.setExpectedNoStream(new GoogleEmpty());
  else if (expected === 'stream_exists') details.setExpectedStreamExists(new GoogleEmpty());
  else details.setExpectedStreamPosition(String(expected));
  return answer.setError(
    error(status.ALREADY_EXISTS, 'WrongExpectedVersion', 'event_store.client.WrongExpectedVersion', details),
  );
}

function error(
  code: number,
  message: string,
  name: string,
  details: { serializeBinary: () => Uint8Array },
): statusPb.Status {
  const any = new Any();
  any.pack(details.serializeBinary(), name);
  return new statusPb.Status().setCode(code).setMessage(message).setDetails(any);
}

export function appendAnswer({ expected }: AppendStart, outcome: Outcome): streamsPb.AppendResp {
  const answer = new streamsPb.AppendResp();
  if (outcome.result === 'success') {
    const { revision, position } = outcome;
    const all = new streamsPb.AppendResp.Position()
      .setCommitPosition(String(position))
      .setPreparePosition(String(position));
    const success = new streamsPb.AppendResp.Success().setPosition(all);
    return answer.setSuccess(
      revision === null ? success.setNoStream(new sharedPb.Empty()) : success.setCurrentRevision(String(revision)),
    );
  }
  const wrong = new streamsPb.AppendResp.WrongExpectedVersion();
  if (outcome.current === null) wrong.setCurrentNoStream(new sharedPb.Empty());
  else wrong.setCurrentRevision(String(outcome.current));
  if (expected === 'any') wrong.setExpectedAny(new sharedPb.Empty());
  else if (expected === 'no_stream') wrong.setExpectedNoStream(new sharedPb.Empty());
  else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new sharedPb.Empty());
  else wrong.setExpectedRevision(String(expected));
  return answer.setWrongExpectedVersion(wrong);
}

export const deletedStream = (request: streamsPb.DeleteReq): string =>
  nameOf(request.getOptions()!.getStreamIdentifier());

export const deleteAnswer = (position: bigint): streamsPb.DeleteResp =>
  new streamsPb.DeleteResp().setPosition(
    new streamsPb.DeleteResp.Position().setCommitPosition(String(position)).setPreparePosition(String(position)),
  );

export function tooLarge(): Partial<StatusObject> {
  const metadata = new Metadata();
  metadata.set('exception', 'maximum-append-size-exceeded');
  metadata.set('maximum-append-size', String(MOST_BYTES));
  return { code: status.INVALID_ARGUMENT, details: `Maximum Append Size of ${MOST_BYTES} Exceeded.`, metadata };
}

export function readOf(request: streamsPb.ReadReq): ReadRequest {
  const options = request.getOptions()!;
  const [stream, all, filter] = [options.getStream(), options.getAll(), options.getFilter()];
  const position = all?.getPosition();
  let from: From = (stream ?? all)!.hasEnd() ? 'end' : 'start';
  if (position !== undefined) from = BigInt(position.getCommitPosition());
  if (stream?.hasRevision() === true) from = Number(stream.getRevision());
  return {
    stream: stream === undefined ? null : nameOf(stream.getStreamIdentifier()),
    page: {
      from,
      backwards: options.getReadDirection() === streamsPb.ReadReq.Options.ReadDirection.BACKWARDS,
      count: Number(options.getCount()),
    },
    subscription: options.hasSubscription(),
    matches: matcher(filter),
    checkpointInterval:
      filter === undefined ? Infinity : (filter.getMax() || READ_BATCH) * filter.getCheckpointintervalmultiplier(),
  };
}

function matcher(filter: streamsPb.ReadReq.Options.FilterOptions | undefined): (record: StoredRecord) => boolean {
  if (filter === undefined) return () => true;
  const onType = filter.hasEventType();
  const expression = (onType ? filter.getEventType() : filter.getStreamIdentifier())!;
  const prefixes = expression.getPrefixList();
  const regex = expression.getRegex() === '' ? null : new RegExp(expression.getRegex());
  return ({ type, stream }) => {
    const name = onType ? type : stream;
    return regex === null ? prefixes.some((prefix) => name.startsWith(prefix)) : regex.test(name);
  };
}

export function event({
  id,
  stream,
  revision,
  position,
  type,
  isJson,
  created,
  data,
  metadata,
}: StoredRecord): streamsPb.ReadResp {
  const record = new streamsPb.ReadResp.ReadEvent.RecordedEvent()
    .setId(new sharedPb.UUID().setString(id))
    .setStreamIdentifier(identifierOf(stream))
    .setStreamRevision(String(revision))
    .setCommitPosition(String(position))
    .setPreparePosition(String(position))
    .setData(data)
    .setCustomMetadata(metadata);
  record
    .getMetadataMap()
    .set('type', type)
    .set('content-type', isJson ? 'application/json' : 'application/octet-stream')
    .set('created', String(BigInt(created.getTime()) * 10_000n));
  return new streamsPb.ReadResp().setEvent(
    new streamsPb.ReadResp.ReadEvent().setEvent(record).setCommitPosition(String(position)),
  );
}

export const streamNotFound = (stream: string): streamsPb.ReadResp =>
  new streamsPb.ReadResp().setStreamNotFound(
    new streamsPb.ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(stream)),
  );

export const confirmation = (): streamsPb.ReadResp =>
  new streamsPb.ReadResp().setConfirmation(
    new streamsPb.ReadResp.SubscriptionConfirmation().setSubscriptionId(randomUUID()),
  );

export const caughtUp = (): streamsPb.ReadResp =>
  new streamsPb.ReadResp().setCaughtUp(new streamsPb.ReadResp.CaughtUp());

export const checkpoint = ({ position }: StoredRecord): streamsPb.ReadResp =>
  new streamsPb.ReadResp().setCheckpoint(
    new streamsPb.ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position)),
  );

/** A cluster of one node, which is the leader. */
export const members = (port: number): gossipPb.ClusterInfo =>
  new gossipPb.ClusterInfo().setMembersList([
    new gossipPb.MemberInfo()
      .setInstanceId(new sharedPb.UUID().setString(randomUUID()))
      .setTimeStamp(String(Date.now()))
      .setState(gossipPb.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossipPb.EndPoint().setAddress('127.0.0.1').setPort(port)),
  ]);

export const features = (): featuresPb.SupportedMethods =>
  new featuresPb.SupportedMethods().setEventStoreServerVersion('23.10.8').setMethodsList(
    [
      ['event_store.client.gossip.gossip', 'read', []] as const,
      ['event_store.client.streams.streams', 'append', []] as const,
      ['event_store.client.streams.streams', 'batchappend', ['deadline_duration']] as const,
      ['event_store.client.streams.streams', 'read', ['position', 'events']] as const,
    ].map(([service, method, list]) =>
      new featuresPb.SupportedMethod()
        .setServiceName(service)
        .setMethodName(method)
        .setFeaturesList([...list]),
    ),
  );
