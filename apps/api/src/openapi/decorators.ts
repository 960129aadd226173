/** What several operations say of themselves in the OpenAPI document. */
import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { ProblemSlug } from '../http/problem.js';
import { PROBLEMS } from '../http/problem.js';
import { problemExample } from './problem.examples.js';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The answer of a status: a schema of answers.schemas.ts. */
export const Answers = (status: number, schema: string, description: string, headers: readonly string[] = []): MethodDecorator =>
  ApiResponse({
    status,
    description,
    content: { 'application/json': { schema: ref(schema) } },
    headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' } }])),
  });

/** Every problem that an operation can answer, by status, with the slugs that tell them apart. */
export function ApiProblems(...slugs: readonly (ProblemSlug | readonly [ProblemSlug, number])[]): MethodDecorator & ClassDecorator {
  const byStatus = new Map<number, ProblemSlug[]>();
  for (const slug of slugs) {
    const [name, status] = typeof slug === 'string' ? [slug, PROBLEMS[slug]] : slug;
    byStatus.set(status, [...(byStatus.get(status) ?? []), name]);
  }
  return applyDecorators(
    ...[...byStatus].map(([status, names]) =>
      ApiResponse({
        status,
        description: names.join(', '),
        content: {
          'application/problem+json': {
            schema: ref('Problem'),
            examples: Object.fromEntries(names.map((slug) => [slug, { value: problemExample(slug, status) }])),
          },
        },
      }),
    ),
  );
}

/** The first day on which every example of the letter holds; by today's date nearly all of its terms have run out. */
export const EXAMPLE_DAY = '2022-07-01';

export const AsOf = (): MethodDecorator =>
  ApiQuery({
    name: 'asOf',
    required: false,
    description: `The day whose state is asked for; today in Europe/Amsterdam where left out. By today nearly every term of the letter has run out, so the example asks for ${EXAMPLE_DAY}.`,
    schema: { type: 'string', format: 'date', example: EXAMPLE_DAY },
  });

export const Paged = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'limit',
      required: false,
      description: 'Items a page',
      schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
    }),
    ApiQuery({ name: 'cursor', required: false, description: 'nextCursor of the page before', schema: { type: 'string' } }),
  );

export const PathId = (name: string, example: string): MethodDecorator =>
  ApiParam({ name, schema: { type: 'string', maxLength: 100, example } });

export const IfMatch = (): MethodDecorator =>
  ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'The ETag that you have seen; 412 when it has moved on since',
    schema: { type: 'string', pattern: '^"\\d+"$' },
  });

/** Where `after` has a meaning of its own, the header alone asks to hold a write. */
export const AfterHeader = (
  description = 'The position that a write answered with: waits until this read holds it, at most 5 s, then 503',
): MethodDecorator =>
  applyDecorators(
    ApiHeader({ name: 'X-Ledger-After', required: false, description, schema: { type: 'string' } }),
    ApiProblems('not-caught-up'),
  );

/** Every read may ask to hold a write: see http/read-your-writes.ts. */
export const AfterWrite = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'after',
      required: false,
      description: 'The position that a write answered with: waits until this read holds it, at most 5 s, then 503',
      schema: { type: 'string' },
    }),
    AfterHeader('The same as a header'),
  );
