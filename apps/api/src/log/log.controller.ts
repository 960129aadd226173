import { Controller, Get, Header, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FieldOptions } from '../http/fields.js';
import { TEXT_TYPE } from '../http/media-types.js';
import { NoQuery } from '../http/page.query.js';
import { WholeNumber } from '../http/parameters.js';
import { Problem } from '../http/problem.js';
import { AfterWrite, Answers, AnswersAs, ApiProblems } from '../openapi/decorators.js';
import { text } from '../openapi/schema.js';
import { CONSISTENCY, INCLUSION, LOG_STATUS } from './log.answers.js';
import type { Consistency, Inclusion, LogStatus } from './log.queries.js';
import { GetCheckpoint, GetConsistency, GetInclusion, GetLogKeys, GetLogStatus } from './log.queries.js';

const WORDS = 'must be a whole number without leading zeros';

/** A size of the log. The handler compares it with the present size. */
const Size = (options: FieldOptions, schema: { readonly example?: string } = {}): PropertyDecorator =>
  WholeNumber(WORDS, { minimum: 1, ...schema }, options);

class CheckpointQuery {
  @Size({
    optional: true,
    description: 'The one of exactly that size; 404 where none was signed. Without it, the newest.',
  })
  declare readonly size?: string;
}

class InclusionQuery {
  @WholeNumber(
    WORDS,
    { minimum: 0, example: '115' },
    { description: 'leafIndex of the event, as every entry of a history and every line of GET /v1/events gives it' },
  )
  declare readonly leafIndex: string;

  @Size({
    optional: true,
    description: 'Any size from leafIndex + 1 to the present one. Without it, that of the newest checkpoint.',
  })
  declare readonly size?: string;
}

class ConsistencyQuery {
  @Size({ description: 'The earlier size, from 1 on: that of a checkpoint which you have kept' }, { example: '100' })
  declare readonly from: string;

  @Size({
    optional: true,
    description: 'The later size, up to the present one. Without it, that of the newest checkpoint.',
  })
  declare readonly to?: string;
}

const numberOf = (digits: string | undefined): number | null => (digits === undefined ? null : Number(digits));

const CHECKPOINT_EXAMPLE =
  'mandate-ledger.example/50c053d8\n116\nKszaSJJRlOS6lt8A2gIPOnSM7hnINJnyFqUyAwHCC/s=\n\n— ' +
  'mandate-ledger.example/50c053d8 ' +
  'VEsdC0BrwccO6n75mJaxG+R4odOrktleWg6feZBx9jiHIFby4PK/uu8ASj+r0VdanMi0qWRzGdvq8Vih2gi9Wz+uzA8=\n';
const KEY_EXAMPLE = 'mandate-ledger.example/50c053d8+544b1d0b+AXjC7a/+Wmbhg0rz9ZqhlYDAHPYVyGrVDD8uDiCVofp3\n';

/** The proofs of the log. docs/stored-bytes.md specifies them and how to verify them. */
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
      'and never deleted. Keep one: with it you can show later that nothing before it was altered, removed or ' +
      'reordered.',
  })
  @AnswersAs({ 'text/plain': { ...text, example: CHECKPOINT_EXAMPLE } }, 'The note')
  @ApiProblems('invalid', 'unauthorised', 'not-found', 'unavailable')
  async checkpoint(@Query() asked: CheckpointQuery): Promise<string> {
    const size = numberOf(asked.size);
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
      'One verifier key on each line (C2SP signed-note). Get the keys once over a way that you trust, and compare.',
  })
  @AnswersAs({ 'text/plain': { ...text, example: KEY_EXAMPLE } }, 'The keys')
  @ApiProblems('invalid', 'unauthorised')
  keys(@Query() _query: NoQuery): Promise<string> {
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
  @Answers(200, INCLUSION, 'The proof', ['ETag'])
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  inclusion(@Query() { leafIndex, size }: InclusionQuery): Promise<Inclusion> {
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
  @Answers(200, CONSISTENCY, 'The proof', ['ETag'])
  @ApiProblems('invalid', 'unauthorised', 'unavailable')
  consistency(@Query() { from, to }: ConsistencyQuery): Promise<Consistency> {
    return this.queries.execute(new GetConsistency(Number(from), numberOf(to)));
  }

  @Get('status')
  @RouteConfig({ notKept: true })
  @AfterWrite()
  @ApiOperation({
    operationId: 'getLogStatus',
    summary: 'The status of the log: its size, checkpoint and keys, and what the standing watch has found',
    description:
      'The watch reads every event again in the background and compares it with the tree. It names an event that is ' +
      'missing or changed in firstWrong, and from then on /health/ready answers 503.',
  })
  @Answers(200, LOG_STATUS, 'The status')
  @ApiProblems('invalid', 'unauthorised')
  status(@Query() _query: NoQuery): Promise<LogStatus> {
    return this.queries.execute(new GetLogStatus());
  }
}
