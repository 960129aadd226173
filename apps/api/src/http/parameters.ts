/** Fields of queries. A parameter always arrives as text; its schema says what the text stands for. */
import type { FieldOptions } from './fields.js';
import { Field } from './fields.js';

/** At most 15 digits, so that JavaScript holds the number exactly. */
const WHOLE_NUMBER = /^(0|[1-9]\d{0,14})$/;

/** A whole number as text. @param schema what the OpenAPI document adds to its type */
export const WholeNumber = (
  words: string,
  schema: { readonly minimum: number; readonly example?: string },
  options?: FieldOptions,
): PropertyDecorator =>
  Field((value) => (WHOLE_NUMBER.test(String(value)) ? null : words), { type: 'integer', ...schema }, options);

/** `true` or `false` as text. */
export const Switch = (options?: FieldOptions): PropertyDecorator =>
  Field(
    (value) => (value === 'true' || value === 'false' ? null : 'must be true or false'),
    { type: 'boolean' },
    options,
  );
