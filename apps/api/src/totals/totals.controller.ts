import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Grouping, GroupTotal } from '#mandate';
import { GROUPINGS } from '#mandate';
import { Clock } from '../clock/clock.js';
import type { Columns } from '../http/csv.js';
import { together } from '../http/csv.js';
import { OneOf } from '../http/fields.js';
import type { Form } from '../http/forms.js';
import { FORMS } from '../http/forms.js';
import { validateQuery } from '../http/page.query.js';
import type { ListAnswer, Table } from '../http/take-away.js';
import { answerList } from '../http/take-away.js';
import { TimesQuery, askedTimes } from '../http/times.query.js';
import { todayIn } from '../http/today.js';
import { AfterWrite, AnswersWhole, ApiProblems, ThreeTimes } from '../openapi/decorators.js';
import { GetTotals } from './totals.queries.js';

class TotalsQuery extends TimesQuery {
  @OneOf(GROUPINGS, { optional: true })
  declare readonly by?: Grouping;

  @OneOf(FORMS, { optional: true })
  declare readonly format?: Form;
}

const COLUMNS: Columns<GroupTotal> = {
  key: ({ key }) => key,
  minimum: ({ minimum }) => minimum,
  maximum: ({ maximum }) => maximum,
  mandates: ({ mandates }) => mandates,
  uncounted: ({ uncounted }) => together(uncounted),
};
const TABLE: Table = { name: 'totals', columns: COLUMNS };

@ApiTags('totals')
@Controller('v1/totals')
export class TotalsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Get()
  @AfterWrite()
  @ApiOperation({
    operationId: 'getTotals',
    summary: 'Head counts of the mandates in force on a day, in all and by group',
    description:
      'A sum is of the mandates whose strength is known on both sides; the others are named in uncounted, never ' +
      'taken for 0. By region the groups add up to the total; by organisation, category and mission a mandate is ' +
      'split by its contributions, and what may belong to several groups is uncounted in each of them.',
  })
  @ApiQuery({
    name: 'by',
    required: false,
    description: 'What the groups are',
    schema: { type: 'string', enum: [...GROUPINGS], default: 'region' },
  })
  @ThreeTimes()
  @AnswersWhole('Totals', 'Groups by key, and the total')
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  totals(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    const { by = 'region', format, ...asked } = validateQuery(TotalsQuery, query);
    const times = askedTimes(asked, todayIn(this.clock.now()));
    const ask = () => this.queries.execute(new GetTotals(by, times));
    return answerList(TABLE, times.asOf, format === undefined ? {} : { format }, ask, request, reply);
  }
}
