/** The member that an item of a searched list has in addition. */
import { PLACES } from '#read-models';
import { objectOf, oneOf, text } from '../openapi/schema.js';

export interface Match {
  readonly in: string;
  readonly text: string;
}

export const MATCH = objectOf<Match>(
  {
    in: oneOf(PLACES),
    text: { ...text, description: 'HTML: the text around the words that were found, which stand within <mark>' },
  },
  'Where the words were found; only in a list with q',
);
