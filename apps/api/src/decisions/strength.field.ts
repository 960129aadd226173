/** A strength in a body: one of six wordings, so an object with exactly one key (docs/domain.md). */
import type { Strength } from '#mandate';
import type { FieldOptions, Trouble } from '../http/fields.js';
import { Field, isWhole } from '../http/fields.js';
import { named } from '../openapi/schema.js';

/** No contribution has more heads than this. */
const MOST = 1_000_000;
const WORDS =
  'must be exactly one of {"exactly":12}, {"atMost":15}, {"atLeast":1}, {"between":[2,3]}, {"about":120}, ' +
  '{"undisclosed":true}';
const COUNTS = ['exactly', 'atMost', 'atLeast', 'about'];

export const strengthTrouble: Trouble = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return WORDS;
  const keys = Object.keys(value);
  const key = keys[0];
  if (keys.length !== 1 || key === undefined) return WORDS;
  const said = (value as Record<string, unknown>)[key];
  if (key === 'undisclosed') return said === true ? null : 'undisclosed can only be true';
  if (key === 'between') return betweenTrouble(said);
  if (!COUNTS.includes(key)) return WORDS;
  return isWhole(said, 0, MOST) ? null : `${key} must be a whole number from 0 to ${MOST}`;
};

function betweenTrouble(said: unknown): string | null {
  if (!Array.isArray(said) || said.length !== 2 || !said.every((heads) => isWhole(heads, 0, MOST)))
    return `between must be two whole numbers from 0 to ${MOST}, such as [2,3]`;
  return (said[0] as number) < (said[1] as number)
    ? null
    : 'between must have the smaller number first; write exactly where both are the same';
}

const count = { type: 'integer', minimum: 0, maximum: MOST };
const wording = (key: string, schema: object): object => ({
  type: 'object',
  properties: { [key]: schema },
  required: [key],
  additionalProperties: false,
});

export const STRENGTH = named<Strength>('Strength', {
  description: 'Heads as the source words them: exactly one of the six.',
  oneOf: [
    ...COUNTS.map((key) => wording(key, count)),
    wording('between', { type: 'array', items: count, minItems: 2, maxItems: 2 }),
    wording('undisclosed', { type: 'boolean', enum: [true] }),
  ],
});

export const StrengthField = (options: FieldOptions = {}): PropertyDecorator =>
  Field(strengthTrouble, { allOf: [STRENGTH] }, options);
