/** The application on Fastify: strict JSON, tokens before bodies, problems for every error, and the documentation. */
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { LogController } from 'fastify';
import type { Logger } from 'pino';
import { v4 } from 'uuid';
import type { Parts } from '../app.module.js';
import { AppModule } from '../app.module.js';
import { requireToken } from '../auth/require-token.js';
import { serveDocs } from '../openapi/docs.js';
import { answerClientError } from '../http/client-error.js';
import { DtoPipe } from '../http/dto.pipe.js';
import { parseJson } from '../http/json-body.js';
import { keepAnswers } from './kept-answers.js';
import { takeNdjson } from '../http/ndjson-body.js';
import { LARGEST_BODY_BYTES, ProblemFilter } from '../http/problem.filter.js';
import { waitForWrites } from './read-your-writes.js';
import { refuseWrites } from './refuse-writes.js';
import { watchRoutes } from '../http/routes.js';
import { cutSlowBodies } from '../http/slow-bodies.js';

/** Longer than any id, so that one that is too long is refused by name and not as an unknown path. */
const LONGEST_PARAMETER = 500;

/** How often Node looks for headers that do not come. */
const LOOK_AT_HEADERS_MS = 30_000;

/** Builds the application; it neither listens nor records anything yet. */
export async function createServer(parts: Parts, logger: Logger): Promise<NestFastifyApplication> {
  const { idleMs } = parts.settings;
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LARGEST_BODY_BYTES,
    return503OnClosing: false, // what was read before the stop is answered as ever
    http: {
      requireHostHeader: false, // Node's own refusal of a missing one is no problem+json, and nothing here needs it
      requestTimeout: 0, // an import lasts as long as it lasts; bodies are bounded by slow-bodies.ts
      headersTimeout: idleMs,
      connectionsCheckingInterval: Math.min(idleMs, LOOK_AT_HEADERS_MS),
    },
    genReqId: ({ headers: { 'x-request-id': given } }) =>
      typeof given === 'string' && /^[\w.-]{1,100}$/.test(given) ? given : v4(),
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
  app.useGlobalPipes(new DtoPipe());
  takeStrictJson(fastify);
  fastify.decorateRequest('recorder', '');
  cutSlowBodies(fastify, idleMs);
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    requireToken(request, parts.tokens);
    refuseWrites(request, parts);
    done();
  });
  takeNdjson(fastify);
  waitForWrites(fastify, parts.views, parts.checkpoints, parts.log);
  keepAnswers(fastify, parts.views, parts.checkpoints, parts.clock);
  serveDocs(app, fastify);
  await app.init();
  return app;
}

function takeStrictJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    ['application/json', 'application/problem+json'],
    { parseAs: 'buffer' },
    (_request, body, done) => {
      try {
        done(null, parseJson(body as Buffer));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}
