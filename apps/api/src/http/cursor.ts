/** Cursors, opaque to clients: the key of the last item shown, or its rank in a search, as base64url of JSON. */
import type { DecisionRank, MandateRank, PageOf } from '#read-models';
import { TIERS } from '#read-models';
import { Problem } from './problem.js';

type Kind = 'string' | 'number' | 'sortKey';

export const cursorOf = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url');

const KEYS: Readonly<Record<Kind, string>> = {
  string: '"[a-z0-9-]{1,100}"',
  number: '(?:0|[1-9]\\d{0,14})',
  sortKey: '"(?:~|\\d{4}-\\d\\d-\\d\\d) \\d [a-z0-9.-]{1,400}"',
};
const NUMBER = '(?:0|[1-9]\\d{0,8})';
const TIER = `[1-${TIERS.length}]`;

/** The key in a cursor. @throws {Problem} 400 invalid: no list of this kind gave out that cursor */
export const keyOf = (cursor: string | null, kind: Kind): string | number | null =>
  read(cursor, new RegExp(`^${KEYS[kind]}$`)) as string | number | null;

/** The rank of a mandate in a cursor of a search. @throws {Problem} 400 invalid */
export const mandateRankOf = (cursor: string | null): MandateRank | null =>
  read(cursor, new RegExp(`^\\[${TIER},${NUMBER}\\]$`)) as MandateRank | null;

/** The rank of a decision in a cursor of a search. @throws {Problem} 400 invalid */
export const decisionRankOf = (cursor: string | null): DecisionRank | null =>
  read(cursor, new RegExp(`^\\[${TIER},${NUMBER},${NUMBER}\\]$`)) as DecisionRank | null;

function read(cursor: string | null, form: RegExp): unknown {
  if (cursor === null) return null;
  const text = Buffer.from(cursor, 'base64url').toString();
  if (form.test(text) && Buffer.from(text).toString('base64url') === cursor) return JSON.parse(text);
  throw new Problem(
    'invalid',
    'The cursor is not one that this list gave out. Take it from nextCursor of the page before, or leave it out to ' +
      'begin anew.',
    {
      errors: [{ field: 'cursor', message: 'is not a cursor of this list' }],
    },
  );
}

/** `{"items":[…],"nextCursor":null,…}` from items as JSON text. @param beside the members beside the items */
export const listOf = ({ items, next }: PageOf<unknown>, beside: object = {}): string =>
  `{"items":[${items.join(',')}],"nextCursor":${next === null ? 'null' : `"${cursorOf(next)}"`}${membersOf(beside)}}`;

const membersOf = (beside: object): string =>
  Object.keys(beside).length === 0 ? '' : `,${JSON.stringify(beside).slice(1, -1)}`;
