/** Bodies of decisions and repairs that Swagger UI offers. Each works unchanged on the dataset of the letter. */

/** Recorded by the first of DECISION_EXAMPLES, and repaired by the examples of repairs. */
export const EXAMPLE_DECISION = 'example-eumm-georgia-18';

export const DECISION_EXAMPLES = {
  increase: {
    summary: 'Raise EUMM Georgia from fifteen to eighteen',
    description: 'Not a real decision. Afterwards ask for mandate eumm-georgia as of 2023-04-01.',
    value: {
      decisionId: EXAMPLE_DECISION,
      mandateId: 'eumm-georgia',
      decidedOn: '2023-03-01',
      source: { documentId: 'kst-29521-446', locator: 'example of Swagger UI, not in the letter' },
      rationale: 'Example from Swagger UI; the cabinet took no such decision.',
      effects: [{ type: 'increase', from: { exactly: 15 }, to: { exactly: 18 } }],
    },
  },
  study: {
    summary: 'Open a study of a new contribution',
    description: 'Not a real decision. It opens a mandate of its own.',
    value: {
      decisionId: 'example-eumm-georgia-unit',
      mandateId: 'example-study',
      decidedOn: '2023-03-01',
      source: { documentId: 'kst-29521-446', locator: 'example of Swagger UI, not in the letter' },
      effects: [
        {
          type: 'study',
          studyId: 'monitoring-unit',
          subject: 'Whether to send a monitoring unit to Georgia',
          target: { missions: ['eumm-georgia'] },
          notified: true,
        },
      ],
    },
  },
  contradiction: {
    summary: 'A contradiction, refused with 422',
    description: 'The ledger holds fifteen on that day, not twelve.',
    value: {
      decisionId: 'example-contradiction',
      mandateId: 'eumm-georgia',
      decidedOn: '2022-09-01',
      source: { documentId: 'kst-29521-446', locator: 'example of Swagger UI, not in the letter' },
      effects: [{ type: 'increase', from: { exactly: 12 }, to: { exactly: 20 } }],
    },
  },
} as const;

export const CORRECTION_EXAMPLES = {
  strength: {
    summary: 'It was seventeen, not eighteen',
    description: 'Not a real decision. First post the first example of POST /v1/decisions.',
    value: {
      decisionId: 'example-eumm-georgia-17',
      reason: 'The clerk misread the figure.',
      replacement: { effects: [{ type: 'increase', from: { exactly: 15 }, to: { exactly: 17 } }] },
    },
  },
} as const;

export const ANNULMENT_EXAMPLES = {
  example: {
    summary: 'The cabinet took no such decision',
    description: 'First post the first example of POST /v1/decisions.',
    value: {
      decisionId: 'example-eumm-georgia-annulled',
      reason: 'An example of Swagger UI; the cabinet took no such decision.',
    },
  },
} as const;
