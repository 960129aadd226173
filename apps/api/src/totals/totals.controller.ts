import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Grouping } from '#mandate';
import { GROUPINGS } from '#mandate';
import { Clock } from '../clock/clock.js';
import { OneOf } from '../http/fields.js';
import type { Form } from '../http/forms.js';
import { FORMS } from '../http/forms.js';
import { FormatField } from '../http/page.query.js';
import type { ListAnswer } from '../http/take-away.js';
import { answerList } from '../http/take-away.js';
import { TimesQuery, askedTimes } from '../http/times.query.js';
import { todayIn } from '../http/today.js';
import { AfterWrite, AnswersList, ApiProblems } from '../openapi/decorators.js';
import { TOTALS, TOTALS_TABLE } from './totals.answers.js';
import { GetTotals } from './totals.queries.js';

class TotalsQuery extends TimesQuery {
  @OneOf(GROUPINGS, { optional: true, description: 'What the groups are', default: 'region' })
  declare readonly by?: Grouping;

  @FormatField(FORMS)
  declare readonly format?: Form;
}

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
    summary: 'Head counts of the mandates in force on a day, in total and by group',
    description:
      'A sum adds up the mandates whose minimum and maximum are both known. The other mandates are named in ' +
      'uncounted; they never count as 0. By region the groups add up to the total. By organisation, category and ' +
      'mission a mandate is divided by its contributions. What may belong to several groups is uncounted in each of ' +
      'them.',
  })
  @AnswersList(TOTALS, 'Groups by key, and the total', { paged: false })
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  totals(
    @Query() { by = 'region', format, ...asked }: TotalsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    const times = askedTimes(asked, todayIn(this.clock.now()));
    const ask = () => this.queries.execute(new GetTotals(by, times));
    return answerList(TOTALS_TABLE, times.asOf, format === undefined ? {} : { format }, ask, request, reply);
  }
}
