import type { ListPage, Page } from '../http/page.js';
import { Query } from '@nestjs/cqrs';
import type { AskedTimes, Known } from '#read-models';

/** What differs between two days, by the decisions that count and what is known. */
export class GetChanges extends Query<ListPage> {
  constructor(
    readonly from: string,
    readonly to: string,
    readonly asked: Omit<AskedTimes, 'asOf'>,
    readonly page: Page,
  ) {
    super();
  }
}

/** What the ledger learnt between two moments, as the mandates stand on a day. */
export class GetLearntChanges extends Query<
  ListPage & { readonly known: { readonly from: Known; readonly to: Known } }
> {
  constructor(
    readonly from: Known,
    readonly to: Known,
    readonly asked: Omit<AskedTimes, 'knownAt'>,
    readonly page: Page,
  ) {
    super();
  }
}
