import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import type { ListPage } from '../http/page.js';
import { keyOf } from '../http/cursor.js';
import { Views } from '../views/views.js';
import { GetAgenda, GetAgendaStamp } from './agenda.queries.js';

@QueryHandler(GetAgenda)
export class GetAgendaHandler implements IQueryHandler<GetAgenda> {
  constructor(private readonly views: Views) {}

  execute({ from, to, page }: GetAgenda): Promise<ListPage> {
    const after = keyOf(page.cursor, 'sortKey') as string | null;
    return Promise.resolve({ ...this.views.agenda.list(from, to, { after, limit: page.limit }), shown: { from, to } });
  }
}

@QueryHandler(GetAgendaStamp)
export class GetAgendaStampHandler implements IQueryHandler<GetAgendaStamp> {
  constructor(private readonly views: Views) {}

  execute(): Promise<{ recordedAt: Date; undated: number }> {
    return Promise.resolve({ recordedAt: new Date(this.views.events.knownMs()), undated: this.views.agenda.undated() });
  }
}
