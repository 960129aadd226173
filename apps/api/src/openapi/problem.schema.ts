/** The schema of every error (RFC 9457). */
import { RULES } from '#mandate';
import type { FieldError, ProblemDetails } from '../http/problem.js';
import { PROBLEMS } from '../http/problem.js';
import { listOf, named, objectOf, oneOf, optional, text, whole } from './schema.js';

export const PROBLEM = named(
  'Problem',
  objectOf<ProblemDetails>(
    {
      type: {
        ...oneOf(Object.keys(PROBLEMS).map((slug) => `urn:ledger:problem:${slug}`)),
        description: 'Stable; for programs',
      },
      title: text,
      status: whole,
      detail: { ...text, description: 'What is wrong and what to do' },
      rule: optional({ ...oneOf(RULES), description: 'With rule-broken: the rule of the domain that was broken' }),
      breaks: optional({
        ...text,
        description: 'With breaks-later-decision: the later decision that would not hold any more',
      }),
      errors: optional(
        listOf(
          objectOf<FieldError>({
            field: { ...text, description: 'Path into the body, or name of the parameter or header' },
            message: text,
          }),
        ),
      ),
    },
    'RFC 9457',
  ),
);
