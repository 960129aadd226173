import { Query } from '@nestjs/cqrs';
import type { PageOf } from '#read-models/page.js';
import type { JsonText, Page } from '../mandates/mandates.queries.js';

export class GetDecisions extends Query<PageOf> {
  constructor(
    /** Only of this mandate, where given. */
    readonly mandateId: string | null,
    readonly page: Page,
  ) {
    super();
  }
}

export class GetDecision extends Query<{ readonly json: JsonText; readonly revision: number } | null> {
  constructor(readonly decisionId: string) {
    super();
  }
}
