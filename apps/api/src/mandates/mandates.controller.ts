import { Controller, Get, Header, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CATEGORIES, ORGANISATIONS, REGIONS } from '#mandate/registry.js';
import { STATUSES } from '#mandate/standing.js';
import { Clock } from '../clock.js';
import { etagOf } from '../http/if-match.js';
import { JSON_TYPE } from '../http/media-types.js';
import { PageQuery, pageOf, validateQuery } from '../http/page.query.js';
import { Problem } from '../http/problem.js';
import { todayIn } from '../http/today.js';
import { AfterWrite, Answers, ApiProblems, AsOf, Paged, PathId, Searched } from '../openapi/decorators.js';
import { FindMandates } from '../search/search.queries.js';
import { MandateQuery, MandatesQuery } from './mandates.query.dto.js';
import type { JsonText } from './mandates.queries.js';
import { GetCurrentMandates, GetMandate, GetMandateHistory } from './mandates.queries.js';

const filter = (name: string, description: string, schema: object): MethodDecorator =>
  ApiQuery({ name, required: false, description, schema });

@ApiTags('mandates')
@Controller('v1/mandates')
export class MandatesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Get()
  @AfterWrite()
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ operationId: 'getCurrentMandates', summary: 'How every mandate stands on a day' })
  @AsOf()
  @filter('status', 'Derived for the day', { type: 'string', enum: [...STATUSES] })
  @filter('organisation', 'Of one of its missions', { type: 'string', enum: [...ORGANISATIONS] })
  @filter('region', 'Of its first mission', { type: 'string', enum: [...REGIONS] })
  @filter('mission', 'Id of one of its missions', { type: 'string' })
  @filter('category', 'Of one of its contributions', { type: 'string', enum: [...CATEGORIES] })
  @filter('expiringBefore', 'In force on asOf, with a term that ends before this day', { type: 'string', format: 'date' })
  @Searched('titles, missions, contributions, rationales, reasons, locators, subjects and documents of all its decisions')
  @Paged()
  @Answers(200, 'MandateList', 'Mandates by id; with q the best match first')
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  list(@Query() query: unknown): Promise<JsonText> {
    const { asOf, limit: _limit, cursor: _cursor, q, ...filters } = validateQuery(MandatesQuery, query);
    if (q !== undefined) return this.queries.execute(new FindMandates(q, asOf ?? this.today(), filters, pageOf(query as PageQuery)));
    return this.queries.execute(new GetCurrentMandates(asOf ?? this.today(), filters, pageOf(query as PageQuery)));
  }

  @Get(':id')
  @AfterWrite()
  @Header('content-type', JSON_TYPE)
  @ApiOperation({
    operationId: 'getMandate',
    summary: 'How one mandate stands on a day, after all its decisions or those up to a revision',
  })
  @PathId('id', 'eumm-georgia')
  @AsOf()
  @filter('revision', 'Replays the mandate up to this revision; the latest where left out', { type: 'integer', minimum: 0 })
  @Answers(200, 'Mandate', 'The mandate', ['ETag'])
  @ApiProblems('invalid', 'unauthorised', 'unknown-mandate', 'unavailable')
  async one(@Param('id') id: string, @Query() query: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<JsonText> {
    const { asOf, revision } = validateQuery(MandateQuery, query);
    const found = await this.queries.execute(new GetMandate(id, asOf ?? this.today(), revision === undefined ? null : Number(revision)));
    if (found === null) throw revision === undefined ? unknownMandate(id) : unknownRevision(id, revision);
    reply.header('etag', etagOf(found.revision));
    return found.json;
  }

  @Get(':id/history')
  @AfterWrite()
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ operationId: 'getMandateHistory', summary: 'Every event of one mandate, in recorded order' })
  @PathId('id', 'eumm-georgia')
  @Paged()
  @Answers(200, 'HistoryList', 'Events in recorded order')
  @ApiProblems('invalid', 'unauthorised', 'unknown-mandate', 'unavailable')
  async history(@Param('id') id: string, @Query() query: unknown): Promise<JsonText> {
    const history = await this.queries.execute(new GetMandateHistory(id, pageOf(validateQuery(PageQuery, query))));
    if (history === null) throw unknownMandate(id);
    return history;
  }

  private today(): string {
    return todayIn(this.clock.now());
  }
}

const unknownMandate = (id: string): Problem =>
  new Problem('unknown-mandate', `The ledger has no mandate ${id}. GET /v1/mandates lists the ones that there are.`, {
    errors: [{ field: 'id', message: 'is not the id of a mandate' }],
  });

const unknownRevision = (id: string, revision: string): Problem =>
  new Problem(
    'unknown-mandate',
    `The ledger has no revision ${revision} of mandate ${id}. GET /v1/mandates/${id}/history lists its revisions.`,
    {
      errors: [{ field: 'revision', message: 'lies beyond the last one' }],
    },
  );
