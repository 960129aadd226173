/** Errors as RFC 9457 problem details (docs/http-api.md). */
import type { Rule } from '#mandate';

/** Every slug of the contract with its status. */
export const PROBLEMS = {
  invalid: 400,
  unauthorised: 401,
  forbidden: 403,
  'not-found': 404,
  'unknown-mandate': 404,
  'unknown-mission': 404,
  'unknown-document': 404,
  'unknown-decision': 404,
  'method-not-allowed': 405,
  'decision-id-reused': 409,
  'stale-revision': 412,
  'too-large': 413,
  'unsupported-media-type': 415,
  'rule-broken': 422,
  'too-many-requests': 429,
  'headers-too-large': 431,
  internal: 500,
  'not-caught-up': 503,
  'outcome-unknown': 503,
  unavailable: 503,
} as const;
export type ProblemSlug = keyof typeof PROBLEMS;

/** The title of a problem, by status. */
export const TITLES: Readonly<Record<number, string>> = {
  400: 'Malformed',
  401: 'Not authorised',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Too slow',
  409: 'Already used',
  412: 'Stale',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Cannot be recorded',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Not available now',
};

export interface FieldError {
  /** A path into the body (`effects[0].until`), or the name of a parameter or header. */
  readonly field: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

export interface ProblemDetails {
  readonly type: `urn:ledger:problem:${ProblemSlug}`;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly rule?: Rule;
  /** With breaks-later-decision: the later decision that would not hold any more. */
  readonly breaks?: string;
}

/** Thrown anywhere below a controller; the filter answers it as application/problem+json. */
export class Problem extends Error {
  readonly status: number;

  constructor(
    readonly slug: ProblemSlug,
    /** A sentence that says what to do. */
    readonly detail: string,
    readonly extra: {
      /** If it is not the slug's own: an unknown id is 404 in a path and 422 in a body. */
      readonly status?: number;
      readonly errors?: readonly FieldError[];
      readonly rule?: Rule;
      readonly breaks?: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** It was logged when it was found, so its answers are not logged again. */
      readonly logged?: true;
    } = {},
  ) {
    super(detail);
    this.status = extra.status ?? PROBLEMS[slug];
  }
}
