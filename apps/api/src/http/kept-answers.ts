/** Whole answers to reads, kept for as long as the views stand where they stood: the same question is then answered without asking them again. */
import type { FastifyInstance } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import type { Views } from '../views/views.js';
import { todayIn } from './today.js';

const KEPT_BYTES = 32 * 1024 * 1024;
const LARGEST_BYTES = 1024 * 1024;

/** A short text is written together with its headers; a long one is better not encoded again each time. */
const LONG_CHARACTERS = 16 * 1024;

interface KeptAnswer {
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly standing: Standing;
}

/** Where the views stood, and the day: an answer without asOf is one for today. */
interface Standing {
  readonly size: number;
  readonly day: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Before the question was looked into; null where its answer is not kept. */
    standing: Standing | null;
  }
}

/** To be called after the hook that asks for tokens: what is kept here is sent to whoever gets as far as this. */
export function keepAnswers(fastify: FastifyInstance, views: Views, clock: Clock): void {
  const kept = new LRUCache<string, KeptAnswer>({
    maxSize: KEPT_BYTES,
    maxEntrySize: LARGEST_BYTES,
    sizeCalculation: ({ body }, url) => body.length + url.length + 200,
  });
  fastify.decorateRequest('standing', null);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'GET' || !request.url.startsWith('/v1/')) return done();
    const { size } = views.checkpoint;
    const day = todayIn(clock.now());
    const answer = kept.get(request.url);
    if (answer !== undefined && answer.standing.size === size && answer.standing.day === day)
      return void reply.headers(answer.headers).send(answer.body);
    request.standing = { size, day };
    done();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (request.standing !== null && reply.statusCode === 200 && typeof payload === 'string') {
      const headers: Record<string, string> = {};
      for (const name of ['content-type', 'etag']) if (reply.hasHeader(name)) headers[name] = String(reply.getHeader(name));
      const body = payload.length > LONG_CHARACTERS ? Buffer.from(payload) : payload;
      kept.set(request.url, { body, headers, standing: request.standing });
    }
    done(null, payload);
  });
}
