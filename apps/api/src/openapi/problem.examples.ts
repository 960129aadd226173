/** An example of each problem for the OpenAPI document. Each is an answer that the ledger gives. */
import type { ProblemDetails, ProblemSlug } from '../http/problem.js';
import { PROBLEMS, TITLES } from '../http/problem.js';

type Said = Pick<ProblemDetails, 'detail'> & Partial<Pick<ProblemDetails, 'rule' | 'errors'>>;

const SAID: Readonly<Record<ProblemSlug, Said>> = {
  invalid: {
    detail: 'The body cannot be taken: decidedOn must be a date that exists, written YYYY-MM-DD.',
    errors: [{ field: 'decidedOn', message: 'must be a date that exists, written YYYY-MM-DD' }],
  },
  unauthorised: {
    detail:
      'The Authorization header does not hold the token of a recorder: "Authorization: Bearer <token>". Compare it ' +
      'with the file recorder-token in the data folder, or with what ledger token create printed; a token that was ' +
      'revoked is none any more.',
    errors: [{ field: 'Authorization', message: 'must be Bearer and the token of a recorder' }],
  },
  forbidden: { detail: 'This token may not do that. Use one that may.' },
  'not-found': {
    detail: 'There is nothing at /v1/mandate. GET /openapi.json describes every path, and /docs shows them.',
  },
  'unknown-mandate': {
    detail: 'The ledger has no mandate eumm-armenia at the times asked for. GET /v1/mandates lists all mandates.',
    errors: [{ field: 'id', message: 'is not the id of a mandate' }],
  },
  'unknown-mission': {
    detail:
      'The mission is unknown: eumm-armenia is not registered. Register it first with PUT /v1/missions/{id}, or ' +
      'correct the id.',
    errors: [{ field: 'effects[0].missions[0]', message: 'eumm-armenia is not registered' }],
  },
  'unknown-document': {
    detail:
      'The document is unknown: kst-29521-999 is not registered. Register it first with PUT /v1/documents/{id}, or ' +
      'correct the id.',
    errors: [{ field: 'source.documentId', message: 'kst-29521-999 is not registered' }],
  },
  'unknown-decision': {
    detail: 'The ledger has no decision d-1. GET /v1/decisions lists all decisions.',
    errors: [{ field: 'id', message: 'is not the id of a decision' }],
  },
  'method-not-allowed': { detail: '/v1/decisions does not answer to DELETE. It answers to POST, GET, HEAD.' },
  'decision-id-reused': {
    detail:
      'The decisionId kst-29521-446-untso is already used for another decision, in stream mandate-untso. Choose ' +
      'another id for this one, or post exactly the same body to repeat it.',
    errors: [{ field: 'decisionId', message: 'is already used with another body' }],
  },
  'stale-revision': {
    detail:
      'The mandate has moved on to revision 3 since revision 2 was read. Read it again, see whether the decision ' +
      'still fits, and post with If-Match: "3".',
    errors: [{ field: 'If-Match', message: 'is "2", the mandate is at "3"' }],
  },
  'too-large': { detail: 'The body is larger than 1048576 bytes. Split it, or shorten its texts.' },
  'unsupported-media-type': {
    detail: 'The body\'s content type is text/plain; send JSON, with the header "Content-Type: application/json".',
  },
  'rule-broken': {
    detail:
      'The ledger holds 15 for contribution experts of Contribution to EUMM Georgia since 2022-06-17, not 12; check ' +
      'the source, or record the decision that is missing in between first.',
    rule: 'strength-mismatch',
    errors: [
      {
        field: 'effects[0].from',
        message: 'The ledger holds 15 for contribution experts of Contribution to EUMM Georgia …',
      },
    ],
  },
  'too-many-requests': { detail: 'Too many requests. Wait a moment and send it again.' },
  'headers-too-large': { detail: 'The headers are larger than 16 KiB together. Send fewer or shorter ones.' },
  internal: {
    detail:
      'The ledger failed unexpectedly; nothing was acknowledged. Tell its operator the request id ' +
      '0f8fad5b-d9cb-469f-a165-70867728950e.',
  },
  'not-caught-up': { detail: 'Not ready yet: the views are at position 98, the log at 126. Ask again in a moment.' },
  'outcome-unknown': {
    detail:
      'The store did not answer, so it is not known whether this was recorded. Post the same decisionId and body ' +
      'again: it is never recorded twice.',
  },
  unavailable: { detail: 'The event log is not available at the moment. Nothing was recorded; try again later.' },
};

/** @param status if it is not the slug's own: an unknown id is 404 in a path and 422 in a body */
export function problemExample(slug: ProblemSlug, status: number = PROBLEMS[slug]): ProblemDetails {
  return { type: `urn:ledger:problem:${slug}`, title: TITLES[status] ?? 'Error', status, ...SAID[slug] };
}
