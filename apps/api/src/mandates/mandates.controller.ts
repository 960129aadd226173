import { Controller, Get, Header, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../clock/clock.js';
import { etagOf } from '../http/if-match.js';
import { JSON_TYPE } from '../http/media-types.js';
import type { ListQuery } from '../http/page.query.js';
import type { JsonText } from '../http/page.js';
import { Problem } from '../http/problem.js';
import type { AskForPage, ListAnswer } from '../http/take-away.js';
import { answerList } from '../http/take-away.js';
import { askedTimes, knownOf } from '../http/times.query.js';
import { todayIn } from '../http/today.js';
import { AfterWrite, Answers, AnswersList, ApiProblems, PathId } from '../openapi/decorators.js';
import { PROVENANCE } from '../provenance/provenance.answers.js';
import { GetMandateProvenance } from '../provenance/provenance.queries.js';
import { FindMandates } from '../search/search.queries.js';
import { HISTORY_LIST, historyTable } from './history.answers.js';
import { MANDATE, MANDATES_TABLE, MANDATE_LIST } from './mandates.answers.js';
import { GetCurrentMandates, GetMandate, GetMandateHistory } from './mandates.queries.js';
import { HistoryQuery, MandateQuery, MandatesQuery } from './mandates.query.dto.js';

@ApiTags('mandates')
@Controller('v1/mandates')
export class MandatesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Get()
  @AfterWrite()
  @ApiOperation({ operationId: 'getCurrentMandates', summary: 'How every mandate stands on a day' })
  @AnswersList(MANDATE_LIST, 'Mandates by id; with q the best match first')
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  list(
    @Query() asked: MandatesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    const { asOf: _asOf, decidedBy: _decidedBy, knownAt: _knownAt, q, ...more } = asked;
    const { limit: _limit, cursor: _cursor, format: _format, ...filters } = more;
    const times = askedTimes(asked, this.today());
    const ask: AskForPage = (page, known) => {
      const then = { ...times, knownAt: known ?? times.knownAt ?? null };
      return this.queries.execute(
        q === undefined ? new GetCurrentMandates(then, filters, page) : new FindMandates(q, then, filters, page),
      );
    };
    return answerList(MANDATES_TABLE, times.asOf, asked, ask, request, reply);
  }

  @Get(':id')
  @AfterWrite()
  @Header('content-type', JSON_TYPE)
  @ApiOperation({
    operationId: 'getMandate',
    summary: 'How one mandate stands on a day, after all its decisions or those up to a revision',
  })
  @PathId('id', 'eumm-georgia')
  @Answers(200, MANDATE, 'The mandate', ['ETag'])
  @ApiProblems('invalid', 'unauthorised', 'unknown-mandate', 'unavailable')
  async one(
    @Param('id') id: string,
    @Query() { revision, ...times }: MandateQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const question = new GetMandate(
      id,
      askedTimes(times, this.today()),
      revision === undefined ? null : Number(revision),
    );
    const found = await this.queries.execute(question);
    if (found === null) throw revision === undefined ? unknownMandate(id) : unknownRevision(id, revision);
    reply.header('etag', etagOf(found.revision));
    return found.json;
  }

  @Get(':id/history')
  @AfterWrite()
  @ApiOperation({
    operationId: 'getMandateHistory',
    summary: 'Every event of one mandate, in recorded order',
    description:
      'With format=prov the whole history as W3C PROV-JSON: the documents, decisions and recorders that each state ' +
      'of the mandate came from.',
  })
  @PathId('id', 'eumm-georgia')
  @AnswersList([HISTORY_LIST, PROVENANCE], 'Events in recorded order')
  @ApiProblems('invalid', 'unauthorised', 'unknown-mandate', 'unavailable')
  async history(
    @Param('id') id: string,
    @Query() asked: HistoryQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    if (asked.format === 'prov') return this.provenance(id, asked, reply);
    const ask: AskForPage = async (page, known) => {
      const history = await this.queries.execute(new GetMandateHistory(id, known ?? knownOf(asked.knownAt), page));
      if (history === null) throw unknownMandate(id);
      return history;
    };
    return answerList(historyTable(id), this.today(), asked as ListQuery, ask, request, reply);
  }

  private async provenance(
    id: string,
    { limit, cursor, knownAt }: HistoryQuery,
    reply: FastifyReply,
  ): Promise<JsonText> {
    if (limit !== undefined) throw notPaged('limit');
    if (cursor !== undefined) throw notPaged('cursor');
    const provenance = await this.queries.execute(new GetMandateProvenance(id, knownOf(knownAt)));
    if (provenance === null) throw unknownMandate(id);
    void reply.header('vary', 'Accept').header('content-type', JSON_TYPE);
    return provenance;
  }

  private today(): string {
    return todayIn(this.clock.now());
  }
}

const unknownMandate = (id: string): Problem =>
  new Problem(
    'unknown-mandate',
    `The ledger has no mandate ${id} at the times asked for. GET /v1/mandates lists all mandates.`,
    {
      errors: [{ field: 'id', message: 'is not the id of a mandate' }],
    },
  );

const notPaged = (field: 'limit' | 'cursor'): Problem =>
  new Problem('invalid', `format=prov gives the whole history. Leave ${field} out, or choose another format.`, {
    errors: [{ field, message: 'does not go with format=prov' }],
  });

const unknownRevision = (id: string, revision: string): Problem =>
  new Problem(
    'unknown-mandate',
    `The ledger has no revision ${revision} of mandate ${id}. GET /v1/mandates/${id}/history lists its revisions.`,
    {
      errors: [{ field: 'revision', message: 'lies beyond the last one' }],
    },
  );
