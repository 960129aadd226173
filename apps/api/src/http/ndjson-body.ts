/** NDJSON is taken where a route reads its body as it comes, and nowhere else; and nothing else is taken there. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.js';

const NDJSON = 'application/x-ndjson';

/** To be called after the hook that asks for tokens. */
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
