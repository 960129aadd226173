import { Body, Controller, Get, Header, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonText } from '../http/page.js';
import { Clock } from '../clock/clock.js';
import type { Trouble } from '../http/fields.js';
import { Field, Id } from '../http/fields.js';
import { etagOf, revisionOf } from '../http/if-match.js';
import { JSON_TYPE } from '../http/media-types.js';
import { validateQuery } from '../http/page.query.js';
import type { AskForPage, ListAnswer } from '../http/take-away.js';
import { answerList } from '../http/take-away.js';
import { ListTimesQuery, TimesQuery, knownOf } from '../http/times.query.js';
import { todayIn } from '../http/today.js';
import { validateBody } from '../http/validate-body.js';
import type { DecisionCriteria } from '#read-models';
import { ProveDecision } from '../log/log.queries.js';
import {
  AfterWrite,
  Answers,
  AnswersList,
  ApiProblems,
  DecidedBy,
  IfMatch,
  KnownAtParameter,
  PathId,
  Searched,
} from '../openapi/decorators.js';
import { ANNULMENT_EXAMPLES, CORRECTION_EXAMPLES, DECISION_EXAMPLES, EXAMPLE_DECISION } from '../openapi/examples.js';
import { Search } from '../search/search.field.js';
import { FindDecisions } from '../search/search.queries.js';
import { DecisionDto } from './decision.dto.js';
import { DECISIONS_TABLE } from './decisions.columns.js';
import { GetDecision, GetDecisions } from './decisions.queries.js';
import type {
  CheckedDecision,
  RecordDecisionOutcome,
  RecordOptions,
  RecordedDecision,
} from './record-decision.command.js';
import { RecordDecision, RepairDecision } from './record-decision.command.js';
import { unknownDecision } from './recorder.js';
import { AnnulmentDto, CorrectionDto } from './repair.dto.js';
import { CountingOn, DryRun, Proof, Repairs } from './decisions.openapi.js';

const isTrueOrFalse: Trouble = (value) => (value === 'true' || value === 'false' ? null : 'must be true or false');

class DecisionsQuery extends ListTimesQuery {
  @Id({ optional: true })
  declare readonly mandateId?: string;

  @Search()
  declare readonly q?: string;
}

class DecisionQuery extends TimesQuery {
  @Field(isTrueOrFalse, {}, { optional: true })
  declare readonly proof?: string;
}

class RecordQuery {
  @Field(isTrueOrFalse, {}, { optional: true })
  declare readonly dryRun?: string;
}

const optionsOf = (request: FastifyRequest, query: unknown, ifMatch: string | undefined): RecordOptions => ({
  recordedBy: request.recorder,
  correlationId: request.id,
  ifMatch: revisionOf(ifMatch),
  dryRun: validateQuery(RecordQuery, query).dryRun === 'true',
});

/**
 * A decision has no term of its own: from the day on which it was taken it counts on every day, so asOf is a limit like
 * decidedBy.
 */
const criteriaOf = ({ asOf, decidedBy, knownAt }: TimesQuery): DecisionCriteria => ({
  asOf: asOf ?? null,
  decidedBy: decidedBy ?? null,
  knownAt: knownOf(knownAt),
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
  @ApiBearerAuth()
  @ApiOperation({
    operationId: 'recordDecision',
    summary: 'Records one decision of the cabinet on one mandate',
    description:
      'Answers 201 only once the decision is durably stored. Posting the same body under the same decisionId again ' +
      'answers 200 with the first answer and records nothing. A decision recorded late is judged on its own date, ' +
      'and refused where it contradicts what was decided then or later.',
  })
  @DryRun()
  @IfMatch()
  @ApiBody({ type: DecisionDto, examples: DECISION_EXAMPLES })
  @Answers(201, 'RecordedDecision', 'Recorded', ['ETag', 'Location'])
  @Answers(200, 'RecordedOrChecked', 'Recorded before with the same body; or what a dry run would record')
  @ApiProblems('invalid', 'unauthorised', 'decision-id-reused', 'stale-revision', 'too-large', 'unsupported-media-type')
  @ApiProblems(
    'rule-broken',
    ['unknown-mandate', 422],
    ['unknown-mission', 422],
    ['unknown-document', 422],
    'outcome-unknown',
    'unavailable',
    'not-caught-up',
  )
  async record(
    @Body() body: unknown,
    @Query() query: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RecordedDecision | CheckedDecision> {
    const options = optionsOf(request, query, ifMatch);
    return this.answer(
      await this.commands.execute(new RecordDecision(validateBody(DecisionDto, body), options)),
      reply,
    );
  }

  @Post(':id/corrections')
  @Repairs('correctDecision', 'Replaces what was recorded wrongly of a decision', CorrectionDto, CORRECTION_EXAMPLES)
  async correct(
    @Param('id') id: string,
    @Body() body: unknown,
    @Query() query: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RecordedDecision | CheckedDecision> {
    const repair = { ...validateBody(CorrectionDto, body), corrects: id };
    return this.answer(
      await this.commands.execute(new RepairDecision(repair, optionsOf(request, query, ifMatch))),
      reply,
    );
  }

  @Post(':id/annulment')
  @Repairs(
    'annulDecision',
    'Takes away a decision that should not have been recorded',
    AnnulmentDto,
    ANNULMENT_EXAMPLES,
  )
  async annul(
    @Param('id') id: string,
    @Body() body: unknown,
    @Query() query: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RecordedDecision | CheckedDecision> {
    const repair = { ...validateBody(AnnulmentDto, body), annuls: id };
    return this.answer(
      await this.commands.execute(new RepairDecision(repair, optionsOf(request, query, ifMatch))),
      reply,
    );
  }

  private answer(outcome: RecordDecisionOutcome, reply: FastifyReply): RecordedDecision | CheckedDecision {
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
  @ApiQuery({
    name: 'mandateId',
    required: false,
    description: 'Only those on this mandate',
    schema: { type: 'string' },
    example: 'eumm-georgia',
  })
  @CountingOn()
  @DecidedBy()
  @KnownAtParameter()
  @Searched('its rationale, reason, locator, mandate, document (title and number), and the texts of its effects')
  @AnswersList('DecisionList', 'Decisions in recorded order; with q the best match first')
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  list(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    const { mandateId = null, q, ...asked } = validateQuery(DecisionsQuery, query);
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
  @CountingOn()
  @DecidedBy()
  @KnownAtParameter()
  @Proof()
  @Answers(200, 'Decision', 'The decision', ['ETag'])
  @ApiProblems('invalid', 'unauthorised', 'unknown-decision', 'unavailable')
  async one(
    @Param('id') id: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const { proof, ...times } = validateQuery(DecisionQuery, query);
    const found = await this.queries.execute(new GetDecision(id, criteriaOf(times)));
    if (found === null) throw unknownDecision(id);
    reply.header('etag', etagOf(found.revision));
    if (proof !== 'true') return found.json;
    const proofs = await this.queries.execute(new ProveDecision(id));
    return `${found.json.slice(0, -1)},"proofs":${JSON.stringify(proofs)}}`;
  }
}
