import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunningTotals } from '#mandate';
import { startTotals, STATUSES, statusFacts } from '#mandate';
import type { Times } from '#read-models';
import { timesShown } from '#read-models';
import type { ListPage } from '../http/page.js';
import { Views } from '../views/views.js';
import { GetTotals } from './totals.queries.js';

/** Mandates that are added up in one turn: some milliseconds' work, after which others are answered. */
const A_TURN = 100;

@QueryHandler(GetTotals)
export class GetTotalsHandler implements IQueryHandler<GetTotals> {
  constructor(private readonly views: Views) {}

  /** All turns are of what was known in the first one. */
  async execute({ by, times }: GetTotals): Promise<ListPage> {
    let totals: RunningTotals | undefined;
    let understood: Times | undefined;
    for (const status of STATUSES.filter((each) => statusFacts(each).counts))
      for (let after: string | null = null; ;) {
        const knownAt = understood === undefined ? (times.knownAt ?? null) : { size: understood.size };
        const { items, next, asking } = this.views.mandates.select(
          { ...times, knownAt, status },
          { after, limit: A_TURN },
        );
        understood = asking.times;
        totals ??= startTotals(by, times.asOf, asking.facts);
        for (const { mandate } of items) totals.add(mandate);
        if (next === null) break;
        after = next;
        await nextTurn();
      }
    const { items, total } = totals!.soFar();
    return {
      items: items.map((item) => JSON.stringify(item)),
      next: null,
      shown: { total, by, ...timesShown(understood!) },
    };
  }
}
