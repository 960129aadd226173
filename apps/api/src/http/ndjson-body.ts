/** A route that streams its body takes NDJSON and nothing else. No other route takes NDJSON. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

const NDJSON = 'application/x-ndjson';

/** Call this after the hook that checks tokens. */
export function takeNdjson(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    done(
      streamsBody(request) && !isNdjson(request)
        ? wrongType(request, `lines of JSON, with the header "Content-Type: ${NDJSON}"`)
        : undefined,
    );
  });
  fastify.addContentTypeParser(NDJSON, (request, body, done) => {
    done(
      streamsBody(request) ? null : wrongType(request, 'JSON, with the header "Content-Type: application/json"'),
      body,
    );
  });
}

const streamsBody = ({ routeOptions }: FastifyRequest): boolean => routeOptions.config.streamsBody === true;
const isNdjson = ({ headers: { 'content-type': type = '' } }: FastifyRequest): boolean =>
  type.split(';')[0]!.trim().toLowerCase() === NDJSON;

const wrongType = ({ headers: { 'content-type': given = 'not given' } }: FastifyRequest, wanted: string): Problem =>
  new Problem('unsupported-media-type', `The body's content type is ${given}; send ${wanted}.`);
