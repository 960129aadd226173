import { Controller, Get, Headers, Inject, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiHeader, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventLog } from '../event-log/event-log.provider.js';
import { ConnectionSettings, OpenStreams } from '../http/connections.js';
import { Field, OneOf } from '../http/fields.js';
import { NDJSON_TYPE, SENT_EVENTS_TYPE } from '../http/media-types.js';
import { validateQuery } from '../http/page.query.js';
import { positionOf } from '../http/position.js';
import { sendStream } from '../http/stream-out.js';
import { AfterHeader, ApiProblems } from '../openapi/decorators.js';
import { FollowEvents, GetEvents } from './events.queries.js';

class EventsQuery {
  /** Judged by the log, which alone knows what a position looks like. */
  @Field(() => null, {}, { optional: true })
  declare readonly after?: string;

  @OneOf(['cloudevents'], { optional: true })
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
      'One line an event, up to the last one that the views hold when it is asked. With `Accept: text/event-stream` ' +
      'the same as server-sent events, and then each new event as it is recorded: `id` is the position, so a client ' +
      'that comes back with `Last-Event-ID` misses nothing and gets nothing twice.',
  })
  @ApiQuery({
    name: 'after',
    required: false,
    description: 'A position: only events strictly after it. From the first where left out',
    schema: { type: 'string', example: '100' },
  })
  @ApiQuery({
    name: 'format',
    required: false,
    description:
      'cloudevents: each event as a CloudEvent 1.0 in structured mode. Its subject is the stream, and `metadata` ' +
      'the metadata as stored, as text',
    schema: { type: 'string', enum: ['cloudevents'] },
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'With text/event-stream: the position of the last event that was received; goes before `after`',
    schema: { type: 'string' },
  })
  @ApiResponse({
    status: 200,
    description: 'The events',
    content: {
      'application/x-ndjson': {
        schema: { oneOf: [{ $ref: '#/components/schemas/Event' }, { $ref: '#/components/schemas/CloudEvent' }] },
      },
      'text/event-stream': { schema: { type: 'string' } },
    },
  })
  @ApiProblems('invalid', 'unauthorised', 'unavailable', ['too-many-requests', 503])
  async events(
    @Query() query: unknown,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { after, format } = validateQuery(EventsQuery, query);
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

/** Named, and not refused by q=0. */
const asksForSentEvents = (accept = ''): boolean =>
  /(^|,)\s*text\/event-stream\s*(;(?!\s*q=0(\.0*)?\s*(,|$))[^,]*)?(,|$)/i.test(accept);
