/** The forms in which a list is taken away: JSON, CSV for spreadsheets, NDJSON for programs. */
import { CSV_TYPE, JSON_TYPE, NDJSON_TYPE } from './media-types.js';

export const FORMS = ['json', 'csv', 'ndjson'] as const;
export type Form = (typeof FORMS)[number];

export const TYPE_OF: Readonly<Record<Form, string>> = { json: JSON_TYPE, csv: CSV_TYPE, ndjson: NDJSON_TYPE };

const BY_TYPE = new Map<string, Form>([
  ['application/json', 'json'],
  ['text/csv', 'csv'],
  ['application/x-ndjson', 'ndjson'],
]);

/** A range that means JSON where JSON itself is not named, since it is what is sent unasked. */
const JSON_RANGES: ReadonlySet<string> = new Set(['*/*', 'application/*']);

/**
 * The form that an Accept header likes best; of those that it likes equally the one that it names first. JSON where it
 * names none of
 * the three.
 */
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

/** The form of an answer: the parameter `format` goes before the Accept header. */
export const formOf = (format: Form | undefined, accept: string | undefined): Form => format ?? acceptedForm(accept);
