/** The three times as query parameters (design, section 2). */
import type { AskedTimes, Known } from '#read-models';
import type { Trouble } from './fields.js';
import { Day, Field } from './fields.js';
import { ListQuery } from './page.query.js';

const SIZE = /^size:(0|[1-9]\d{0,14})$/;
const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

const knownAtTrouble: Trouble = (value) =>
  typeof value === 'string' && (SIZE.test(value) || (INSTANT.test(value) && !Number.isNaN(Date.parse(value))))
    ? null
    : 'must be an instant with its offset, such as 2023-03-01T12:00:00Z (a plus in an address is written %2B), or a ' +
      'size of the log, such as size:118';

export const KnownAt = (): PropertyDecorator => Field(knownAtTrouble, {}, { optional: true });

export interface TimesAsked {
  readonly asOf?: string | undefined;
  readonly decidedBy?: string | undefined;
  readonly knownAt?: string | undefined;
}

/** The three times as query parameters of a read. */
export class TimesQuery implements TimesAsked {
  @Day({ optional: true })
  declare readonly asOf?: string;

  @Day({ optional: true })
  declare readonly decidedBy?: string;

  @KnownAt()
  declare readonly knownAt?: string;
}

/** The same of a list. */
export class ListTimesQuery extends ListQuery implements TimesAsked {
  @Day({ optional: true })
  declare readonly asOf?: string;

  @Day({ optional: true })
  declare readonly decidedBy?: string;

  @KnownAt()
  declare readonly knownAt?: string;
}

/** @param today in Europe/Amsterdam: the day that is asked for where the query names none */
export const askedTimes = ({ asOf, decidedBy, knownAt }: TimesAsked, today: string): AskedTimes => ({
  asOf: asOf ?? today,
  decidedBy: decidedBy ?? null,
  knownAt: knownOf(knownAt),
});

/** Null where the parameter was left out: all that is known. */
export function knownOf(knownAt: string | undefined): Known | null {
  if (knownAt === undefined) return null;
  const size = SIZE.exec(knownAt)?.[1];
  return size === undefined ? { ms: Date.parse(knownAt) } : { size: Number(size) };
}
