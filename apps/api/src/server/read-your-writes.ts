/** A reader that gives the position of a write waits until the views hold it, on any replica (docs/http-api.md). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EventLog } from '#event-log';
import type { Checkpoints } from '../checkpoints/checkpoints.js';
import { notSigned } from '../log/log.handlers.js';
import type { Views } from '../views/views.js';
import { positionOf } from '../http/position.js';
import { Problem } from '../http/problem.js';
import { isOfContract } from '../http/routes.js';

const LONGEST_WAIT_MS = 5000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route has its own parameter `after`. The header X-Ledger-After keeps its meaning. */
    afterIsItsOwn?: boolean;
    /** The route answers from the newest checkpoint, which then has to hold the position too. */
    signed?: boolean;
  }
}

/** Call it before answers are kept, so that a read after a position is answered from views that have reached it. */
export function waitForWrites(fastify: FastifyInstance, views: Views, checkpoints: Checkpoints, log: EventLog): void {
  async function held(after: string, signed: boolean): Promise<Problem | null> {
    if (!(await views.reached(after, LONGEST_WAIT_MS))) return notThere(after, views);
    return signed && (await checkpoints.covering(views.checkpoint.size, LONGEST_WAIT_MS)) === null
      ? notSigned(checkpoints)
      : null;
  }
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.method !== 'GET' || !isOfContract(request)) return done();
    const after = positionAsked(request, log);
    if (after === null) return done();
    held(after, request.routeOptions.config.signed === true).then((missing) => done(missing ?? undefined), done);
  });
}

/**
 * The position in `after` or X-Ledger-After. It removes `after` from the query, so that no endpoint needs to know it.
 * @throws {Problem} 400 invalid
 */
function positionAsked(request: FastifyRequest, log: EventLog): string | null {
  const query = request.query as Record<string, unknown>;
  const header = request.headers['x-ledger-after'];
  if (request.routeOptions.config.afterIsItsOwn === true || !('after' in query))
    return positionOf(log, 'X-Ledger-After', header);
  const { after } = query;
  delete query['after'];
  return positionOf(log, 'after', after);
}

function notThere(after: string, { checkpoint, trouble }: Views): Problem {
  const why = trouble === null ? '' : ` (${trouble})`;
  return new Problem(
    'not-caught-up',
    `The views have not reached position ${after} within ${LONGEST_WAIT_MS / 1000} s; they are at ` +
      `${checkpoint.position ?? 'none'}${why}. Ask again in a moment, or without the position.`,
  );
}
