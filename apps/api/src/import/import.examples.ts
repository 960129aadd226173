/** The lines that Swagger UI offers for an import, as one text. They work unchanged on the letter's dataset. */
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
