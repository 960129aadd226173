import { Query } from '@nestjs/cqrs';
import type { Status } from '#mandate';
import type { AskedTimes, Known } from '#read-models';
import type { JsonText, ListPage, Page } from '../http/page.js';

export interface MandateFilters {
  readonly status?: Status;
  readonly organisation?: string;
  readonly region?: string;
  readonly mission?: string;
  readonly category?: string;
  /** A full date: in force on asOf, with a term that ends before it. */
  readonly expiringBefore?: string;
}

export class GetCurrentMandates extends Query<ListPage> {
  constructor(
    readonly times: AskedTimes,
    readonly filters: MandateFilters,
    readonly page: Page,
  ) {
    super();
  }
}

/** Null when there is no such mandate (or no such revision). */
export class GetMandate extends Query<{ readonly json: JsonText; readonly revision: number } | null> {
  constructor(
    readonly mandateId: string,
    readonly times: AskedTimes,
    readonly revision: number | null,
  ) {
    super();
  }
}

export class GetMandateHistory extends Query<ListPage | null> {
  constructor(
    readonly mandateId: string,
    readonly known: Known | null,
    readonly page: Page,
  ) {
    super();
  }
}
