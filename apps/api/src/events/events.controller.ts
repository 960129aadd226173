import { Controller, Get, Headers, Inject, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventLog } from '../event-log/event-log.provider.js';
import { ConnectionSettings, OpenStreams } from '../http/connections.js';
import { Field, OneOf } from '../http/fields.js';
import { NDJSON_TYPE, SENT_EVENTS_TYPE } from '../http/media-types.js';
import { positionOf } from '../http/position.js';
import { sendStream } from '../http/stream-out.js';
import { AfterHeader, AnswersAs, ApiProblems, HeaderParameter } from '../openapi/decorators.js';
import { text } from '../openapi/schema.js';
import { CLOUD_EVENT, EVENT } from './events.answers.js';
import { FollowEvents, GetEvents } from './events.queries.js';

class EventsQuery {
  /** The log checks it, because only the log knows what a position looks like. */
  @Field(
    () => null,
    { type: 'string' },
    {
      optional: true,
      description: 'A position: only events strictly after it. Without it, from the first event on.',
      example: '100',
    },
  )
  declare readonly after?: string;

  @OneOf(['cloudevents'], {
    optional: true,
    description:
      'cloudevents: each event as a CloudEvent 1.0 in structured mode. Its subject is the stream. Its metadata is ' +
      'the stored metadata as text.',
  })
  declare readonly format?: 'cloudevents';
}

@ApiTags('events')
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly streams: OpenStreams,
    private readonly settings: ConnectionSettings,
    @Inject(EventLog) private readonly log: EventLog,
  ) {}

  @Get()
  @RouteConfig({ afterIsItsOwn: true })
  @AfterHeader()
  @ApiOperation({
    operationId: 'getEvents',
    summary: 'The log: every event as stored, in recorded order, and live',
    description:
      'One line for each event, up to the last one that the views hold at the time of the question. With `Accept: ' +
      'text/event-stream` the same as server-sent events, and then each new event as it is recorded. Their `id` is ' +
      'the position, so a client that comes back with `Last-Event-ID` misses nothing and gets nothing twice.',
  })
  @HeaderParameter(
    'Last-Event-ID',
    'With text/event-stream: the position of the last event that was received. Takes precedence over after.',
  )
  @AnswersAs({ 'application/x-ndjson': { oneOf: [EVENT, CLOUD_EVENT] }, 'text/event-stream': text }, 'The events')
  @ApiProblems('invalid', 'unauthorised', 'unavailable', ['too-many-requests', 503])
  async events(
    @Query() { after, format }: EventsQuery,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const position = positionOf(this.log, 'after', after);
    const seen = positionOf(this.log, 'Last-Event-ID', lastEventId);
    const form = format === 'cloudevents' ? 'cloudevent' : 'event';
    reply.header('vary', 'Accept');
    if (!asksForSentEvents(accept)) {
      const lines = await this.queries.execute(new GetEvents(position, form));
      return sendStream(request, reply, { 'content-type': NDJSON_TYPE }, lines, this.settings.idleMs);
    }
    const signal = this.streams.take('live', reply.raw);
    const sentEvents = await this.queries.execute(new FollowEvents(seen ?? position, form, signal));
    return sendStream(request, reply, { 'content-type': SENT_EVENTS_TYPE }, sentEvents, this.settings.idleMs);
  }
}

/** Whether the header names server-sent events, and not with q=0. */
const asksForSentEvents = (accept = ''): boolean =>
  /(^|,)\s*text\/event-stream\s*(;(?!\s*q=0(\.0*)?\s*(,|$))[^,]*)?(,|$)/i.test(accept);
