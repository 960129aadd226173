import type { FastifyRequest } from 'fastify';
import { READS } from '../auth/require-token.js';
import type { Readiness } from '../health/readiness.js';

/** @throws {Problem} 503 while nothing is recorded */
export function refuseWrites(request: FastifyRequest, readiness: Readiness): void {
  if (request.is404 || READS.has(request.method)) return;
  const refusal = readiness.refusal();
  if (refusal !== null) throw refusal;
}
