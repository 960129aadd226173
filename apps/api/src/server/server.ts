/** The application on Fastify: strict JSON, tokens before bodies, a problem for every error, and the documentation. */
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { LogController } from 'fastify';
import { v4 } from 'uuid';
import { AppModule } from '../app.module.js';
import { RecorderTokens } from '../auth/recorder-tokens.js';
import { requireToken } from '../auth/require-token.js';
import { Checkpoints } from '../checkpoints/checkpoints.js';
import { Clock } from '../clock/clock.js';
import { EventLog } from '../event-log/event-log.provider.js';
import { Readiness } from '../health/readiness.js';
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
import type { Logger } from '../settings/logger.provider.js';
import { SettingsModule } from '../settings/settings.module.js';
import type { Settings } from '../settings/settings.provider.js';
import { Views } from '../views/views.js';

/** Longer than any id, so that an id that is too long is refused by name, and not as an unknown path. */
const LONGEST_PARAMETER = 500;

/** How often Node looks for headers that are overdue. */
const LOOK_AT_HEADERS_MS = 30_000;

/**
 * Builds the application and opens the log. `app.init()` opens the rest. `app.close()` closes everything, also after an
 * `init` that failed.
 * @throws {LogNotOpened} the store cannot be opened
 */
export async function createServer(settings: Settings, logger: Logger): Promise<NestFastifyApplication> {
  const { idleMs } = settings;
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LARGEST_BODY_BYTES,
    return503OnClosing: false, // what was read before the stop is answered
    http: {
      requireHostHeader: false, // Node's own refusal of a missing one is no problem+json, and nothing here needs it
      requestTimeout: 0, // an import may take any time; slow-bodies.ts limits slow bodies
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
  const root = { module: AppModule, imports: [SettingsModule.with(settings, logger)] };
  // Nest's own messages say nothing that ours do not. Its errors are thrown all the same.
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(filter);
  app.useGlobalPipes(new DtoPipe());
  takeStrictJson(fastify);
  addHooks(fastify, app, idleMs);
  serveDocs(app, fastify);
  return app;
}

/** Adds the hooks in the order in which they run. */
function addHooks(fastify: FastifyInstance, app: NestFastifyApplication, idleMs: number): void {
  const [tokens, readiness] = [app.get(RecorderTokens), app.get(Readiness)];
  const [views, checkpoints] = [app.get(Views), app.get(Checkpoints)];
  fastify.decorateRequest('recorder', '');
  cutSlowBodies(fastify, idleMs);
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    requireToken(request, tokens);
    refuseWrites(request, readiness);
    done();
  });
  takeNdjson(fastify);
  waitForWrites(fastify, views, checkpoints, app.get<EventLog>(EventLog));
  keepAnswers(fastify, views, checkpoints, app.get(Clock));
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
