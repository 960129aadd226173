/** What the operations on missions and on documents have in common, in the routes and in the OpenAPI document. */
import { Get, Header, Put, applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation } from '@nestjs/swagger';
import type { RegistrationKind } from '#mandate';
import type { ClassOf } from '../http/fields.js';
import { JSON_TYPE } from '../http/media-types.js';
import { AfterWrite, Answers, AnswersList, ApiProblems, IfMatchHeader, PathId } from '../openapi/decorators.js';
import type { AnySchema } from '../openapi/schema.js';

/** `Mission`, as it stands in the ids of operations. */
const capital = (kind: RegistrationKind): string => `${kind[0]!.toUpperCase()}${kind.slice(1)}`;

interface Registered {
  readonly kind: RegistrationKind;
  readonly schema: AnySchema;
  /** An id for the path. */
  readonly example: string;
}

export const PutsOne = ({
  kind,
  schema,
  example,
  body,
  examples,
}: Registered & {
  readonly body: ClassOf<object>;
  readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
}): MethodDecorator =>
  applyDecorators(
    Put(':id'),
    ApiBearerAuth(),
    ApiOperation({
      operationId: `put${capital(kind)}`,
      summary: `Registers a ${kind}, or amends it; the same body again records nothing`,
    }),
    PathId('id', example),
    IfMatchHeader(),
    ApiBody({ type: body, examples }),
    Answers(201, schema, 'Registered', ['ETag']),
    Answers(200, schema, 'Amended, or unchanged', ['ETag']),
    ApiProblems(
      'invalid',
      'unauthorised',
      'stale-revision',
      'too-large',
      'unsupported-media-type',
      'outcome-unknown',
      'unavailable',
      'not-caught-up',
    ),
  );

export const GetsList = ({ kind, schema }: Omit<Registered, 'example'>): MethodDecorator =>
  applyDecorators(
    Get(),
    AfterWrite(),
    ApiOperation({ operationId: `get${capital(kind)}s`, summary: `${capital(kind)}s by id, as last registered` }),
    AnswersList(schema, `${capital(kind)}s by id`),
    ApiProblems('invalid', 'unauthorised', 'unavailable'),
  );

export const GetsOne = ({ kind, schema, example }: Registered): MethodDecorator =>
  applyDecorators(
    Get(':id'),
    AfterWrite(),
    Header('content-type', JSON_TYPE),
    ApiOperation({ operationId: `get${capital(kind)}`, summary: `One ${kind}, as last registered` }),
    PathId('id', example),
    Answers(200, schema, `The ${kind}`, ['ETag']),
    ApiProblems('invalid', 'unauthorised', `unknown-${kind}`, 'unavailable'),
  );
