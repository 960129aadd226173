/** Checks what a request brings, by the parameters of the controller's method. */
import type { ArgumentMetadata, ExecutionContext, PipeTransform } from '@nestjs/common';
import { createParamDecorator } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { ClassOf } from './fields.js';
import { refusedQuery } from './page.query.js';
import { validateBody } from './validate-body.js';

type Check = (value: unknown) => unknown;

/**
 * Checks a query or a body against the class of the parameter: `@Query() asked: MandatesQuery`. The fields of the class
 * are the declaration; @nestjs/swagger reads the parameters of the operation from the same fields.
 *
 * Nest runs the pipe for the last parameter first. So of `(body, query)` the query is checked first. The first error is
 * the answer.
 */
export class DtoPipe implements PipeTransform {
  /** @throws {Problem} 400 invalid */
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if (type === 'query') return validateQuery(dtoOf(metatype, data), value);
    if (type === 'body') return validateBody(dtoOf(metatype, data), value);
    return type === 'custom' && typeof data === 'function' ? (data as Check)(value) : value;
  }
}

/**
 * A decorator for a parameter that is neither the query nor the body. The pipe runs its check in turn with the others.
 * @param read takes the value from the request
 */
export function checkedParameter(read: (request: FastifyRequest) => unknown, check: Check): () => ParameterDecorator {
  const decorator = createParamDecorator((_check: Check, context: ExecutionContext) =>
    read(context.switchToHttp().getRequest<FastifyRequest>()),
  );
  return () => decorator(check);
}

/** A parameter of an interface type has no class at run time, so nothing could be checked. */
function dtoOf(metatype: ArgumentMetadata['metatype'], data: string | undefined): ClassOf<object> {
  if (metatype === undefined || metatype === Object || data !== undefined)
    throw new Error('a query or a body must be taken whole, in a parameter whose type is a class: @Query() q: MyQuery');
  return metatype;
}

function validateQuery<T extends object>(dto: ClassOf<T>, query: unknown): T {
  for (const [name, value] of Object.entries(query as object))
    if (Array.isArray(value)) throw refusedQuery(name, 'was given more than once; give it once');
  return validateBody(dto, query, 'The query');
}
