import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import { foundDecisions, foundMandates } from '#read-models/found.js';
import { termsOf } from '#read-models/search-words.js';
import type { Rank } from '#read-models/search.view.js';
import { listOf, rankOf } from '../cursor.js';
import { Problem } from '../http/problem.js';
import type { JsonText } from '../mandates/mandates.queries.js';
import { Views } from '../views/views.js';
import { FindDecisions, FindMandates } from './search.queries.js';

const LONGEST_WAIT_MS = 5000;

@QueryHandler(FindMandates)
export class FindMandatesHandler implements IQueryHandler<FindMandates> {
  constructor(private readonly views: Views) {}

  async execute({ q, asOf, filters, page }: FindMandates): Promise<JsonText> {
    const after = rankOf(page.cursor, 'string') as Rank<string> | null;
    await caughtUp(this.views);
    return listOf(foundMandates(this.views, termsOf(q), null, { asOf, ...filters }, { after, limit: page.limit }));
  }
}

@QueryHandler(FindDecisions)
export class FindDecisionsHandler implements IQueryHandler<FindDecisions> {
  constructor(private readonly views: Views) {}

  async execute({ q, mandateId, page }: FindDecisions): Promise<JsonText> {
    const after = rankOf(page.cursor, 'number') as Rank<number> | null;
    await caughtUp(this.views);
    return listOf(foundDecisions(this.views, termsOf(q), null, mandateId, { after, limit: page.limit }));
  }
}

/** The index follows the views a moment later; what they hold is found. @throws {Problem} 503 not-caught-up */
async function caughtUp(views: Views): Promise<void> {
  if (await views.indexed(LONGEST_WAIT_MS)) return;
  throw new Problem(
    'not-caught-up',
    `The index of texts has not reached event ${views.checkpoint.size} within ${LONGEST_WAIT_MS / 1000} s; it is at ${views.search.size()}. Ask again in a moment, or without q.`,
  );
}
