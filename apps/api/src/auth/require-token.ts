/**
 * Writes need the recorder token, before a byte of their body is read. Reads need it only from other machines
 * (docs/http-api.md).
 */
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import { isOfContract } from '../http/routes.js';
import type { RecorderTokens } from './recorder-tokens.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who records: the name of the token's bearer. It is empty on a read without a token. */
    recorder: string;
  }
}

/** Methods that record nothing. */
export const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** @throws {Problem} 401 unauthorised; 503 unavailable when the file of the named tokens is spoilt */
export function requireToken(request: FastifyRequest, tokens: RecorderTokens): void {
  if (READS.has(request.method) && isLoopback(request.ip)) return;
  if (!isOfContract(request)) return;
  const recorder = tokens.recorderOf(request.headers.authorization);
  if (recorder === null)
    throw new Problem(
      'unauthorised',
      request.headers.authorization === undefined
        ? 'This needs the header "Authorization: Bearer <token>". The token is in the file recorder-token in the ' +
            'data folder, whose place the start of the ledger prints; or ledger token create makes one.'
        : 'The Authorization header does not hold the token of a recorder: "Authorization: Bearer <token>". Compare ' +
            'it with the file recorder-token in the data folder, or with what ledger token create printed; a token ' +
            'that was revoked is none any more.',
      {
        errors: [{ field: 'Authorization', message: 'must be Bearer and the token of a recorder' }],
        headers: { 'www-authenticate': 'Bearer realm="mandate-ledger"' },
      },
    );
  request.recorder = recorder;
}

const isLoopback = (address: string): boolean => address === '::1' || /^(::ffff:)?127\./.test(address);
