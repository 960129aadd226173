import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import type { PageOf } from '#read-models/page.js';
import { keyOf } from '../cursor.js';
import type { JsonText } from '../mandates/mandates.queries.js';
import { Views } from '../views/views.js';
import { GetDecision, GetDecisions } from './decisions.queries.js';

@QueryHandler(GetDecisions)
export class GetDecisionsHandler implements IQueryHandler<GetDecisions> {
  constructor(private readonly views: Views) {}

  execute({ mandateId, page }: GetDecisions): Promise<PageOf> {
    const after = keyOf(page.cursor, 'number') as number | null;
    return Promise.resolve(this.views.decisions.list(mandateId, { after, limit: page.limit }));
  }
}

@QueryHandler(GetDecision)
export class GetDecisionHandler implements IQueryHandler<GetDecision> {
  constructor(private readonly views: Views) {}

  execute({ decisionId }: GetDecision): Promise<{ json: JsonText; revision: number } | null> {
    return Promise.resolve(this.views.decisions.one(decisionId));
  }
}
