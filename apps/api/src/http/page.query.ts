/** The query parameters of lists. */
import { IntersectionType } from '@nestjs/swagger';
import { Field, OneOf } from './fields.js';
import type { Form } from './forms.js';
import { FORMS } from './forms.js';
import { Problem } from './problem.js';

const DEFAULT_LIMIT = 100;
const HIGHEST_LIMIT = 1000;

/** The parameters of every list. */
export class PageQuery {
  @Field(
    (value) =>
      /^[1-9]\d{0,3}$/.test(String(value)) && Number(value) <= HIGHEST_LIMIT
        ? null
        : `must be a whole number from 1 to ${HIGHEST_LIMIT}`,
    { type: 'integer', minimum: 1, maximum: HIGHEST_LIMIT, default: DEFAULT_LIMIT },
    { optional: true, description: 'The number of items on a page.' },
  )
  declare readonly limit?: string;

  @Field(
    (value) => (/^[\w-]{1,600}$/.test(String(value)) ? null : 'must be a nextCursor of this list'),
    { type: 'string' },
    { optional: true, description: 'The nextCursor of the page before.' },
  )
  declare readonly cursor?: string;
}

/** The parameter `format` of an answer that comes in several forms. */
export const FormatField = (forms: readonly string[], more = ''): PropertyDecorator =>
  OneOf(forms, { optional: true, description: `Takes precedence over the Accept header.${more}`, default: 'json' });

export const WHOLE_LIST =
  ' Without limit, csv and ndjson give the whole list. With limit they give one page, and the Link header names the ' +
  'next one.';

export class FormatQuery {
  @FormatField(FORMS, WHOLE_LIST)
  declare readonly format?: Form;
}

/** The parameters of a list that comes in several forms (take-away.ts). */
export class ListQuery extends IntersectionType(FormatQuery, PageQuery) {}

export const pageOf = ({ limit, cursor }: PageQuery): { limit: number; cursor: string | null } => ({
  limit: limit === undefined ? DEFAULT_LIMIT : Number(limit),
  cursor: cursor ?? null,
});

/** For a route without parameters: any parameter is refused. */
export class NoQuery {}

/** @param message what is wrong with the parameter and what to do, to be read after its name */
export const refusedQuery = (field: string, message: string): Problem =>
  new Problem('invalid', `The query cannot be taken: ${field} ${message}.`, { errors: [{ field, message }] });
