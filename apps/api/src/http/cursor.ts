/**
 * Cursors are opaque to callers: the key of the last item shown, in base64url; where a search orders the items, their
 * rank.
 */
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

/** @throws {Problem} 400 invalid: the cursor is not one that a list of this kind gave out */
export const keyOf = (cursor: string | null, kind: Kind): string | number | null =>
  read(cursor, new RegExp(`^${KEYS[kind]}$`)) as string | number | null;

/** The same for what a search orders. @throws {Problem} 400 invalid */
export const mandateRankOf = (cursor: string | null): MandateRank | null =>
  read(cursor, new RegExp(`^\\[${TIER},${NUMBER}\\]$`)) as MandateRank | null;

/** @throws {Problem} 400 invalid */
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

/**
 * `{"items":[…],"nextCursor":null,…}` from items that are JSON text already, with the times as they were understood.
 */
export const listOf = ({ items, next }: PageOf<unknown>, times: object = {}): string =>
  `{"items":[${items.join(',')}],"nextCursor":${next === null ? 'null' : `"${cursorOf(next)}"`}${membersOf(times)}}`;

const membersOf = (times: object): string =>
  Object.keys(times).length === 0 ? '' : `,${JSON.stringify(times).slice(1, -1)}`;
