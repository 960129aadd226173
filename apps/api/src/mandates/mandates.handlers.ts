import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import { keyOf, listOf } from '../cursor.js';
import { timesShown } from '#read-models/times.js';
import { Views } from '../views/views.js';
import type { JsonText } from './mandates.queries.js';
import { GetCurrentMandates, GetMandate, GetMandateHistory } from './mandates.queries.js';

@QueryHandler(GetCurrentMandates)
export class GetCurrentMandatesHandler implements IQueryHandler<GetCurrentMandates> {
  constructor(private readonly views: Views) {}

  execute({ times, filters, page }: GetCurrentMandates): Promise<JsonText> {
    const after = keyOf(page.cursor, 'string') as string | null;
    const list = this.views.mandates.list({ ...times, ...filters }, { after, limit: page.limit });
    return Promise.resolve(listOf(list, timesShown(list.times)));
  }
}

@QueryHandler(GetMandate)
export class GetMandateHandler implements IQueryHandler<GetMandate> {
  constructor(private readonly views: Views) {}

  execute({ mandateId, times, revision }: GetMandate): Promise<{ json: JsonText; revision: number } | null> {
    return Promise.resolve(
      revision === null ? this.views.mandates.one(mandateId, times) : this.views.mandates.atRevision(mandateId, times, revision),
    );
  }
}

@QueryHandler(GetMandateHistory)
export class GetMandateHistoryHandler implements IQueryHandler<GetMandateHistory> {
  constructor(private readonly views: Views) {}

  execute({ mandateId, known, page }: GetMandateHistory): Promise<JsonText | null> {
    const after = keyOf(page.cursor, 'number') as number | null;
    const history = this.views.events.history(mandateId, known, { after, limit: page.limit });
    return Promise.resolve(history === null ? null : listOf(history, { knownAt: `size:${history.size}` }));
  }
}
