import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import type { DecisionCriteria } from '#read-models';
import type { JsonText, ListPage } from '../http/page.js';
import { keyOf } from '../http/cursor.js';
import { Views } from '../views/views.js';
import { GetDecision, GetDecisions } from './decisions.queries.js';

@QueryHandler(GetDecisions)
export class GetDecisionsHandler implements IQueryHandler<GetDecisions> {
  constructor(private readonly views: Views) {}

  execute({ criteria, page }: GetDecisions): Promise<ListPage> {
    const after = keyOf(page.cursor, 'number') as number | null;
    const list = this.views.decisions.list(criteria, { after, limit: page.limit });
    return Promise.resolve({ ...list, shown: decisionTimes(criteria, list.size) });
  }
}

@QueryHandler(GetDecision)
export class GetDecisionHandler implements IQueryHandler<GetDecision> {
  constructor(private readonly views: Views) {}

  execute({ decisionId, criteria }: GetDecision): Promise<{ json: JsonText; revision: number } | null> {
    const found = this.views.decisions.one(decisionId, criteria);
    if (found === null) return Promise.resolve(null);
    const json = `${found.json.slice(0, -1)},${JSON.stringify(decisionTimes(criteria, found.size)).slice(1)}`;
    return Promise.resolve({ json, revision: found.revision });
  }
}

/** The times as they were understood. */
export const decisionTimes = ({ asOf = null, decidedBy = null }: DecisionCriteria, size: number): object => ({
  asOf,
  decidedBy,
  knownAt: `size:${size}`,
});
