import { Query } from '@nestjs/cqrs';
import type { DecisionCriteria } from '#read-models/decisions.view.js';
import type { AskedTimes } from '#read-models/times.js';
import type { ListPage } from '../http/take-away.js';
import type { MandateFilters, Page } from '../mandates/mandates.queries.js';

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
