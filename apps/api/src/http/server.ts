/** The application on Fastify: strict JSON, tokens before bodies, problems for every error, and the documentation. */
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LogController } from 'fastify';
import type { Logger } from 'pino';
import { v4 } from 'uuid';
import type { Parts } from '../app.module.js';
import { AppModule } from '../app.module.js';
import { READS, requireToken } from '../auth/require-token.js';
import { serveDocs } from '../openapi/docs.js';
import { answerClientError } from './client-error.js';
import { parseJson } from './json-body.js';
import { keepAnswers } from './kept-answers.js';
import { Problem } from './problem.js';
import { LARGEST_BODY_BYTES, ProblemFilter } from './problem.filter.js';
import { waitForWrites } from './read-your-writes.js';
import { watchRoutes } from './routes.js';

/** Longer than any id, so that one that is too long is refused by name and not as an unknown path. */
const LONGEST_PARAMETER = 500;

/** A request that is not there in full by then is given up; nothing else bounds one that stops in the middle. */
const LONGEST_REQUEST_MS = 60_000;

/** Builds the application; it neither listens nor records anything yet. */
export async function createServer(parts: Parts, logger: Logger): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LARGEST_BODY_BYTES,
    requestTimeout: LONGEST_REQUEST_MS,
    return503OnClosing: false, // what was read before the stop is answered as ever
    http: { requireHostHeader: false }, // Node's own refusal of a missing one is no problem+json, and nothing here needs it
    genReqId: ({ headers: { 'x-request-id': given } }) => (typeof given === 'string' && /^[\w.-]{1,100}$/.test(given) ? given : v4()),
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => filter.answer(error, request as never, reply as never),
    routerOptions: { maxParamLength: LONGEST_PARAMETER, ignoreTrailingSlash: true },
  } as ConstructorParameters<typeof FastifyAdapter>[0]);
  const fastify = adapter.getInstance<FastifyInstance>();
  const filter = new ProblemFilter(watchRoutes(fastify));
  // Nest's own messages say nothing that ours do not; its errors are thrown all the same.
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(parts), adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(filter);
  takeStrictJson(fastify);
  fastify.decorateRequest('recorder', '');
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    requireToken(request, parts.tokens);
    refuseWrites(request, parts);
    done();
  });
  waitForWrites(fastify, parts.views, parts.log);
  keepAnswers(fastify, parts.views, parts.clock);
  serveDocs(app, fastify);
  await app.init();
  return app;
}

/**
 * While a first start records, what was posted in between could contradict what the datasets are still going to say. And what the views were not
 * made from is not the log that the clerk has seen. @throws {Problem} 503
 */
function refuseWrites(request: FastifyRequest, { readiness: { recording }, views: { refusal } }: Parts): void {
  if ((recording === null && refusal === null) || request.is404 || READS.has(request.method)) return;
  if (refusal !== null) throw new Problem('unavailable', `Nothing is recorded: ${refusal}`);
  throw new Problem(
    'not-caught-up',
    `This is the first start, and ${recording} is being recorded. Nothing was stored; send it again in a moment.`,
  );
}

function takeStrictJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(['application/json', 'application/problem+json'], { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}
