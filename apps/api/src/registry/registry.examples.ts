/** Bodies of missions and documents that Swagger UI offers. Each works unchanged on the dataset of the letter. */

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
