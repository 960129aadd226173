import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import type { PageOf } from '#read-models/page.js';
import { keyOf } from '../cursor.js';
import { Views } from '../views/views.js';
import type { JsonText } from './mandates.queries.js';
import { GetCurrentMandates, GetMandate, GetMandateHistory } from './mandates.queries.js';

@QueryHandler(GetCurrentMandates)
export class GetCurrentMandatesHandler implements IQueryHandler<GetCurrentMandates> {
  constructor(private readonly views: Views) {}

  execute({ asOf, filters, page }: GetCurrentMandates): Promise<PageOf> {
    const after = keyOf(page.cursor, 'string') as string | null;
    return Promise.resolve(this.views.mandates.list({ asOf, ...filters }, { after, limit: page.limit }));
  }
}

@QueryHandler(GetMandate)
export class GetMandateHandler implements IQueryHandler<GetMandate> {
  constructor(private readonly views: Views) {}

  execute({ mandateId, asOf, revision }: GetMandate): Promise<{ json: JsonText; revision: number } | null> {
    return Promise.resolve(
      revision === null ? this.views.mandates.one(mandateId, asOf) : this.views.mandates.atRevision(mandateId, asOf, revision),
    );
  }
}

@QueryHandler(GetMandateHistory)
export class GetMandateHistoryHandler implements IQueryHandler<GetMandateHistory> {
  constructor(private readonly views: Views) {}

  execute({ mandateId, page }: GetMandateHistory): Promise<PageOf | null> {
    const after = keyOf(page.cursor, 'number') as number | null;
    return Promise.resolve(this.views.events.history(mandateId, { after, limit: page.limit }));
  }
}
