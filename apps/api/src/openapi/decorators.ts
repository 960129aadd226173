/** What several operations say of themselves in the OpenAPI document. */
import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { FORMS } from '../http/forms.js';
import type { ProblemSlug } from '../http/problem.js';
import { PROBLEMS } from '../http/problem.js';
import { SEARCH_SCHEMA } from '../search/search.field.js';
import { problemExample } from './problem.examples.js';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The answer of a status: a schema of answers.schemas.ts. */
export const Answers = (
  status: number,
  schema: string,
  description: string,
  headers: readonly string[] = [],
): MethodDecorator =>
  ApiResponse({
    status,
    description,
    content: { 'application/json': { schema: ref(schema) } },
    headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' } }])),
  });

/** Every problem that an operation can answer, by status, with the slugs that tell them apart. */
export function ApiProblems(
  ...slugs: readonly (ProblemSlug | readonly [ProblemSlug, number])[]
): MethodDecorator & ClassDecorator {
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
    description:
      'The day whose state is asked for; today in Europe/Amsterdam where left out. By today nearly every ' +
      `term of the letter has run out, so the example asks for ${EXAMPLE_DAY}.`,
    schema: { type: 'string', format: 'date', example: EXAMPLE_DAY },
  });

export const DecidedBy = (): MethodDecorator =>
  ApiQuery({
    name: 'decidedBy',
    required: false,
    description: 'Decisions that the cabinet took on later days do not count; all count where left out',
    schema: { type: 'string', format: 'date' },
  });

export const KnownAtParameter = (): MethodDecorator =>
  ApiQuery({
    name: 'knownAt',
    required: false,
    description:
      'What the ledger had recorded by then: an instant (2023-03-01T12:00:00Z), or a size of the log (size:118), ' +
      'which is exact whatever the clocks said; everything where left out. The answer gives the size that was ' +
      'understood.',
    schema: { type: 'string' },
  });

export const ThreeTimes = (): MethodDecorator => applyDecorators(AsOf(), DecidedBy(), KnownAtParameter());

export const Paged = (): MethodDecorator =>
  applyDecorators(
    ApiQuery({
      name: 'limit',
      required: false,
      description: 'Items a page',
      schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
    }),
    ApiQuery({
      name: 'cursor',
      required: false,
      description: 'nextCursor of the page before',
      schema: { type: 'string' },
    }),
  );

/**
 * A list that can be taken away in several forms (http/take-away.ts), with its parameters.
 * @param schemas of its JSON
 */
export const AnswersList = (
  schemas: string | readonly string[],
  description: string,
  forms: readonly string[] = FORMS,
): MethodDecorator =>
  applyDecorators(
    Paged(),
    answersIn(
      schemas,
      description,
      forms,
      ' Without limit, csv and ndjson give the whole list; with it one page, whose next one the Link header tells.',
    ),
  );

/** The same without pages. */
export const AnswersWhole = (schema: string, description: string): MethodDecorator =>
  answersIn(schema, description, FORMS, '');

function answersIn(
  schemas: string | readonly string[],
  description: string,
  forms: readonly string[],
  pages: string,
): MethodDecorator {
  const json = [schemas].flat().map(ref);
  const text = (example: string) => ({ schema: { type: 'string', example } });
  return applyDecorators(
    ApiQuery({
      name: 'format',
      required: false,
      description: `Goes before the Accept header.${pages}`,
      schema: { type: 'string', enum: [...forms], default: 'json' },
    }),
    ApiResponse({
      status: 200,
      description,
      content: {
        'application/json': { schema: json.length === 1 ? json[0]! : { oneOf: json } },
        'text/csv': text('a header row, then a row an item'),
        'application/x-ndjson': text('the items of the JSON list, one a line'),
      },
      headers: {
        ETag: header('Of the bytes; not with a whole list as CSV or NDJSON'),
        Vary: header('Accept'),
        ...(pages === '' ? {} : { Link: header('The next page, with rel="next", of a page as CSV or NDJSON') }),
        'Content-Disposition': header('The name of the file, with CSV'),
      },
    }),
    IfNoneMatch(),
  );
}

const header = (description: string) => ({ description, schema: { type: 'string' as const } });

const IfNoneMatch = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'ETags of answers that you have; 304 without a body when one of them still holds',
      schema: { type: 'string' },
    }),
    ApiResponse({
      status: 304,
      description: 'What you have still holds',
      headers: { ETag: header('The one that holds'), Vary: header('Accept') },
    }),
  );
/** @param texts what is looked into */
export const Searched = (texts: string): MethodDecorator =>
  ApiQuery({
    name: 'q',
    required: false,
    description:
      `Words that are all found in ${texts}, whatever their case and diacritics: the last word may be ` +
      'typed half, a phrase stands in double quotes, other signs part words. Each item then has match, ' +
      'the text that was found. Those found by a title or a name come first, then by what is decided, by ' +
      'a rationale, by a locator, by a document alone; within each the latest mandate first. A page may ' +
      'be shorter than its limit; only where nextCursor is null there is nothing more.',
    schema: SEARCH_SCHEMA,
    // The first one is what Swagger UI sends untouched.
    examples: {
      none: { summary: 'No search', value: '' },
      word: { summary: 'A word without its diacritics, or half a word', value: 'georgie' },
      words: { summary: 'A phrase and a word', value: '"monitoring mission" russian' },
    },
  });

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
