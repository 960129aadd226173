/** What several operations have in common in the OpenAPI document. */
import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import type { ProblemSlug } from '../http/problem.js';
import { PROBLEMS } from '../http/problem.js';
import { problemExample } from './problem.examples.js';
import { PROBLEM } from './problem.schema.js';
import type { AnySchema } from './schema.js';

/** An answer in JSON. @param headers the headers that come with it */
export const Answers = (
  status: number,
  schema: AnySchema,
  description: string,
  headers: readonly string[] = [],
): MethodDecorator =>
  ApiResponse({
    status,
    description,
    content: { 'application/json': { schema } },
    headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' } }])),
  });

/** The answer 200 in other media types than JSON. @param schemas by media type */
export const AnswersAs = (schemas: Readonly<Record<string, AnySchema>>, description: string): MethodDecorator =>
  ApiResponse({
    status: 200,
    description,
    content: Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, { schema }])),
  });

/** The forms of a list (http/take-away.ts). @param schemas of its JSON, where it has several */
export const AnswersList = (
  schemas: AnySchema | readonly AnySchema[],
  description: string,
  forms?: { readonly paged: boolean },
): MethodDecorator => {
  const json = [schemas].flat();
  return applyDecorators(
    ApiResponse({
      status: 200,
      description,
      content: {
        'application/json': { schema: json.length === 1 ? json[0]! : { oneOf: json } },
        'text/csv': inWords('a header row, then a row for each item'),
        'application/x-ndjson': inWords('the items of the JSON list, one on each line'),
      },
      headers: {
        ETag: header('Of the bytes; not with a whole list as CSV or NDJSON'),
        Vary: header('Accept'),
        ...(forms?.paged === false ? {} : { Link: header('The next page of CSV or NDJSON, with rel="next"') }),
        'Content-Disposition': header('The name of the file, with CSV'),
      },
    }),
    IfNoneMatch(),
  );
};

const inWords = (example: string) => ({ schema: { type: 'string', example } });
const header = (description: string) => ({ description, schema: { type: 'string' as const } });

const IfNoneMatch = (): MethodDecorator =>
  applyDecorators(
    HeaderParameter('If-None-Match', 'ETags of answers that you have. If one of them still holds, the answer is 304.'),
    ApiResponse({
      status: 304,
      description: 'The answer that you have still holds',
      headers: { ETag: header('The one that holds'), Vary: header('Accept') },
    }),
  );

type ProblemOfStatus = ProblemSlug | readonly [ProblemSlug, number];
const problemsOf = new WeakMap<object, readonly ProblemOfStatus[]>();

/**
 * Problems that an operation can answer. A method may have several of these decorators.
 * @param problems a slug, with a status where it is not the slug's own
 */
export const ApiProblems =
  (...problems: readonly ProblemOfStatus[]): MethodDecorator =>
  (target, key, descriptor) => {
    const method = descriptor.value as object;
    const all = [...problems, ...(problemsOf.get(method) ?? [])];
    problemsOf.set(method, all);
    const schema: AnySchema = PROBLEM;
    for (const [status, slugs] of byStatus(all))
      ApiResponse({
        status,
        description: slugs.join(', '),
        content: {
          'application/problem+json': {
            schema,
            examples: Object.fromEntries(slugs.map((slug) => [slug, { value: problemExample(slug, status) }])),
          },
        },
      })(target, key, descriptor);
  };

function byStatus(problems: readonly ProblemOfStatus[]): Map<number, ProblemSlug[]> {
  const grouped = new Map<number, ProblemSlug[]>();
  for (const problem of problems) {
    const [slug, status] = typeof problem === 'string' ? [problem, PROBLEMS[problem]] : problem;
    grouped.set(status, [...(grouped.get(status) ?? []), slug]);
  }
  return grouped;
}

export const PathId = (name: string, example: string): MethodDecorator =>
  ApiParam({ name, schema: { type: 'string', maxLength: 100, example } });

/** A header that a request may have. */
export const HeaderParameter = (name: string, description: string, schema: object = {}): MethodDecorator =>
  ApiHeader({ name, required: false, description, schema: { type: 'string', ...schema } });

export const IfMatchHeader = (): MethodDecorator =>
  HeaderParameter('If-Match', 'The ETag that you have seen. If it is not the newest one any more, the answer is 412.', {
    pattern: '^"\\d+"$',
  });

const POSITION_WORDS =
  'The position that a write answered with. The read waits until the views hold that write. If they do not hold it ' +
  'within 5 s, the answer is 503.';

/** A read whose `after` has another meaning: only the header makes it wait for a write. */
export const AfterHeader = (description = POSITION_WORDS): MethodDecorator =>
  applyDecorators(HeaderParameter('X-Ledger-After', description), ApiProblems('not-caught-up'));

/** A read that can wait for a write. The hook server/read-your-writes.ts takes the parameter, not the controller. */
export const AfterWrite = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({ name: 'after', required: false, description: POSITION_WORDS, schema: { type: 'string' } }),
    AfterHeader('The same as a header'),
  );
