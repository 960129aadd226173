import type { ClassOf } from './fields.js';
import { Field, OneOf } from './fields.js';
import type { Form } from './forms.js';
import { FORMS } from './forms.js';
import { Problem } from './problem.js';
import { validateBody } from './validate-body.js';

/** Query parameters that every list takes. */
export class PageQuery {
  @Field(
    (value) =>
      /^[1-9]\d{0,3}$/.test(String(value)) && Number(value) <= 1000 ? null : 'must be a whole number from 1 to 1000',
    {},
    { optional: true },
  )
  declare readonly limit?: string;

  @Field(
    (value) => (/^[\w-]{1,600}$/.test(String(value)) ? null : 'must be a nextCursor of this list'),
    {},
    { optional: true },
  )
  declare readonly cursor?: string;
}

/** Query parameters of a list that can be taken away in several forms (take-away.ts). */
export class ListQuery extends PageQuery {
  @OneOf(FORMS, { optional: true })
  declare readonly format?: Form;
}

const DEFAULT_LIMIT = 100;

export const pageOf = ({ limit, cursor }: PageQuery): { limit: number; cursor: string | null } => ({
  limit: limit === undefined ? DEFAULT_LIMIT : Number(limit),
  cursor: cursor ?? null,
});

/** Takes no parameter at all. */
export class NoQuery {
  @Field(() => null, {}, { optional: true })
  declare private readonly none?: never;
}

/** The query parameters, known to be those of the DTO, each given once. @throws {Problem} 400 invalid */
export function validateQuery<T extends object>(dto: ClassOf<T>, query: unknown): T {
  for (const [name, value] of Object.entries(query as object))
    if (Array.isArray(value)) {
      const message = 'was given more than once; give it once';
      throw refusedQuery(name, message);
    }
  return validateBody(dto, query, 'The query');
}

/** @param message what is wrong with the parameter and what to do, to be read after its name */
export const refusedQuery = (field: string, message: string): Problem =>
  new Problem('invalid', `The query cannot be taken: ${field} ${message}.`, { errors: [{ field, message }] });
