/** Cursors are opaque to callers: the key of the last item shown, in base64url. */
import type { PageOf } from '#read-models/page.js';
import { Problem } from './http/problem.js';

export const cursorOf = (key: string | number): string => Buffer.from(JSON.stringify(key)).toString('base64url');

const KEYS = { string: /^"[a-z0-9-]{1,100}"$/, number: /^(0|[1-9]\d{0,14})$/, sortKey: /^"(~|\d{4}-\d\d-\d\d) \d [a-z0-9.-]{1,400}"$/ };

/** @throws {Problem} 400 invalid: the cursor is not one that a list of this kind gave out */
export function keyOf(cursor: string | null, kind: keyof typeof KEYS): string | number | null {
  if (cursor === null) return null;
  const text = Buffer.from(cursor, 'base64url').toString();
  if (KEYS[kind].test(text) && Buffer.from(text).toString('base64url') === cursor) return JSON.parse(text) as string | number;
  throw new Problem(
    'invalid',
    'The cursor is not one that this list gave out. Take it from nextCursor of the page before, or leave it out to begin anew.',
    {
      errors: [{ field: 'cursor', message: 'is not a cursor of this list' }],
    },
  );
}

/** `{"items":[…],"nextCursor":null,…}` from items that are JSON text already, with the times as they were understood. */
export const listOf = ({ items, next }: PageOf, times: object = {}): string =>
  `{"items":[${items.join(',')}],"nextCursor":${next === null ? 'null' : `"${cursorOf(next)}"`}${membersOf(times)}}`;

const membersOf = (times: object): string => (Object.keys(times).length === 0 ? '' : `,${JSON.stringify(times).slice(1, -1)}`);
