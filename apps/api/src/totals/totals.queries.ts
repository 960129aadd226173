import type { ListPage } from '../http/page.js';
import { Query } from '@nestjs/cqrs';
import type { Grouping } from '#mandate';
import type { AskedTimes } from '#read-models';

/** Head counts of the mandates in force, by group. */
export class GetTotals extends Query<ListPage> {
  constructor(
    readonly by: Grouping,
    readonly times: AskedTimes,
  ) {
    super();
  }
}
