import { Query } from '@nestjs/cqrs';
import type { Grouping } from '#mandate/totals.js';
import type { AskedTimes } from '#read-models/times.js';
import type { ListPage } from '../http/take-away.js';

/** Head counts of the mandates in force, by group. */
export class GetTotals extends Query<ListPage> {
  constructor(
    readonly by: Grouping,
    readonly times: AskedTimes,
  ) {
    super();
  }
}
