import { Query } from '@nestjs/cqrs';
import type { DecisionCriteria } from '#read-models/decisions.view.js';
import type { ListPage } from '../http/take-away.js';
import type { JsonText, Page } from '../mandates/mandates.queries.js';

export class GetDecisions extends Query<ListPage> {
  constructor(
    readonly criteria: DecisionCriteria,
    readonly page: Page,
  ) {
    super();
  }
}

export class GetDecision extends Query<{ readonly json: JsonText; readonly revision: number } | null> {
  constructor(
    readonly decisionId: string,
    readonly criteria: DecisionCriteria,
  ) {
    super();
  }
}
