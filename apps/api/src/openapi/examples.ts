/** Bodies that Swagger UI offers; each works as it stands on the letter's dataset, also when it is sent twice. */

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

/** Recorded by the first example of POST /v1/decisions. */
export const REPAIRED_EXAMPLE = 'example-eumm-georgia-18';

export const CORRECTION_EXAMPLES = {
  strength: {
    summary: 'It was seventeen, not eighteen',
    description: 'Not a real decision. Post the first example of POST /v1/decisions before.',
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
    description: 'Post the first example of POST /v1/decisions before.',
    value: {
      decisionId: 'example-eumm-georgia-annulled',
      reason: 'An example of Swagger UI; the cabinet took no such decision.',
    },
  },
} as const;

export const MISSION_EXAMPLE = 'example-mission';
export const MISSION_EXAMPLES = {
  mission: {
    summary: 'A mission that is not in the letter',
    value: {
      name: 'EU Military Assistance Mission Ukraine',
      organisation: 'EU',
      region: 'eastern-flank',
      kind: 'military',
      countries: ['UA'],
    },
  },
} as const;

export const DOCUMENT_EXAMPLE = 'example-letter';
export const DOCUMENT_EXAMPLES = {
  document: {
    summary: 'A letter that decisions can be cited from',
    value: {
      title: 'Example of a letter',
      date: '2023-03-01',
      signatories: ['A minister'],
      costs: [{ year: 2023, currency: 'EUR', atMost: 1000000 }],
    },
  },
} as const;

/** As one text, since that is what is sent. */
export const IMPORT_EXAMPLES = {
  lines: {
    summary: 'A document, and a decision that is cited from it',
    description: 'Not real ones. Sent twice, every line is answered with 200.',
    value: [
      { documentId: 'example-imported-letter', title: 'Example of an imported letter', date: '2023-03-01' },
      {
        decisionId: 'example-imported-untso',
        mandateId: 'untso',
        decidedOn: '2023-03-01',
        source: { documentId: 'example-imported-letter', locator: 'example of Swagger UI, not in the letter' },
        effects: [{ type: 'reserve', right: 'Example from Swagger UI; the cabinet took no such decision.' }],
      },
    ]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  },
} as const;
