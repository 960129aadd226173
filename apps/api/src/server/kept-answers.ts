/**
 * Keeps whole answers to reads while the views do not change. The same question is then answered without asking the
 * views, and without a body when the client has that answer already.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { OutgoingHttpHeader } from 'node:http';
import type { Clock } from '../clock/clock.js';
import type { Checkpoints } from '../checkpoints/checkpoints.js';
import type { Views } from '../views/views.js';
import { etagOfBytes, isFixed, namesEtag } from '../http/etag.js';
import { acceptedForm } from '../http/forms.js';
import { isOfContract } from '../http/routes.js';
import { todayIn } from '../http/today.js';

const KEPT_BYTES = 32 * 1024 * 1024;
const LARGEST_BYTES = 1024 * 1024;

/**
 * A longer text is kept as bytes, so that it is not encoded each time. A shorter one is written together with its
 * headers.
 */
const LONG_CHARACTERS = 16 * 1024;

/** Headers that belong to an answer, and those of them that a 304 has too (RFC 9110, section 15.4.5). */
const KEPT_HEADERS = ['content-type', 'content-disposition', 'etag', 'link', 'vary'] as const;
const HEADERS_WITHOUT_BODY = ['etag', 'vary'] as const;

interface KeptAnswer {
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the tag covers the whole answer, so that a client with the tag has the answer. */
  readonly exact: boolean;
  readonly standing: Standing;
}

/** What an answer depends on: the size of the views, the signed checkpoints, and today's date, the default of asOf. */
interface Standing {
  readonly size: number;
  readonly signed: number;
  readonly day: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set when the answer changes while the views do not. */
    notKept?: boolean;
  }
  interface FastifyRequest {
    /** What the views were before the question was looked into; null when its answer is not kept. */
    standing: Standing | null;
  }
}

/** Call it after the hook that checks tokens: a kept answer goes to every request that gets this far. */
export function keepAnswers(fastify: FastifyInstance, views: Views, checkpoints: Checkpoints, clock: Clock): void {
  const kept = new LRUCache<string, KeptAnswer>({
    maxSize: KEPT_BYTES,
    maxEntrySize: LARGEST_BYTES,
    sizeCalculation: ({ body }, question) => body.length + question.length + 200,
  });
  fastify.decorateRequest('standing', null);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'GET' || !isOfContract(request) || request.routeOptions.config.notKept === true)
      return done();
    const { size } = views.checkpoint;
    const { signed } = checkpoints;
    const day = todayIn(clock.now());
    const answer = kept.get(questionOf(request));
    if (
      answer !== undefined &&
      answer.standing.size === size &&
      answer.standing.signed === signed &&
      answer.standing.day === day
    ) {
      if (isKnown(request, answer))
        return void reply.code(304).headers(only(HEADERS_WITHOUT_BODY, answer.headers)).send();
      return void reply.headers(answer.headers).send(answer.body);
    }
    request.standing = { size, signed, day };
    done();
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const { standing } = request;
    if (standing === null || reply.statusCode !== 200 || typeof payload !== 'string') return done(null, payload);
    const body = payload.length > LONG_CHARACTERS ? Buffer.from(payload) : payload;
    const exact = !reply.hasHeader('etag') || isFixed(request.query);
    if (!reply.hasHeader('etag')) reply.header('etag', etagOfBytes(body));
    const answer = { body, headers: only(KEPT_HEADERS, reply.getHeaders()), exact, standing };
    kept.set(questionOf(request), answer);
    if (!isKnown(request, answer)) return done(null, body);
    for (const name of KEPT_HEADERS)
      if (!(HEADERS_WITHOUT_BODY as readonly string[]).includes(name)) reply.removeHeader(name);
    reply.code(304);
    done(null, null);
  });
}

/** The same address is another question when it asks for another form. */
function questionOf({ url, headers: { accept } }: FastifyRequest): string {
  const form = acceptedForm(accept);
  return form === 'json' ? url : `${form} ${url}`;
}

const isKnown = ({ headers }: FastifyRequest, { exact, headers: { etag } }: KeptAnswer): boolean =>
  exact && namesEtag(headers['if-none-match'], etag!);

function only(
  names: readonly string[],
  headers: Readonly<Record<string, OutgoingHttpHeader | undefined>>,
): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const name of names) if (headers[name] !== undefined) chosen[name] = String(headers[name]);
  return chosen;
}
