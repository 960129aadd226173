import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags, IntersectionType, OmitType } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Known } from '#read-models';
import { Clock } from '../clock/clock.js';
import { Day } from '../http/fields.js';
import { FormatQuery, PageQuery, refusedQuery } from '../http/page.query.js';
import { Problem } from '../http/problem.js';
import type { AskForPage, ListAnswer } from '../http/take-away.js';
import { answerList } from '../http/take-away.js';
import { Moment, TimesQuery, knownOf } from '../http/times.query.js';
import { todayIn } from '../http/today.js';
import { AfterWrite, AnswersList, ApiProblems } from '../openapi/decorators.js';
import { CHANGES_TABLE, CHANGE_LIST } from './changes.answers.js';
import { GetChanges, GetLearntChanges } from './changes.queries.js';

class ComparedTimesQuery extends OmitType(TimesQuery, ['asOf']) {
  @Day({
    optional: true,
    description: 'With knownFrom and knownTo: the day whose state is compared. Without it, today in Europe/Amsterdam.',
  })
  declare readonly asOf?: string;
}

class ChangesQuery extends IntersectionType(PageQuery, FormatQuery, ComparedTimesQuery) {
  @Day({ optional: true, description: 'The first of two days', example: '2022-07-01' })
  declare readonly from?: string;

  @Day({ optional: true, description: 'The second of two days', example: '2023-01-01' })
  declare readonly to?: string;

  @Moment('The first of two moments, as knownAt')
  declare readonly knownFrom?: string;

  @Moment('The second of two moments, as knownAt')
  declare readonly knownTo?: string;
}

@ApiTags('changes')
@Controller('v1/changes')
export class ChangesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Get()
  @AfterWrite()
  @ApiOperation({
    operationId: 'getChanges',
    summary: 'What differs between two days, or what the ledger learnt between two moments',
    description:
      'With from and to: the mandates that differ between the two days, or to which something happened in between, ' +
      'with the decisions that caused it. With knownFrom and knownTo: the mandates of which the ledger learnt ' +
      'something in between, as they stood on asOf by what was known before and after, with the decisions and ' +
      'repairs that were recorded. Each item has the mandate before and after. If you replace every ' +
      'mandate before by the one after, you get from the first state to the second.',
  })
  @AnswersList(CHANGE_LIST, 'Mandates that differ, by id')
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  list(
    @Query() asked: ChangesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    const today = todayIn(this.clock.now());
    return answerList(CHANGES_TABLE, asked.to ?? asked.asOf ?? today, asked, this.askFor(asked, today), request, reply);
  }

  private askFor(
    { from, to, knownFrom, knownTo, asOf, decidedBy = undefined, knownAt }: ChangesQuery,
    today: string,
  ): AskForPage {
    const decided = { decidedBy: decidedBy ?? null };
    if (knownFrom === undefined && knownTo === undefined) {
      if (from === undefined || to === undefined)
        throw incomplete(from, to, 'from', 'to', 'or a pair of knownFrom and knownTo');
      if (to < from) throw refusedQuery('to', 'lies before from; exchange the two');
      if (asOf !== undefined)
        throw refusedQuery('asOf', 'does not go with from and to, which are the days that are compared; leave it out');
      return (page, known) =>
        this.queries.execute(new GetChanges(from, to, { ...decided, knownAt: known ?? knownOf(knownAt) }, page));
    }
    if (from !== undefined || to !== undefined)
      throw refusedQuery(
        from === undefined ? 'to' : 'from',
        'does not go with knownFrom and knownTo; ask for one pair, then for the other',
      );
    if (knownAt !== undefined)
      throw refusedQuery('knownAt', 'does not go with knownFrom and knownTo, which say what is known; leave it out');
    if (knownFrom === undefined || knownTo === undefined)
      throw incomplete(knownFrom, knownTo, 'knownFrom', 'knownTo', '');
    // Later pages compare the same two moments as the first page, whatever is recorded in the meantime.
    let [first, second]: [Known, Known] = [knownOf(knownFrom)!, knownOf(knownTo)!];
    return async (page) => {
      const answer = await this.queries.execute(
        new GetLearntChanges(first, second, { ...decided, asOf: asOf ?? today }, page),
      );
      [first, second] = [answer.known.from, answer.known.to];
      return answer;
    };
  }
}

function incomplete(
  a: string | undefined,
  b: string | undefined,
  first: string,
  second: string,
  otherwise: string,
): Problem {
  const missing = a === undefined ? first : second;
  const given = a === undefined && b === undefined ? '' : ` beside ${a === undefined ? second : first}`;
  return refusedQuery(
    missing,
    `is missing${given}: give ${first} and ${second}${otherwise === '' ? '' : `, ${otherwise}`}`,
  );
}
