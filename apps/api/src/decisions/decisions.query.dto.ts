/** The query parameters about decisions. */
import { IntersectionType, OmitType } from '@nestjs/swagger';
import type { DecisionCriteria } from '#read-models';
import { Day, Id } from '../http/fields.js';
import { FormatQuery, PageQuery } from '../http/page.query.js';
import { Switch } from '../http/parameters.js';
import { TimesQuery, knownOf } from '../http/times.query.js';
import { Search } from '../search/search.field.js';

/** A decision counts on every day after it was taken, so asOf is a limit like decidedBy. */
class CountingQuery extends OmitType(TimesQuery, ['asOf']) {
  @Day({
    optional: true,
    description: 'Decisions count from the day on which they were taken. Those of later days than this are left out.',
  })
  declare readonly asOf?: string;
}

export class DecisionsQuery extends IntersectionType(PageQuery, FormatQuery, CountingQuery) {
  @Id({ optional: true, description: 'Only decisions on this mandate', example: 'eumm-georgia' })
  declare readonly mandateId?: string;

  @Search('its rationale, reason, locator, mandate, document (title and number), and the texts of its effects')
  declare readonly q?: string;
}

export class DecisionQuery extends CountingQuery {
  @Switch({
    optional: true,
    description:
      'true: adds proofs, one for each event of the decision. A proof is a text (C2SP tlog-proof). With the key of ' +
      'GET /v1/log/key it shows offline that the event is in the log of the newest checkpoint.',
  })
  declare readonly proof?: string;
}

export class RecordQuery {
  @Switch({
    optional: true,
    description: 'true: only check. Records nothing and answers 200 with the events and the mandate after them.',
  })
  declare readonly dryRun?: string;
}

export const criteriaOf = ({ asOf, decidedBy, knownAt }: CountingQuery): DecisionCriteria => ({
  asOf: asOf ?? null,
  decidedBy: decidedBy ?? null,
  knownAt: knownOf(knownAt),
});
