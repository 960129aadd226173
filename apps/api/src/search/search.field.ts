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

/** @param texts the texts that are searched */
export const Search = (texts: string): PropertyDecorator =>
  Field(
    trouble,
    {
      type: 'string',
      minLength: 1,
      maxLength: LONGEST,
      // Swagger UI sends the first example when nothing is chosen.
      examples: {
        none: { summary: 'No search', value: '' },
        word: { summary: 'A word without its diacritics, or half a word', value: 'georgie' },
        words: { summary: 'A phrase and a word', value: '"monitoring mission" russian' },
      },
    },
    {
      optional: true,
      description:
        `Words that must all be found in ${texts}. Case and diacritics do not count. The last word may be half a ` +
        'word, a phrase stands in double quotes, and other signs separate words. Each item then has match, the text ' +
        'that was found. Items found by a title or a name come first, then those found by what is decided, by a ' +
        'rationale, by a locator, by a document alone; within each group the latest mandate comes first. A page may ' +
        'be shorter than its limit; the list ends only where nextCursor is null.',
    },
  );
