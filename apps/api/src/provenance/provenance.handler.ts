import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import { BEGINNING } from '#mandate';
import type { Known } from '#read-models';
import type { JsonText } from '../http/page.js';
import { Problem } from '../http/problem.js';
import type { HistoryEntry } from '../mandates/history.answers.js';
import { Views } from '../views/views.js';
import { provenanceOf } from './prov-json.js';
import { GetMandateProvenance } from './provenance.queries.js';

/** The statements are made in one piece, in memory; a hundred times what any mandate has. */
const MOST_EVENTS = 5000;

@QueryHandler(GetMandateProvenance)
export class GetMandateProvenanceHandler implements IQueryHandler<GetMandateProvenance> {
  constructor(private readonly views: Views) {}

  execute({ mandateId, known }: GetMandateProvenance): Promise<JsonText | null> {
    return Promise.resolve(this.provenance(mandateId, known));
  }

  private provenance(mandateId: string, known: Known | null): JsonText | null {
    const revision = this.views.mandates.asking(
      { asOf: BEGINNING, knownAt: known },
      ({ get }) => get(mandateId)?.revision ?? null,
    );
    if (revision === null) return null;
    if (revision >= MOST_EVENTS)
      throw new Problem(
        'invalid',
        `The history of ${mandateId} has more than ${MOST_EVENTS} events, too many for format=prov. Take it with ` +
          'format=ndjson, which has no such limit.',
        { errors: [{ field: 'format', message: `prov is given for histories of at most ${MOST_EVENTS} events` }] },
      );
    const { items } = this.views.events.history(mandateId, known, { after: null, limit: revision + 1 })!;
    return JSON.stringify(
      provenanceOf(
        mandateId,
        items.map((item) => JSON.parse(item) as HistoryEntry),
      ),
    );
  }
}
