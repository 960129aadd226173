import { Body, Controller, Get, Header, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../clock/clock.js';
import { SeenRevision, etagOf } from '../http/if-match.js';
import { JSON_TYPE } from '../http/media-types.js';
import type { JsonText } from '../http/page.js';
import type { AskForPage, ListAnswer } from '../http/take-away.js';
import { answerList } from '../http/take-away.js';
import { todayIn } from '../http/today.js';
import { ProveDecision } from '../log/log.queries.js';
import { AfterWrite, Answers, AnswersList, ApiProblems, PathId } from '../openapi/decorators.js';
import { FindDecisions } from '../search/search.queries.js';
import { DecisionDto } from './decision.dto.js';
import { DECISION, DECISIONS_TABLE, DECISION_LIST } from './decisions.answers.js';
import { ANNULMENT_EXAMPLES, CORRECTION_EXAMPLES, DECISION_EXAMPLES, EXAMPLE_DECISION } from './decisions.examples.js';
import { Records, Repairs } from './decisions.openapi.js';
import { GetDecision, GetDecisions } from './decisions.queries.js';
import { DecisionQuery, DecisionsQuery, RecordQuery, criteriaOf } from './decisions.query.dto.js';
import type { CheckedDecision, RecordOptions, RecordedDecision } from './record-decision.command.js';
import { RecordDecision, RepairDecision } from './record-decision.command.js';
import { unknownDecision } from './recorder.js';
import { AnnulmentDto, CorrectionDto } from './repair.dto.js';

const optionsOf = (request: FastifyRequest, { dryRun }: RecordQuery, ifMatch: number | null): RecordOptions => ({
  recordedBy: request.recorder,
  correlationId: request.id,
  ifMatch,
  dryRun: dryRun === 'true',
});

@ApiTags('decisions')
@Controller('v1/decisions')
export class DecisionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Records({
    operationId: 'recordDecision',
    summary: 'Records one decision of the cabinet on one mandate',
    description:
      'Answers 201 only once the decision is durably stored. Posting the same body under the same decisionId again ' +
      'answers 200 with the first answer and records nothing. A decision that is recorded late is judged on its own ' +
      'date, and refused if it contradicts a decision of that time or of later.',
    body: DecisionDto,
    examples: DECISION_EXAMPLES,
    unknown: ['unknown-mandate', 422],
  })
  record(
    @Body() body: DecisionDto,
    @Query() query: RecordQuery,
    @SeenRevision() ifMatch: number | null,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RecordedDecision | CheckedDecision> {
    return this.execute(new RecordDecision(body, optionsOf(request, query, ifMatch)), reply);
  }

  @Post(':id/corrections')
  @Repairs({
    operationId: 'correctDecision',
    summary: 'Replaces what was recorded wrongly of a decision',
    body: CorrectionDto,
    examples: CORRECTION_EXAMPLES,
  })
  correct(
    @Param('id') id: string,
    @Query() query: RecordQuery,
    @SeenRevision() ifMatch: number | null,
    @Body() body: CorrectionDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RecordedDecision | CheckedDecision> {
    return this.execute(new RepairDecision({ ...body, corrects: id }, optionsOf(request, query, ifMatch)), reply);
  }

  @Post(':id/annulment')
  @Repairs({
    operationId: 'annulDecision',
    summary: 'Takes away a decision that should not have been recorded',
    body: AnnulmentDto,
    examples: ANNULMENT_EXAMPLES,
  })
  annul(
    @Param('id') id: string,
    @Query() query: RecordQuery,
    @SeenRevision() ifMatch: number | null,
    @Body() body: AnnulmentDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RecordedDecision | CheckedDecision> {
    return this.execute(new RepairDecision({ ...body, annuls: id }, optionsOf(request, query, ifMatch)), reply);
  }

  private async execute(
    command: RecordDecision | RepairDecision,
    reply: FastifyReply,
  ): Promise<RecordedDecision | CheckedDecision> {
    const outcome = await this.commands.execute(command);
    if (outcome.kind === 'checked') {
      reply.code(200);
      return outcome.answer;
    }
    const { decisionId, revision } = outcome.answer;
    reply
      .code(outcome.kind === 'recorded' ? 201 : 200)
      .header('location', `/v1/decisions/${decisionId}`)
      .header('etag', etagOf(revision));
    return outcome.answer;
  }

  @Get()
  @AfterWrite()
  @ApiOperation({
    operationId: 'getDecisions',
    summary: 'Decisions in recorded order, or those in which words are found',
  })
  @AnswersList(DECISION_LIST, 'Decisions in recorded order; with q the best match first')
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  list(
    @Query() asked: DecisionsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    const { mandateId = null, q } = asked;
    const criteria = { ...criteriaOf(asked), mandateId };
    const ask: AskForPage = (page, known) => {
      const then = { ...criteria, knownAt: known ?? criteria.knownAt ?? null };
      return this.queries.execute(q === undefined ? new GetDecisions(then, page) : new FindDecisions(q, then, page));
    };
    return answerList(DECISIONS_TABLE, todayIn(this.clock.now()), asked, ask, request, reply);
  }

  @Get(':id')
  @AfterWrite()
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ operationId: 'getDecision', summary: 'One decision, with who recorded it and when' })
  @PathId('id', EXAMPLE_DECISION)
  @Answers(200, DECISION, 'The decision', ['ETag'])
  @ApiProblems('invalid', 'unauthorised', 'unknown-decision', 'unavailable')
  async one(
    @Param('id') id: string,
    @Query() { proof, ...times }: DecisionQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const found = await this.queries.execute(new GetDecision(id, criteriaOf(times)));
    if (found === null) throw unknownDecision(id);
    reply.header('etag', etagOf(found.revision));
    if (proof !== 'true') return found.json;
    const proofs = await this.queries.execute(new ProveDecision(id));
    return `${found.json.slice(0, -1)},"proofs":${JSON.stringify(proofs)}}`;
  }
}
