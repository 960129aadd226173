/** Writes need the recorder token, before a byte of their body is read; reads need it only from other machines (design, section 3). */
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import type { RecorderTokens } from './recorder-tokens.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who records: the name of the token's bearer; empty on a read without one. */
    recorder: string;
  }
}

/** Methods that record nothing. */
export const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** @throws {Problem} 401 unauthorised */
export function requireToken(request: FastifyRequest, tokens: RecorderTokens): void {
  if (READS.has(request.method) && isLoopback(request.ip)) return;
  // The route, not the address as it was spelt: the router also takes /%761/ and http://host/v1/ for /v1/.
  if (request.is404 || request.routeOptions.url?.startsWith('/v1/') !== true) return;
  const recorder = tokens.recorderOf(request.headers.authorization);
  if (recorder === null)
    throw new Problem(
      'unauthorised',
      request.headers.authorization === undefined
        ? 'This needs the header "Authorization: Bearer <token>". The token is in the file recorder-token in the data folder; the start of the ledger prints where that is.'
        : 'The Authorization header does not hold the recorder token. Compare it with the file recorder-token in the data folder: "Authorization: Bearer <token>".',
      {
        errors: [{ field: 'Authorization', message: 'must be Bearer and the recorder token' }],
        headers: { 'www-authenticate': 'Bearer realm="mandate-ledger"' },
      },
    );
  request.recorder = recorder;
}

const isLoopback = (address: string): boolean => address === '::1' || /^(::ffff:)?127\./.test(address);
