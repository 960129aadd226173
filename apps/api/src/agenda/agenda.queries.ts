import type { ListPage, Page } from '../http/page.js';
import { Query } from '@nestjs/cqrs';

/** The items from one day to another, both included, and all items without a day. */
export class GetAgenda extends Query<ListPage> {
  constructor(
    readonly from: string,
    readonly to: string,
    readonly page: Page,
  ) {
    super();
  }
}

/** When the newest event was recorded, and how many items have no day. A calendar states both. */
export class GetAgendaStamp extends Query<{ readonly recordedAt: Date; readonly undated: number }> {}
