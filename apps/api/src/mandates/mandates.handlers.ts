import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import { timesShown } from '#read-models';
import type { JsonText, ListPage } from '../http/page.js';
import { keyOf } from '../http/cursor.js';
import { Views } from '../views/views.js';
import { GetCurrentMandates, GetMandate, GetMandateHistory } from './mandates.queries.js';

@QueryHandler(GetCurrentMandates)
export class GetCurrentMandatesHandler implements IQueryHandler<GetCurrentMandates> {
  constructor(private readonly views: Views) {}

  execute({ times, filters, page }: GetCurrentMandates): Promise<ListPage> {
    const after = keyOf(page.cursor, 'string') as string | null;
    const list = this.views.mandates.list({ ...times, ...filters }, { after, limit: page.limit });
    return Promise.resolve({ ...list, size: list.times.size, shown: timesShown(list.times) });
  }
}

@QueryHandler(GetMandate)
export class GetMandateHandler implements IQueryHandler<GetMandate> {
  constructor(private readonly views: Views) {}

  execute({ mandateId, times, revision }: GetMandate): Promise<{ json: JsonText; revision: number } | null> {
    return Promise.resolve(
      revision === null
        ? this.views.mandates.one(mandateId, times)
        : this.views.mandates.atRevision(mandateId, times, revision),
    );
  }
}

@QueryHandler(GetMandateHistory)
export class GetMandateHistoryHandler implements IQueryHandler<GetMandateHistory> {
  constructor(private readonly views: Views) {}

  execute({ mandateId, known, page }: GetMandateHistory): Promise<ListPage | null> {
    const after = keyOf(page.cursor, 'number') as number | null;
    const history = this.views.events.history(mandateId, known, { after, limit: page.limit });
    return Promise.resolve(history === null ? null : { ...history, shown: { knownAt: `size:${history.size}` } });
  }
}
