import { Body, Controller, Get, Header, Param, Put, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '#event-log';
import type { JsonText, Page } from '../http/page.js';
import { Clock } from '../clock/clock.js';
import { etagOf } from '../http/if-match.js';
import { JSON_TYPE } from '../http/media-types.js';
import { ListQuery, NoQuery, validateQuery } from '../http/page.query.js';
import type { ListAnswer } from '../http/take-away.js';
import { answerList } from '../http/take-away.js';
import { validateBody } from '../http/validate-body.js';
import { todayIn } from '../http/today.js';
import { AfterWrite, Answers, AnswersList, ApiProblems, IfMatch, PathId } from '../openapi/decorators.js';
import { MISSION_EXAMPLE, MISSION_EXAMPLES } from '../openapi/examples.js';
import { MissionDto } from './mission.dto.js';
import { putRegistration, refuseMalformedId, unknownRegistration } from './registrations.http.js';
import { REGISTRATION_TABLES } from './registry.columns.js';
import { GetRegistration, GetRegistrations } from './registry.queries.js';

@ApiTags('missions')
@Controller('v1/missions')
export class MissionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Put(':id')
  @ApiBearerAuth()
  @ApiOperation({
    operationId: 'putMission',
    summary: 'Registers a mission, or amends it; the same body again records nothing',
  })
  @PathId('id', MISSION_EXAMPLE)
  @IfMatch()
  @ApiBody({ type: MissionDto, examples: MISSION_EXAMPLES })
  @Answers(201, 'Mission', 'Registered', ['ETag'])
  @Answers(200, 'Mission', 'Amended, or unchanged', ['ETag'])
  @ApiProblems(
    'invalid',
    'unauthorised',
    'stale-revision',
    'too-large',
    'unsupported-media-type',
    'outcome-unknown',
    'unavailable',
    'not-caught-up',
  )
  put(
    @Param('id') id: string,
    @Body() body: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonObject> {
    refuseMalformedId(id);
    validateQuery(NoQuery, query);
    return putRegistration(this.commands, 'mission', id, validateBody(MissionDto, body), request, reply);
  }

  @Get()
  @AfterWrite()
  @ApiOperation({ operationId: 'getMissions', summary: 'Missions by id, as last registered' })
  @AnswersList('MissionList', 'Missions by id')
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  list(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    const ask = (page: Page) => this.queries.execute(new GetRegistrations('mission', page));
    return answerList(
      REGISTRATION_TABLES.mission,
      todayIn(this.clock.now()),
      validateQuery(ListQuery, query),
      ask,
      request,
      reply,
    );
  }

  @Get(':id')
  @AfterWrite()
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ operationId: 'getMission', summary: 'One mission, as last registered' })
  @PathId('id', 'eumm-georgia')
  @Answers(200, 'Mission', 'The mission', ['ETag'])
  @ApiProblems('invalid', 'unauthorised', 'unknown-mission', 'unavailable')
  async one(
    @Param('id') id: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    validateQuery(NoQuery, query);
    const found = await this.queries.execute(new GetRegistration('mission', id));
    if (found === null) throw unknownRegistration('mission', id);
    reply.header('etag', etagOf(found.revision));
    return found.json;
  }
}
