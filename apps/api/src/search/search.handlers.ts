import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import { foundDecisions, foundMandates, termsOf, timesShown } from '#read-models';
import type { ListPage } from '../http/page.js';
import { decisionRankOf, mandateRankOf } from '../http/cursor.js';
import { decisionTimes } from '../decisions/decisions.handlers.js';
import { Problem } from '../http/problem.js';
import { Views } from '../views/views.js';
import { FindDecisions, FindMandates } from './search.queries.js';

const LONGEST_WAIT_MS = 5000;

@QueryHandler(FindMandates)
export class FindMandatesHandler implements IQueryHandler<FindMandates> {
  constructor(private readonly views: Views) {}

  async execute({ q, times, filters, page }: FindMandates): Promise<ListPage> {
    const after = mandateRankOf(page.cursor);
    await caughtUp(this.views);
    const found = foundMandates(this.views, termsOf(q), { ...times, ...filters }, { after, limit: page.limit });
    return { ...found, size: found.times.size, shown: timesShown(found.times) };
  }
}

@QueryHandler(FindDecisions)
export class FindDecisionsHandler implements IQueryHandler<FindDecisions> {
  constructor(private readonly views: Views) {}

  async execute({ q, criteria, page }: FindDecisions): Promise<ListPage> {
    const after = decisionRankOf(page.cursor);
    await caughtUp(this.views);
    const found = foundDecisions(this.views, termsOf(q), criteria, { after, limit: page.limit });
    return { ...found, shown: decisionTimes(criteria, found.size) };
  }
}

/** The index follows the views a moment later; what they hold is found. @throws {Problem} 503 not-caught-up */
async function caughtUp(views: Views): Promise<void> {
  if (await views.indexed(LONGEST_WAIT_MS)) return;
  throw new Problem(
    'not-caught-up',
    `The index of texts has not reached event ${views.checkpoint.size} within ${LONGEST_WAIT_MS / 1000} s; it is at ` +
      `${views.search.size()}. Ask again in a moment, or without q.`,
  );
}
