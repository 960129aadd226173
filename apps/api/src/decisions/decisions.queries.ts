import type { JsonText, ListPage, Page } from '../http/page.js';
import { Query } from '@nestjs/cqrs';
import type { DecisionCriteria } from '#read-models';

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
