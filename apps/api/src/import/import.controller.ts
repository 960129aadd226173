import { Controller, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inTime } from '#event-log';
import { Readiness } from '../health/readiness.js';
import { ConnectionSettings, OpenStreams } from '../http/connections.js';
import { NDJSON_TYPE } from '../http/media-types.js';
import { NoQuery } from '../http/page.query.js';
import { Problem } from '../http/problem.js';
import { internalProblem, knownProblemOf } from '../http/problem.filter.js';
import { beginStream } from '../http/stream-out.js';
import { AnswersAs, ApiProblems } from '../openapi/decorators.js';
import { IMPORT_OUTCOME } from './import.answers.js';
import { IMPORT_EXAMPLES } from './import.examples.js';
import { Import } from './import.js';
import { Outbox } from './outbox.js';

/** After an import is stopped, its body is read for so long, so that the client gets to read why. */
const LINGER_MS = 2000;

@ApiTags('import')
@Controller('v1/import')
export class ImportController {
  constructor(
    private readonly commands: CommandBus,
    private readonly streams: OpenStreams,
    private readonly settings: ConnectionSettings,
    private readonly readiness: Readiness,
  ) {}

  @Post()
  @HttpCode(200)
  @RouteConfig({ streamsBody: true })
  @ApiBearerAuth()
  @ApiOperation({
    operationId: 'import',
    summary: 'Records many decisions, missions and documents, one on each line',
    description:
      'A line is the body of POST /v1/decisions, or the body of a PUT with its missionId or documentId. Each line is ' +
      'checked and recorded as it would be alone, and gets one outcome, in the order of the lines. A refused line ' +
      'does not stop the others. After a break, send everything again from the start: nothing is recorded twice. ' +
      'Outcomes begin to come while lines are still being sent.',
  })
  @ApiConsumes('application/x-ndjson')
  @ApiBody({ required: true, schema: { type: 'string' }, examples: IMPORT_EXAMPLES })
  @AnswersAs({ 'application/x-ndjson': IMPORT_OUTCOME }, 'Begun; what became of each line is in its outcome')
  @ApiProblems('invalid', 'unauthorised', 'unsupported-media-type', 'unavailable', 'not-caught-up', [
    'too-many-requests',
    503,
  ])
  async import(@Query() _query: NoQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const signal = this.streams.take('import', reply.raw);
    // A stopped import leaves a part of the body unread, so the connection cannot be used again.
    const response = beginStream(reply, { 'content-type': NDJSON_TYPE, connection: 'close' });
    const outbox = new Outbox(response, this.settings.dataDir);
    try {
      const lines = new Import({
        commands: this.commands,
        recorder: { recordedBy: request.recorder, correlationId: request.id },
        answer: (outcome) => outbox.write(outcome),
        refusal: () => this.readiness.refusal(),
        problemOf: (error) => {
          const problem = knownProblemOf(error);
          if (problem === null) request.log.error({ err: error, reqId: request.id }, 'a line of an import failed');
          return problem ?? internalProblem(request.id);
        },
      });
      const stopped = await this.feed(lines, request.raw, signal);
      await lines.settled();
      if (stopped !== null) lines.stopped(stopped);
      response.setTimeout(this.settings.idleMs, () => response.destroy());
      await outbox.flushed();
      if (!request.raw.complete && !response.destroyed) await letIn(request.raw);
      response.end();
    } catch (err) {
      request.log.error({ err, reqId: request.id }, 'an import broke off');
      response.destroy();
    } finally {
      outbox.close();
    }
  }

  /**
   * Gives the lines to the import as they come. Resolves with the reason why it stopped before the last line; with null
   * after the last line, or when the client is gone.
   */
  private async feed(
    lines: Import,
    body: NodeJS.ReadableStream & FastifyRequest['raw'],
    signal: AbortSignal,
  ): Promise<Problem | null> {
    const pieces = body.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
    const { idleMs } = this.settings;
    for (;;) {
      let piece: IteratorResult<Buffer, undefined>;
      try {
        piece = await inTime(pieces.next(), idleMs, () => new NothingCame(), signal);
      } catch (error) {
        if (signal.aborted || body.destroyed) return this.stopping();
        if (error instanceof NothingCame) return nothingCame(idleMs);
        throw error;
      }
      if (piece.done === true) await lines.takeRest(signal);
      else await lines.take(piece.value, signal);
      if (piece.done === true && !lines.wasCut) return null;
      if (signal.aborted) return this.stopping();
      if (lines.wasCut) return GIVEN_UP;
    }
  }

  private stopping(): Problem | null {
    return this.streams.isStopping ? STOPPING : null;
  }
}

class NothingCame extends Error {}

const again =
  'This line and what follows it were not begun. Send everything again from the start: nothing is recorded twice.';
const GIVEN_UP = new Problem('unavailable', `100 lines in a row found the event log away. ${again}`);
const STOPPING = new Problem('unavailable', `The ledger is being stopped. ${again}`);
const nothingCame = (ms: number): Problem =>
  new Problem('invalid', `Nothing came for ${ms / 1000} s. ${again}`, { status: 408 });

/** Reads the rest of the body and drops it, until the end or for LINGER_MS. */
function letIn(body: FastifyRequest['raw']): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, LINGER_MS);
    body.once('end', done).once('close', done).resume();
  });
}
