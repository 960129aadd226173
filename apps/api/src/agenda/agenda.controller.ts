import { Controller, Get, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags, IntersectionType } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { AgendaItem } from '#mandate';
import { FOREVER } from '#mandate';
import { Clock } from '../clock/clock.js';
import { cursorOf } from '../http/cursor.js';
import { Day } from '../http/fields.js';
import { FormatQuery, PageQuery, refusedQuery } from '../http/page.query.js';
import type { ListAnswer } from '../http/take-away.js';
import { answerList } from '../http/take-away.js';
import { todayIn } from '../http/today.js';
import { AfterWrite, AnswersAs, AnswersList, ApiProblems } from '../openapi/decorators.js';
import { text } from '../openapi/schema.js';
import { agendaCalendar } from './agenda-calendar.js';
import { AGENDA_LIST, AGENDA_TABLE } from './agenda.answers.js';
import { GetAgenda, GetAgendaStamp } from './agenda.queries.js';

class DaysQuery {
  @Day({ optional: true, description: 'First day. Without it, today in Europe/Amsterdam.', example: '2022-07-01' })
  declare readonly from?: string;

  @Day({ optional: true, description: 'Last day. Without it, everything to come.' })
  declare readonly to?: string;
}

class AgendaQuery extends IntersectionType(DaysQuery, PageQuery, FormatQuery) {}

/** Items of one page while a calendar is written. */
const CALENDAR_PAGE = 200;

@ApiTags('agenda')
@Controller('v1')
export class AgendaController {
  constructor(
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Get('agenda')
  @AfterWrite()
  @ApiOperation({
    operationId: 'getAgenda',
    summary: 'Terms that run out, reviews that are due, ends still to be determined, studies still open',
    description: 'By day, as it is known now. Items without a day come at the end, whatever days are asked for.',
  })
  @AnswersList(AGENDA_LIST, 'Items by day')
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  list(
    @Query() asked: AgendaQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    const { from, to } = this.daysOf(asked);
    return answerList(
      AGENDA_TABLE,
      from,
      asked,
      (page) => this.queries.execute(new GetAgenda(from, to, page)),
      request,
      reply,
    );
  }

  @Get('agenda.ics')
  @AfterWrite()
  @ApiOperation({
    operationId: 'getAgendaCalendar',
    summary: 'The agenda as a calendar that other programs subscribe to (iCalendar)',
  })
  @AnswersAs({ 'text/calendar': text }, 'RFC 5545')
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  async calendar(
    @Query() asked: DaysQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { from, to } = this.daysOf(asked);
    const { recordedAt: stamp, undated } = await this.queries.execute(new GetAgendaStamp());
    const items: AgendaItem[] = [];
    for (let cursor: string | null = null; ;) {
      const page = await this.queries.execute(new GetAgenda(from, to, { limit: CALENDAR_PAGE, cursor }));
      items.push(...page.items.map((item) => JSON.parse(item) as AgendaItem));
      if (page.next === null) break;
      cursor = cursorOf(page.next);
    }
    const urlOf = ({ mandateId }: AgendaItem): string =>
      `${request.protocol}://${request.host}/v1/mandates/${mandateId}`;
    void reply
      .header('content-type', 'text/calendar; charset=utf-8')
      .header('content-disposition', 'inline; filename="mandate-agenda.ics"');
    return new StreamableFile(Readable.from(agendaCalendar(items, { stamp, undated, urlOf }), { objectMode: false }));
  }

  private daysOf({ from = todayIn(this.clock.now()), to = FOREVER }: DaysQuery): { from: string; to: string } {
    if (to >= from) return { from, to };
    throw refusedQuery('to', `lies before from, which is ${from}; exchange the two`);
  }
}
