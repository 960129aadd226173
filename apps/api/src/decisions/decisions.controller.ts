import { Body, Controller, Get, Header, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Field, Id } from '../http/fields.js';
import { etagOf, revisionOf } from '../http/if-match.js';
import { JSON_TYPE } from '../http/media-types.js';
import { NoQuery, PageQuery, pageOf, validateQuery } from '../http/page.query.js';
import { Problem } from '../http/problem.js';
import { validateBody } from '../http/validate-body.js';
import type { JsonText } from '../mandates/mandates.queries.js';
import { AfterWrite, Answers, ApiProblems, IfMatch, Paged, PathId, Searched } from '../openapi/decorators.js';
import { DECISION_EXAMPLES, EXAMPLE_DECISION } from '../openapi/examples.js';
import { Search } from '../search/search.field.js';
import { FindDecisions } from '../search/search.queries.js';
import { DecisionDto } from './decision.dto.js';
import { GetDecision, GetDecisions } from './decisions.queries.js';
import type { CheckedDecision, RecordedDecision } from './record-decision.command.js';
import { RecordDecision } from './record-decision.command.js';

class DecisionsQuery extends PageQuery {
  @Id({ optional: true })
  declare readonly mandateId?: string;

  @Search()
  declare readonly q?: string;
}

class RecordQuery {
  @Field((value) => (value === 'true' || value === 'false' ? null : 'must be true or false'), {}, { optional: true })
  declare readonly dryRun?: string;
}

@ApiTags('decisions')
@Controller('v1/decisions')
export class DecisionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @ApiBearerAuth()
  @ApiOperation({
    operationId: 'recordDecision',
    summary: 'Records one decision of the cabinet on one mandate',
    description:
      'Answers 201 only once the decision is durably stored. Posting the same body under the same decisionId again answers 200 with the first answer and records nothing. A decision recorded late is judged on its own date, and refused where it contradicts what was decided then or later.',
  })
  @ApiQuery({
    name: 'dryRun',
    required: false,
    description: 'true: check alone; record nothing and answer 200 with the events and the mandate after them',
    schema: { type: 'boolean' },
  })
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
    const dryRun = validateQuery(RecordQuery, query).dryRun === 'true';
    const options = { recordedBy: request.recorder, correlationId: request.id, ifMatch: revisionOf(ifMatch), dryRun };
    const outcome = await this.commands.execute(new RecordDecision(validateBody(DecisionDto, body), options));
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
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ operationId: 'getDecisions', summary: 'Decisions in recorded order, or those in which words are found' })
  @ApiQuery({
    name: 'mandateId',
    required: false,
    description: 'Only those on this mandate',
    schema: { type: 'string' },
    example: 'eumm-georgia',
  })
  @Searched('its rationale, reason, locator, mandate, document (title and number), and the texts of its effects')
  @Paged()
  @Answers(200, 'DecisionList', 'Decisions in recorded order; with q the best match first')
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  list(@Query() query: unknown): Promise<JsonText> {
    const { mandateId = null, q, ...page } = validateQuery(DecisionsQuery, query);
    if (q !== undefined) return this.queries.execute(new FindDecisions(q, mandateId, pageOf(page)));
    return this.queries.execute(new GetDecisions(mandateId, pageOf(page)));
  }

  @Get(':id')
  @AfterWrite()
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ operationId: 'getDecision', summary: 'One decision, with who recorded it and when' })
  @PathId('id', EXAMPLE_DECISION)
  @Answers(200, 'Decision', 'The decision', ['ETag'])
  @ApiProblems('invalid', 'unauthorised', 'unknown-decision', 'unavailable')
  async one(@Param('id') id: string, @Query() query: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<JsonText> {
    validateQuery(NoQuery, query);
    const found = await this.queries.execute(new GetDecision(id));
    if (found === null)
      throw new Problem('unknown-decision', `The ledger has no decision ${id}. GET /v1/decisions lists the ones that there are.`, {
        errors: [{ field: 'id', message: 'is not the id of a decision' }],
      });
    reply.header('etag', etagOf(found.revision));
    return found.json;
  }
}
