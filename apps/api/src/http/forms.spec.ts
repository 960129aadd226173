import { acceptedForm, formOf } from './forms.js';

describe('the form that an Accept header asks for', () => {
  it.each([
    [undefined, 'json'],
    ['', 'json'],
    ['*/*', 'json'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'json'],
    ['application/pdf', 'json'],
    ['text/*', 'json'],
    ['text/csv', 'csv'],
    ['TEXT/CSV; charset=utf-8; header=present', 'csv'],
    ['application/x-ndjson', 'ndjson'],
    ['text/csv, */*', 'csv'],
    ['text/csv;q=0.5, */*', 'json'],
    ['text/csv;q=0.5, application/json;q=0.4', 'csv'],
    ['application/json, text/csv', 'json'],
    ['text/csv, application/json', 'csv'],
    ['text/csv;q=0.8, application/x-ndjson;q=0.9', 'ndjson'],
    ['text/csv;q=0', 'json'],
    ['text/csv;q=0, application/x-ndjson;q=0.1', 'ndjson'],
    ['text/csv;q=nonsense', 'json'],
    ['text/csvx', 'json'],
    ['application/json;q=0, text/csv;q=0.1, */*', 'csv'],
  ])('%p is %s', (accept, form) => {
    expect(acceptedForm(accept)).toBe(form);
  });

  it('does not matter when the parameter names one', () => {
    expect([formOf('json', 'text/csv'), formOf('ndjson', 'text/csv'), formOf(undefined, 'text/csv')]).toEqual([
      'json',
      'ndjson',
      'csv',
    ]);
  });
});
