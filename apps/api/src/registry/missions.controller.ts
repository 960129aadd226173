import { Body, Controller, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '#event-log';
import { SeenRevision } from '../http/if-match.js';
import { ListQuery, NoQuery } from '../http/page.query.js';
import type { JsonText } from '../http/page.js';
import type { ListAnswer } from '../http/take-away.js';
import { MissionDto } from './mission.dto.js';
import { NewId, RegistrationsController } from './registrations.controller.js';
import { GetsList, GetsOne, PutsOne } from './registrations.openapi.js';
import { MISSION, MISSIONS_TABLE, MISSION_LIST } from './registry.answers.js';
import { MISSION_EXAMPLE, MISSION_EXAMPLES } from './registry.examples.js';

@ApiTags('missions')
@Controller('v1/missions')
export class MissionsController extends RegistrationsController {
  protected readonly kind = 'mission';
  protected readonly table = MISSIONS_TABLE;

  @PutsOne({ kind: 'mission', schema: MISSION, example: MISSION_EXAMPLE, body: MissionDto, examples: MISSION_EXAMPLES })
  put(
    @SeenRevision() ifMatch: number | null,
    @Body() body: MissionDto,
    @Query() _query: NoQuery,
    @NewId() id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonObject> {
    return this.register(id, body, ifMatch, request, reply);
  }

  @GetsList({ kind: 'mission', schema: MISSION_LIST })
  list(
    @Query() asked: ListQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    return this.all(asked, request, reply);
  }

  @GetsOne({ kind: 'mission', schema: MISSION, example: 'eumm-georgia' })
  one(
    @Param('id') id: string,
    @Query() _query: NoQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return this.registered(id, reply);
  }
}
