/** The forms of a list: JSON, CSV for spreadsheets, NDJSON for programs. */
import { CSV_TYPE, JSON_TYPE, NDJSON_TYPE } from './media-types.js';

export const FORMS = ['json', 'csv', 'ndjson'] as const;
export type Form = (typeof FORMS)[number];

export const TYPE_OF: Readonly<Record<Form, string>> = { json: JSON_TYPE, csv: CSV_TYPE, ndjson: NDJSON_TYPE };

const BY_TYPE = new Map<string, Form>([
  ['application/json', 'json'],
  ['text/csv', 'csv'],
  ['application/x-ndjson', 'ndjson'],
]);

/** Ranges that stand for JSON in a header that does not name JSON, because JSON is the default. */
const JSON_RANGES: ReadonlySet<string> = new Set(['*/*', 'application/*']);

/** The form that an Accept header prefers; among equals the first that it names. JSON if it names none of the three. */
export function acceptedForm(accept: string | undefined): Form {
  if (accept === undefined || !/csv|ndjson/i.test(accept)) return 'json';
  const named = new Map<Form, number>();
  let unnamed = 0;
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = qualityOf(parameters);
    const form = BY_TYPE.get(type);
    if (form !== undefined) named.set(form, Math.max(quality, named.get(form) ?? 0));
    else if (JSON_RANGES.has(type)) unnamed = Math.max(unnamed, quality);
  }
  if (!named.has('json')) named.set('json', unnamed);
  const [best] = [...named].sort(([, a], [, b]) => b - a);
  return best === undefined || best[1] === 0 ? 'json' : best[0];
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = given === undefined ? 1 : Number(given.slice(2));
  return quality >= 0 && quality <= 1 ? quality : 0;
}

/** The form of an answer. The parameter `format` takes precedence over the Accept header. */
export const formOf = (format: Form | undefined, accept: string | undefined): Form => format ?? acceptedForm(accept);
