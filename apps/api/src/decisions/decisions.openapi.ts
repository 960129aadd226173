/** What the operations on decisions share in the OpenAPI document. */
import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiQuery } from '@nestjs/swagger';
import type { ClassOf } from '../http/fields.js';
import { Answers, ApiProblems, IfMatch, PathId } from '../openapi/decorators.js';
import { REPAIRED_EXAMPLE } from '../openapi/examples.js';

export const DryRun = (): MethodDecorator =>
  ApiQuery({
    name: 'dryRun',
    required: false,
    description: 'true: check alone; record nothing and answer 200 with the events and the mandate after them',
    schema: { type: 'boolean' },
  });

export const CountingOn = (): MethodDecorator =>
  ApiQuery({
    name: 'asOf',
    required: false,
    description:
      'Decisions count from the day on which they were taken: those of later days than this one are left out',
    schema: { type: 'string', format: 'date' },
  });

export const Proof = (): MethodDecorator =>
  ApiQuery({
    name: 'proof',
    required: false,
    description:
      'true: adds proofs, one for each event of the decision: a text (C2SP tlog-proof) that shows offline, with the ' +
      'key of GET /v1/log/key, that the event is in the log of the newest checkpoint',
    schema: { type: 'boolean' },
  });

/** A repair of a decision: what it repairs stays in the log and in the history, marked. */
export const Repairs = (
  operationId: string,
  summary: string,
  body: ClassOf<object>,
  examples: Readonly<Record<string, { readonly value: unknown }>>,
): MethodDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiOperation({
      operationId,
      summary,
      description:
        'Recorded as an event of its own with a reason. The wrong record stays, marked with what repairs it; ' +
        'whatever was decided later has to hold with the repair, or it is refused naming the decision that would ' +
        'not. A repair has an id like a decision and can itself be corrected or annulled.',
    }),
    PathId('id', REPAIRED_EXAMPLE),
    DryRun(),
    IfMatch(),
    ApiBody({ type: body, examples: examples }),
    Answers(201, 'RecordedDecision', 'Recorded', ['ETag', 'Location']),
    Answers(200, 'RecordedOrChecked', 'Recorded before with the same body; or what a dry run would record'),
    ApiProblems(
      'invalid',
      'unauthorised',
      'unknown-decision',
      'decision-id-reused',
      'stale-revision',
      'too-large',
      'unsupported-media-type',
    ),
    ApiProblems(
      'rule-broken',
      ['unknown-mission', 422],
      ['unknown-document', 422],
      'outcome-unknown',
      'unavailable',
      'not-caught-up',
    ),
  );
