/** What the operations that record a decision or a repair have in common in the OpenAPI document. */
import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation } from '@nestjs/swagger';
import type { ClassOf } from '../http/fields.js';
import type { ProblemSlug } from '../http/problem.js';
import { Answers, ApiProblems, IfMatchHeader, PathId } from '../openapi/decorators.js';
import { RECORDED_DECISION, RECORDED_OR_CHECKED } from './decisions.answers.js';
import { EXAMPLE_DECISION } from './decisions.examples.js';

interface Recording {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly body: ClassOf<object>;
  readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  /** The problem of an unknown mandate or decision, with a status if it is not the slug's own. */
  readonly unknown: ProblemSlug | readonly [ProblemSlug, number];
}

export const Records = ({ operationId, summary, description, body, examples, unknown }: Recording): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({ operationId, summary, description }),
    IfMatchHeader(),
    ApiBody({ type: body, examples }),
    Answers(201, RECORDED_DECISION, 'Recorded', ['ETag', 'Location']),
    Answers(200, RECORDED_OR_CHECKED, 'Recorded before with the same body, or what a dry run would record'),
    ApiProblems(
      'invalid',
      'unauthorised',
      'decision-id-reused',
      'stale-revision',
      'too-large',
      'unsupported-media-type',
      'rule-broken',
      unknown,
      ['unknown-mission', 422],
      ['unknown-document', 422],
      'outcome-unknown',
      'unavailable',
      'not-caught-up',
    ),
  );

/** Records a repair of the decision in the path. */
export const Repairs = (repair: Pick<Recording, 'operationId' | 'summary' | 'body' | 'examples'>): MethodDecorator =>
  applyDecorators(
    PathId('id', EXAMPLE_DECISION),
    Records({
      ...repair,
      description:
        'A repair is recorded as an event of its own, with a reason. The wrong record stays, and names its repair. ' +
        'A repair that contradicts a later decision is refused, and the refusal names that decision. ' +
        'A repair has an id like a decision, so it can be corrected or annulled too.',
      unknown: 'unknown-decision',
    }),
  );
