/**
 * Gives up a body that does not arrive in full within a time. Node has such a limit too, but Node's would also cut
 * streams, which may last long.
 */
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route reads its body as it arrives, and has limits of its own. */
    streamsBody?: boolean;
  }
}

/** Call this before all other hooks, so that a body that nobody reads is limited too. */
export function cutSlowBodies(fastify: FastifyInstance, ms: number): void {
  fastify.addHook('onRequest', ({ raw, routeOptions }, _reply, done) => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers;
    if ((length !== '0' || encoding !== undefined) && routeOptions.config.streamsBody !== true) {
      const timer = setTimeout(() => {
        if (raw.complete) return;
        // A reader of the body answers the error. Without a reader the connection is cut.
        if (raw.listenerCount('error') > 0) raw.emit('error', tooSlow(ms));
        else raw.destroy();
      }, ms);
      timer.unref(); // after an early answer on a broken connection no event tells that the body is over
      raw.once('close', () => clearTimeout(timer));
    }
    done();
  });
}

const tooSlow = (ms: number): Problem =>
  new Problem(
    'invalid',
    `The body was not there in full within ${ms / 1000} s. Nothing was recorded; send it again, all at once.`,
    {
      status: 408,
      errors: [{ field: 'body', message: `must arrive within ${ms / 1000} s` }],
    },
  );
