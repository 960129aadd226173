import type { ListPage, Page } from '../http/page.js';
import { Query } from '@nestjs/cqrs';

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
