import { Body, Controller, Get, Header, Param, Put, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '#event-log';
import type { JsonText, Page } from '../http/page.js';
import { Clock } from '../clock/clock.js';
import { etagOf } from '../http/if-match.js';
import { JSON_TYPE } from '../http/media-types.js';
import { ListQuery, NoQuery, validateQuery } from '../http/page.query.js';
import type { ListAnswer } from '../http/take-away.js';
import { answerList } from '../http/take-away.js';
import { validateBody } from '../http/validate-body.js';
import { todayIn } from '../http/today.js';
import { AfterWrite, Answers, AnswersList, ApiProblems, IfMatch, PathId } from '../openapi/decorators.js';
import { DOCUMENT_EXAMPLE, DOCUMENT_EXAMPLES } from '../openapi/examples.js';
import { DocumentDto } from './document.dto.js';
import { putRegistration, refuseMalformedId, unknownRegistration } from './registrations.http.js';
import { REGISTRATION_TABLES } from './registry.columns.js';
import { GetRegistration, GetRegistrations } from './registry.queries.js';

@ApiTags('documents')
@Controller('v1/documents')
export class DocumentsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  @Put(':id')
  @ApiBearerAuth()
  @ApiOperation({
    operationId: 'putDocument',
    summary: 'Registers a document, or amends it; the same body again records nothing',
  })
  @PathId('id', DOCUMENT_EXAMPLE)
  @IfMatch()
  @ApiBody({ type: DocumentDto, examples: DOCUMENT_EXAMPLES })
  @Answers(201, 'Document', 'Registered', ['ETag'])
  @Answers(200, 'Document', 'Amended, or unchanged', ['ETag'])
  @ApiProblems(
    'invalid',
    'unauthorised',
    'stale-revision',
    'too-large',
    'unsupported-media-type',
    'outcome-unknown',
    'unavailable',
    'not-caught-up',
  )
  put(
    @Param('id') id: string,
    @Body() body: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonObject> {
    refuseMalformedId(id);
    validateQuery(NoQuery, query);
    return putRegistration(this.commands, 'document', id, validateBody(DocumentDto, body), request, reply);
  }

  @Get()
  @AfterWrite()
  @ApiOperation({ operationId: 'getDocuments', summary: 'Documents by id, as last registered' })
  @AnswersList('DocumentList', 'Documents by id')
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  list(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    const ask = (page: Page) => this.queries.execute(new GetRegistrations('document', page));
    return answerList(
      REGISTRATION_TABLES.document,
      todayIn(this.clock.now()),
      validateQuery(ListQuery, query),
      ask,
      request,
      reply,
    );
  }

  @Get(':id')
  @AfterWrite()
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ operationId: 'getDocument', summary: 'One document, as last registered' })
  @PathId('id', 'kst-29521-446')
  @Answers(200, 'Document', 'The document', ['ETag'])
  @ApiProblems('invalid', 'unauthorised', 'unknown-document', 'unavailable')
  async one(
    @Param('id') id: string,
    @Query() query: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    validateQuery(NoQuery, query);
    const found = await this.queries.execute(new GetRegistration('document', id));
    if (found === null) throw unknownRegistration('document', id);
    reply.header('etag', etagOf(found.revision));
    return found.json;
  }
}
