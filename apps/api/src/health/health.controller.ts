import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { NoQuery } from '../http/page.query.js';
import { Problem } from '../http/problem.js';
import { Answers, ApiProblems } from '../openapi/decorators.js';
import { objectOf, oneOf } from '../openapi/schema.js';
import { Readiness } from './readiness.js';

interface Live {
  readonly status: 'live';
}

interface Ready {
  readonly status: 'ready';
  /** The number of events that the views hold. */
  readonly size: number;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  @Answers(200, objectOf<Live>({ status: oneOf(['live']) }), 'It runs')
  @ApiProblems('invalid')
  live(@Query() _query: NoQuery): Live {
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the datasets are recorded, the views have caught up, and the log is undamaged' })
  @Answers(200, objectOf<Ready>({ status: oneOf(['ready']), size: { type: 'integer' } }), 'It is ready')
  @ApiProblems('invalid', 'not-caught-up')
  async ready(@Query() _query: NoQuery): Promise<Ready> {
    const { ready, reasons, alarm, size } = await this.readiness.check();
    if (!ready)
      throw new Problem(
        'not-caught-up',
        `Not ready${alarm ? '' : ' yet'}: ${reasons.join('; ')}.${alarm ? '' : ' Ask again in a moment.'}`,
      );
    return { status: 'ready', size };
  }
}
