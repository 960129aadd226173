/** The parameter `q` of the lists that can be searched. */
import { MOST_TERMS, termsOf } from '#read-models';
import type { Trouble } from '../http/fields.js';
import { Field, textTrouble } from '../http/fields.js';

const LONGEST = 200;

const trouble: Trouble = (value, body) => {
  const textual = textTrouble(LONGEST)(value, body);
  if (textual !== null) return textual;
  const terms = termsOf(value as string).length;
  if (terms === 0) return 'has no letter or digit to look for; give a word';
  return terms > MOST_TERMS
    ? `has ${terms} words; at most ${MOST_TERMS} are looked for, so leave some out or put phrases in double quotes`
    : null;
};

export const Search = (): PropertyDecorator => Field(trouble, {}, { optional: true });

export const SEARCH_SCHEMA = { type: 'string', minLength: 1, maxLength: LONGEST } as const;
