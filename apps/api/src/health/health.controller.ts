import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/decorators.js';
import { NoQuery, validateQuery } from '../http/page.query.js';
import { Problem } from '../http/problem.js';
import { Readiness } from './readiness.js';

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiResponse({
    status: 200,
    schema: { type: 'object', properties: { status: { type: 'string', enum: ['live'] } }, required: ['status'] },
  })
  @ApiProblems('invalid')
  live(@Query() query: unknown): { status: 'live' } {
    validateQuery(NoQuery, query);
    return { status: 'live' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the datasets are recorded, the views have caught up, and the log is what it was' })
  @ApiResponse({
    status: 200,
    schema: {
      type: 'object',
      properties: { status: { type: 'string', enum: ['ready'] }, size: { type: 'integer' } },
      required: ['status', 'size'],
    },
  })
  @ApiProblems('invalid', 'not-caught-up')
  async ready(@Query() query: unknown): Promise<{ status: 'ready'; size: number }> {
    validateQuery(NoQuery, query);
    const { ready, reasons, alarm, size } = await this.readiness.check();
    if (!ready)
      throw new Problem(
        'not-caught-up',
        `Not ready${alarm ? '' : ' yet'}: ${reasons.join('; ')}.${alarm ? '' : ' Ask again in a moment.'}`,
      );
    return { status: 'ready', size };
  }
}
