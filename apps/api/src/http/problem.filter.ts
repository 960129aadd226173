/** Answers every error as application/problem+json, including the errors of the framework (docs/http-api.md). */
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventRefused, EventUnreadable, LogUnavailable, OutcomeUnknown, WrongExpectedRevision } from '#event-log';
import { BeyondTheLog, KeptFileDamaged, ViewsDamaged } from '#read-models';
import { PROBLEM_TYPE } from './media-types.js';
import type { ProblemDetails } from './problem.js';
import { Problem, TITLES } from './problem.js';

export const LARGEST_BODY_BYTES = 1024 * 1024;

/** The methods that a path answers to; empty for an unknown path. */
export type MethodsOf = (path: string) => readonly string[];

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly methodsOf: MethodsOf) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = problemOf(error, request, this.methodsOf);
    // A probe of the health that is not ready yet is no error.
    if (problem.slug === 'not-caught-up' || problem.extra.logged === true)
      request.log.debug({ reqId: request.id }, problem.detail);
    else if (problem.status >= 500) request.log.error({ err: error, reqId: request.id }, problem.detail);
    void reply
      .code(problem.status)
      .headers(problem.extra.headers ?? {})
      .header('content-type', PROBLEM_TYPE)
      .send(JSON.stringify(detailsOf(problem)));
  }
}

export function detailsOf({ slug, status, detail, extra: { errors, rule, breaks } }: Problem): ProblemDetails {
  return {
    type: `urn:ledger:problem:${slug}`,
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    ...(rule === undefined ? {} : { rule }),
    ...(breaks === undefined ? {} : { breaks }),
    ...(errors === undefined ? {} : { errors }),
  };
}

const problemOf = (error: unknown, request: FastifyRequest, methodsOf: MethodsOf): Problem =>
  knownProblemOf(error) ?? ofFramework(error, request, methodsOf);

/** The problem of an error of the API, of the log or of the views; null for any other error. */
export function knownProblemOf(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  if (error instanceof EventRefused)
    return error.reason === 'too-large'
      ? new Problem(
          'too-large',
          `The decision is too large to be stored in one piece: ${error.message}. Shorten its texts, or split it.`,
        )
      : new Problem('invalid', `The body cannot be stored: ${error.message}.`);
  if (error instanceof WrongExpectedRevision)
    return new Problem(
      'unavailable',
      'Others changed the same stream again and again while this was recorded. Nothing was stored; post it again.',
    );
  if (error instanceof OutcomeUnknown)
    return new Problem(
      'outcome-unknown',
      'The store did not answer, so it is not known whether this was recorded. Post the same decisionId and body ' +
        'again: it is never recorded twice.',
    );
  if (error instanceof EventUnreadable)
    return new Problem(
      'unavailable',
      `The log holds something that it cannot have been given by the ledger: ${error.message}. Nothing was ` +
        "recorded. Tell the ledger's operator, who has to find out who wrote it and to put the log right.",
    );
  if (error instanceof LogUnavailable)
    return new Problem(
      'unavailable',
      `The event log is not available at the moment (${error.message}). Nothing was recorded; try again later.`,
    );
  if (error instanceof BeyondTheLog) {
    const message = `lies beyond the log, which has ${error.size} events`;
    return new Problem(
      'invalid',
      `knownAt ${message}. Give size:${error.size} at the most, an instant, or leave it out.`,
      {
        errors: [{ field: 'knownAt', message }],
      },
    );
  }
  if (error instanceof ViewsDamaged || error instanceof KeptFileDamaged)
    return new Problem('unavailable', error.message);
  return null;
}

/** The problem of a bug. It tells nothing of its cause. */
export const internalProblem = (requestId: string): Problem =>
  new Problem(
    'internal',
    `The ledger failed unexpectedly; nothing was acknowledged. Tell its operator the request id ${requestId}.`,
  );

/** The problem of an error of Fastify or Nest. It goes by the status, because their codes change between releases. */
function ofFramework(error: unknown, request: FastifyRequest, methodsOf: MethodsOf): Problem {
  const { statusCode, code = '', message = '' } = error as { statusCode?: number; code?: string; message?: string };
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  switch (status ?? 500) {
    case 404:
      return notFound(request, methodsOf);
    case 413:
      return new Problem(
        'too-large',
        `The body is larger than ${LARGEST_BODY_BYTES} bytes. Split it, or shorten its texts.`,
      );
    case 414:
      return new Problem(
        'invalid',
        'The address is too long: an id in its path has at most 100 characters. Shorten it.',
        {
          errors: [{ field: 'path', message: 'is too long' }],
        },
      );
    case 415:
      return new Problem(
        'unsupported-media-type',
        `The body's content type is ${request.headers['content-type'] ?? 'not given'}; send JSON, with the header ` +
          '"Content-Type: application/json".',
      );
    case 431:
      return new Problem(
        'headers-too-large',
        'The headers are larger than 16 KiB together. Send fewer or shorter ones.',
      );
    default:
      if (status !== undefined && status >= 400 && status < 500)
        return new Problem(
          'invalid',
          `The request cannot be read${code === '' ? '' : ` (${code})`}: ${message}. Correct it and send it again.`,
        );
      return internalProblem(request.id);
  }
}

function notFound(request: FastifyRequest, methodsOf: MethodsOf): Problem {
  const path = request.url.split('?')[0]!;
  const methods = methodsOf(path);
  if (methods.length === 0 || methods.includes(request.method))
    return new Problem(
      'not-found',
      `There is nothing at ${path}. GET /openapi.json describes every path, and /docs shows them.`,
    );
  const allow = methods.join(', ');
  return new Problem('method-not-allowed', `${path} does not answer to ${request.method}. It answers to ${allow}.`, {
    headers: { allow },
  });
}
