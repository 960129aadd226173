import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import type { PageOf } from '#read-models';
import type { JsonText } from '../http/page.js';
import { keyOf } from '../http/cursor.js';
import { Views } from '../views/views.js';
import { GetRegistration, GetRegistrations } from './registry.queries.js';

@QueryHandler(GetRegistrations)
export class GetRegistrationsHandler implements IQueryHandler<GetRegistrations> {
  constructor(private readonly views: Views) {}

  execute({ registration, page }: GetRegistrations): Promise<PageOf> {
    const after = keyOf(page.cursor, 'string') as string | null;
    return Promise.resolve(this.views.registry.list(registration, { after, limit: page.limit }));
  }
}

@QueryHandler(GetRegistration)
export class GetRegistrationHandler implements IQueryHandler<GetRegistration> {
  constructor(private readonly views: Views) {}

  execute({ registration, id }: GetRegistration): Promise<{ json: JsonText; revision: number } | null> {
    return Promise.resolve(this.views.registry.one(registration, id));
  }
}
