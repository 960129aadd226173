import { Controller, Get, Header, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Field } from '../http/fields.js';
import { TEXT_TYPE } from '../http/media-types.js';
import { NoQuery, validateQuery } from '../http/page.query.js';
import { Problem } from '../http/problem.js';
import { AfterWrite, Answers, ApiProblems } from '../openapi/decorators.js';
import type { Consistency, Inclusion, LogStatus } from './log.queries.js';
import { GetCheckpoint, GetConsistency, GetInclusion, GetLogKeys, GetLogStatus } from './log.queries.js';

const Count = (optional: { optional?: true } = {}): PropertyDecorator =>
  Field(
    (value) => (/^(0|[1-9]\d{0,14})$/.test(String(value)) ? null : 'must be a whole number without leading zeros'),
    {},
    optional,
  );

class CheckpointQuery {
  @Count({ optional: true })
  declare readonly size?: string;
}

class InclusionQuery {
  @Count()
  declare readonly leafIndex: string;

  @Count({ optional: true })
  declare readonly size?: string;
}

class ConsistencyQuery {
  @Count()
  declare readonly from: string;

  @Count({ optional: true })
  declare readonly to?: string;
}

const numberOf = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

const Size = (name: string, required: boolean, description: string, example?: string): MethodDecorator =>
  ApiQuery({
    name,
    required,
    description,
    schema: { type: 'integer', minimum: name === 'leafIndex' ? 0 : 1, ...(example === undefined ? {} : { example }) },
  });

const Text = (description: string, example: string): MethodDecorator =>
  ApiResponse({ status: 200, description, content: { 'text/plain': { schema: { type: 'string', example } } } });

const CHECKPOINT_EXAMPLE =
  'mandate-ledger.example/50c053d8\n116\nKszaSJJRlOS6lt8A2gIPOnSM7hnINJnyFqUyAwHCC/s=\n\n— ' +
  'mandate-ledger.example/50c053d8 ' +
  'VEsdC0BrwccO6n75mJaxG+R4odOrktleWg6feZBx9jiHIFby4PK/uu8ASj+r0VdanMi0qWRzGdvq8Vih2gi9Wz+uzA8=\n';
const KEY_EXAMPLE = 'mandate-ledger.example/50c053d8+544b1d0b+AXjC7a/+Wmbhg0rz9ZqhlYDAHPYVyGrVDD8uDiCVofp3\n';

/** The log's proofs: docs/stored-bytes.md says what they are and how they are verified. */
@ApiTags('proofs')
@Controller('v1/log')
export class LogController {
  constructor(private readonly queries: QueryBus) {}

  @Get('checkpoint')
  @RouteConfig({ signed: true })
  @AfterWrite()
  @Header('content-type', TEXT_TYPE)
  @ApiOperation({
    operationId: 'getCheckpoint',
    summary: 'The newest signed checkpoint: what the log commits to',
    description:
      'A signed note (C2SP tlog-checkpoint): origin, size, root. It is signed within a second of what is recorded, ' +
      'and kept for ever. Keep one: with it you can show later that nothing before it was altered, removed or ' +
      'reordered.',
  })
  @Size('size', false, 'The one of exactly that size; 404 where none was signed. The newest where left out')
  @Text('The note', CHECKPOINT_EXAMPLE)
  @ApiProblems('invalid', 'unauthorised', 'not-found', 'unavailable')
  async checkpoint(@Query() query: unknown): Promise<string> {
    const size = numberOf(validateQuery(CheckpointQuery, query).size);
    const note = await this.queries.execute(new GetCheckpoint(size));
    if (note !== null) return note;
    throw new Problem(
      'not-found',
      size === null
        ? 'The log has no checkpoint yet: the first one is signed within a second of the first event. Ask again then.'
        : `No checkpoint of size ${size} was signed here. Leave size out for the newest one; GET ` +
            '/v1/log/consistency proves any size against it.',
    );
  }

  @Get('key')
  @Header('content-type', TEXT_TYPE)
  @AfterWrite()
  @ApiOperation({
    operationId: 'getLogKeys',
    summary: 'The keys that checkpoints are verified with, the newest first',
    description:
      'One verifier key a line (C2SP signed-note). Take it once over a way that you trust, and compare it there.',
  })
  @Text('The keys', KEY_EXAMPLE)
  @ApiProblems('invalid', 'unauthorised')
  keys(@Query() query: unknown): Promise<string> {
    validateQuery(NoQuery, query);
    return this.queries.execute(new GetLogKeys());
  }

  @Get('inclusion')
  @RouteConfig({ signed: true })
  @AfterWrite()
  @ApiOperation({
    operationId: 'getInclusion',
    summary: 'Proves that an event is in the log of a size',
    description: 'RFC 9162, section 2.1.3; hashes are standard base64.',
  })
  @Size(
    'leafIndex',
    true,
    'leafIndex of the event, as every entry of a history and every line of GET /v1/events gives it',
    '115',
  )
  @Size('size', false, 'Any size from leafIndex + 1 to the present one; that of the newest checkpoint where left out')
  @Answers(200, 'Inclusion', 'The proof', ['ETag'])
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  inclusion(@Query() query: unknown): Promise<Inclusion> {
    const { leafIndex, size } = validateQuery(InclusionQuery, query);
    return this.queries.execute(new GetInclusion(Number(leafIndex), numberOf(size)));
  }

  @Get('consistency')
  @RouteConfig({ signed: true })
  @AfterWrite()
  @ApiOperation({
    operationId: 'getConsistency',
    summary: 'Proves that the log of one size begins with the log of an earlier one',
    description: 'RFC 9162, section 2.1.4; hashes are standard base64.',
  })
  @Size('from', true, 'The earlier size, from 1 on: that of a checkpoint which you have kept', '100')
  @Size('to', false, 'The later size, up to the present one; that of the newest checkpoint where left out')
  @Answers(200, 'Consistency', 'The proof', ['ETag'])
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  consistency(@Query() query: unknown): Promise<Consistency> {
    const { from, to } = validateQuery(ConsistencyQuery, query);
    return this.queries.execute(new GetConsistency(Number(from), numberOf(to)));
  }

  @Get('status')
  @RouteConfig({ notKept: true })
  @AfterWrite()
  @ApiOperation({
    operationId: 'getLogStatus',
    summary: 'How the log stands: its size, checkpoint and keys, and what the standing watch has found',
    description:
      'The watch reads every event again in the background and compares it with the tree. An event that is gone or ' +
      'changed is named in firstWrong, and /health/ready is 503 from then on.',
  })
  @Answers(200, 'LogStatus', 'The status')
  @ApiProblems('invalid', 'unauthorised')
  status(@Query() query: unknown): Promise<LogStatus> {
    validateQuery(NoQuery, query);
    return this.queries.execute(new GetLogStatus());
  }
}
