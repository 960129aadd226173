import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import type { Known } from '#read-models';
import type { ListPage } from '../http/page.js';
import { keyOf } from '../http/cursor.js';
import { Problem } from '../http/problem.js';
import { Views } from '../views/views.js';
import { GetChanges, GetLearntChanges } from './changes.queries.js';

@QueryHandler(GetChanges)
export class GetChangesHandler implements IQueryHandler<GetChanges> {
  constructor(private readonly views: Views) {}

  execute({ from, to, asked, page }: GetChanges): Promise<ListPage> {
    const after = keyOf(page.cursor, 'string') as string | null;
    const changes = this.views.changes.between(from, to, asked, { after, limit: page.limit });
    const { decidedBy, size } = changes.times;
    return Promise.resolve({ ...changes, size, shown: { from, to, decidedBy, knownAt: `size:${size}` } });
  }
}

@QueryHandler(GetLearntChanges)
export class GetLearntChangesHandler implements IQueryHandler<GetLearntChanges> {
  constructor(private readonly views: Views) {}

  execute({
    from,
    to,
    asked,
    page,
  }: GetLearntChanges): Promise<ListPage & { readonly known: { readonly from: Known; readonly to: Known } }> {
    const after = keyOf(page.cursor, 'string') as string | null;
    const changes = this.views.changes.learnt(from, to, asked, { after, limit: page.limit });
    if (changes.to < changes.from) throw reversed(changes.from, changes.to);
    const shown = {
      knownFrom: `size:${changes.from}`,
      knownTo: `size:${changes.to}`,
      asOf: asked.asOf,
      decidedBy: asked.decidedBy ?? null,
    };
    const known = { from: { size: changes.from }, to: { size: changes.to } };
    return Promise.resolve({ ...changes, shown, known });
  }
}

function reversed(from: number, to: number): Problem {
  const message = `lies before knownFrom: the log had ${to} events then, and ${from} at knownFrom`;
  return new Problem('invalid', `knownTo ${message}. Exchange the two.`, { errors: [{ field: 'knownTo', message }] });
}
