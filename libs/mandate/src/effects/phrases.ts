/** Parts of the phrases by which effects are told. */
import type { Strength } from '../strength.js';
import { describeStrength } from '../strength.js';
import type { Until } from '../term-date.js';
import { isOpenEnd } from '../term-date.js';

const OPEN_END = {
  open: 'without an end',
  'to-be-determined': 'until a day to be determined',
  'not-stated': 'until a day that is not stated',
} as const;

/** `until 2025-07-31`, or the reason why there is no day. */
export const untilWords = (end: Until): string => (isOpenEnd(end) ? OPEN_END[end] : `until ${end}`);
export const fromWords = (begin: string | undefined): string => (begin === undefined ? '' : ` from ${begin}`);
export const sinceWords = (begin: string | undefined): string => (begin === undefined ? '' : ` from ${begin} on`);
export const fromStrength = (strength: Strength | undefined): string =>
  strength === undefined ? '' : ` from ${describeStrength(strength)}`;
/** The contribution that an effect is about; nothing where it is about the whole mandate. */
export const partWords = (contributionId: string | undefined): string =>
  contributionId === undefined ? '' : ` ${contributionId}`;
