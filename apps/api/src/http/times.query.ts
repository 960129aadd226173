/** The three times as query parameters (docs/http-api.md): asOf, decidedBy and knownAt. */
import { IntersectionType } from '@nestjs/swagger';
import type { AskedTimes, Known } from '#read-models';
import type { Trouble } from './fields.js';
import { Day, Field } from './fields.js';
import { FormatQuery, PageQuery } from './page.query.js';

/** The first day on which every example of the letter holds. By today nearly all of its terms have run out. */
export const EXAMPLE_DAY = '2022-07-01';

const SIZE = /^size:(0|[1-9]\d{0,14})$/;
const INSTANT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

const knownAtTrouble: Trouble = (value) =>
  typeof value === 'string' && (SIZE.test(value) || (INSTANT.test(value) && !Number.isNaN(Date.parse(value))))
    ? null
    : 'must be an instant with its offset, such as 2023-03-01T12:00:00Z (a plus in an address is written %2B), or a ' +
      'size of the log, such as size:118';

/** An instant, or a size of the log. */
export const Moment = (description: string): PropertyDecorator =>
  Field(knownAtTrouble, { type: 'string' }, { optional: true, description });

export const KnownAt = (): PropertyDecorator =>
  Moment(
    'What the ledger had recorded by then: an instant (2023-03-01T12:00:00Z), or a size of the log (size:118), which ' +
      'is exact whatever the clocks said. Without it, everything recorded counts. The answer gives the size that was ' +
      'understood.',
  );

/** The three times as query parameters of a read. */
export class TimesQuery {
  @Day({
    optional: true,
    description:
      'The day whose state is asked for. Without it, today in Europe/Amsterdam. By today nearly every term of the ' +
      `letter has run out, so the example asks for ${EXAMPLE_DAY}.`,
    example: EXAMPLE_DAY,
  })
  declare readonly asOf?: string;

  @Day({
    optional: true,
    description: 'Decisions that the cabinet took on later days do not count. Without it, all decisions count.',
  })
  declare readonly decidedBy?: string;

  @KnownAt()
  declare readonly knownAt?: string;
}

/** The three times of a list. */
export class ListTimesQuery extends IntersectionType(PageQuery, FormatQuery, TimesQuery) {}

/** The members of an answer that repeat the three times as they were understood. */
export interface TimesShown {
  readonly asOf: string;
  readonly decidedBy: string | null;
  /** As the parameter takes it. */
  readonly knownAt: string;
}

/** @param today in Europe/Amsterdam: the day of a query without `asOf` */
export const askedTimes = ({ asOf, decidedBy, knownAt }: TimesQuery, today: string): AskedTimes => ({
  asOf: asOf ?? today,
  decidedBy: decidedBy ?? null,
  knownAt: knownOf(knownAt),
});

/** Null without the parameter: everything recorded is known. */
export function knownOf(knownAt: string | undefined): Known | null {
  if (knownAt === undefined) return null;
  const size = SIZE.exec(knownAt)?.[1];
  return size === undefined ? { ms: Date.parse(knownAt) } : { size: Number(size) };
}
