import { Body, Controller, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '#event-log';
import { SeenRevision } from '../http/if-match.js';
import { ListQuery, NoQuery } from '../http/page.query.js';
import type { JsonText } from '../http/page.js';
import type { ListAnswer } from '../http/take-away.js';
import { DocumentDto } from './document.dto.js';
import { NewId, RegistrationsController } from './registrations.controller.js';
import { GetsList, GetsOne, PutsOne } from './registrations.openapi.js';
import { DOCUMENT, DOCUMENTS_TABLE, DOCUMENT_LIST } from './registry.answers.js';
import { DOCUMENT_EXAMPLE, DOCUMENT_EXAMPLES } from './registry.examples.js';

@ApiTags('documents')
@Controller('v1/documents')
export class DocumentsController extends RegistrationsController {
  protected readonly kind = 'document';
  protected readonly table = DOCUMENTS_TABLE;

  @PutsOne({
    kind: 'document',
    schema: DOCUMENT,
    example: DOCUMENT_EXAMPLE,
    body: DocumentDto,
    examples: DOCUMENT_EXAMPLES,
  })
  put(
    @SeenRevision() ifMatch: number | null,
    @Body() body: DocumentDto,
    @Query() _query: NoQuery,
    @NewId() id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonObject> {
    return this.register(id, body, ifMatch, request, reply);
  }

  @GetsList({ kind: 'document', schema: DOCUMENT_LIST })
  list(
    @Query() asked: ListQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ListAnswer> {
    return this.all(asked, request, reply);
  }

  @GetsOne({ kind: 'document', schema: DOCUMENT, example: 'kst-29521-446' })
  one(
    @Param('id') id: string,
    @Query() _query: NoQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return this.registered(id, reply);
  }
}
