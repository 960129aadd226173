import { Query } from '@nestjs/cqrs';
import type { ListPage } from '../http/take-away.js';
import type { Page } from '../mandates/mandates.queries.js';

/** What is to come from one day to another, both included, and whatever has no day yet. */
export class GetAgenda extends Query<ListPage> {
  constructor(
    readonly from: string,
    readonly to: string,
    readonly page: Page,
  ) {
    super();
  }
}

/** What a calendar of the agenda says of itself. */
export class GetAgendaStamp extends Query<{ readonly recordedAt: Date; readonly undated: number }> {}
