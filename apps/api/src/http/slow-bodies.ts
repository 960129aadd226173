/**
 * A body that is not there in full after a while is given up. Node's own bound would hold for a stream as well, which
 * lasts as long as it lasts.
 */
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route reads its body as it comes, and bounds it by itself. */
    streamsBody?: boolean;
  }
}

/** To be called before all other hooks: also a body that nobody is going to read is bounded. */
export function cutSlowBodies(fastify: FastifyInstance, ms: number): void {
  fastify.addHook('onRequest', ({ raw, routeOptions }, _reply, done) => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers;
    if ((length !== '0' || encoding !== undefined) && routeOptions.config.streamsBody !== true) {
      const timer = setTimeout(() => {
        if (raw.complete) return;
        // Whoever reads it answers the error; where nobody does, or it was answered already, the connection is all that
        // is left.
        if (raw.listenerCount('error') > 0) raw.emit('error', tooSlow(ms));
        else raw.destroy();
      }, ms);
      timer.unref(); // where a connection broke after an early answer, nothing says that the body is over
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
