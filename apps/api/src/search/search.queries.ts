import { Query } from '@nestjs/cqrs';
import type { JsonText, MandateFilters, Page } from '../mandates/mandates.queries.js';

/** Mandates in which every word of `q` is found, the best first. */
export class FindMandates extends Query<JsonText> {
  constructor(
    readonly q: string,
    readonly asOf: string,
    readonly filters: MandateFilters,
    readonly page: Page,
  ) {
    super();
  }
}

/** The same of decisions. */
export class FindDecisions extends Query<JsonText> {
  constructor(
    readonly q: string,
    /** Only of this mandate, where given. */
    readonly mandateId: string | null,
    readonly page: Page,
  ) {
    super();
  }
}
