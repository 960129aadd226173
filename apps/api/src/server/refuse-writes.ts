import type { FastifyRequest } from 'fastify';
import type { Parts } from '../app.module.js';
import { READS } from '../auth/require-token.js';
import { Problem } from '../http/problem.js';

/** @throws {Problem} 503 */
export function refuseWrites(request: FastifyRequest, parts: Parts): void {
  if (request.is404 || READS.has(request.method)) return;
  const refusal = refusalOf(parts);
  if (refusal !== null) throw refusal;
}

/**
 * Why nothing is recorded. While a first start records, what was posted in between could contradict what the datasets
 * are still going to say. And
 * what the views were not made from is not the log that the clerk has seen.
 */
export function refusalOf({
  readiness: { recording },
  views: { refusal },
}: Pick<Parts, 'readiness' | 'views'>): Problem | null {
  if (refusal !== null) return new Problem('unavailable', `Nothing is recorded: ${refusal}`);
  if (recording === null) return null;
  return new Problem(
    'not-caught-up',
    `This is the first start, and ${recording} is being recorded. Nothing was stored; send it again in a moment.`,
  );
}
