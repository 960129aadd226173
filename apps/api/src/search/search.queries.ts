import { Query } from '@nestjs/cqrs';
import type { AskedTimes, DecisionCriteria } from '#read-models';
import type { ListPage, Page } from '../http/page.js';
import type { MandateFilters } from '../mandates/mandates.queries.js';

/** Mandates in which every word of `q` is found, the best first. */
export class FindMandates extends Query<ListPage> {
  constructor(
    readonly q: string,
    readonly times: AskedTimes,
    readonly filters: MandateFilters,
    readonly page: Page,
  ) {
    super();
  }
}

/** The same of decisions. */
export class FindDecisions extends Query<ListPage> {
  constructor(
    readonly q: string,
    readonly criteria: DecisionCriteria,
    readonly page: Page,
  ) {
    super();
  }
}
