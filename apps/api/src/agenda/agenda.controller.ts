import { Controller, Get, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { AgendaItem } from '#mandate';
import { FOREVER } from '#mandate';
import { Clock } from '../clock/clock.js';
import { cursorOf } from '../http/cursor.js';
import { Day } from '../http/fields.js';
import { ListQuery, refusedQuery, validateQuery } from '../http/page.query.js';
import type { ListAnswer } from '../http/take-away.js';
import { answerList } from '../http/take-away.js';
import { todayIn } from '../http/today.js';
import { AfterWrite, AnswersList, ApiProblems } from '../openapi/decorators.js';
import { agendaCalendar } from './agenda-calendar.js';
import { AGENDA_TABLE } from './agenda.columns.js';
import { GetAgenda, GetAgendaStamp } from './agenda.queries.js';

class CalendarQuery {
  @Day({ optional: true })
  declare readonly from?: string;

  @Day({ optional: true })
  declare readonly to?: string;
}

class AgendaQuery extends ListQuery {
  @Day({ optional: true })
  declare readonly from?: string;

  @Day({ optional: true })
  declare readonly to?: string;
}

const From = (): MethodDecorator =>
  ApiQuery({
    name: 'from',
    required: false,
    description: 'First day; today in Europe/Amsterdam where left out',
    schema: { type: 'string', format: 'date', example: '2022-07-01' },
  });
const To = (): MethodDecorator =>
  ApiQuery({
    name: 'to',
    required: false,
    description: 'Last day; all to come where left out',
    schema: { type: 'string', format: 'date' },
  });

/** Items that are asked for at a time while a calendar is written. */
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
    description: 'By day, as it is known now. What has no day yet comes at the end, whatever days are asked for.',
  })
  @From()
  @To()
  @AnswersList('AgendaList', 'Items by day')
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  list(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    const asked = validateQuery(AgendaQuery, query);
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
  @From()
  @To()
  @ApiResponse({ status: 200, description: 'RFC 5545', content: { 'text/calendar': { schema: { type: 'string' } } } })
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  async calendar(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { from, to } = this.daysOf(validateQuery(CalendarQuery, query));
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

  private daysOf({ from = todayIn(this.clock.now()), to = FOREVER }: CalendarQuery): { from: string; to: string } {
    if (to >= from) return { from, to };
    throw refusedQuery('to', `lies before from, which is ${from}; exchange the two`);
  }
}
