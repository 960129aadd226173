/** The query parameters about mandates. */
import type { Status } from '#mandate';
import { CATEGORIES, ORGANISATIONS, REGIONS, STATUSES } from '#mandate';
import { Day, Id, OneOf } from '../http/fields.js';
import { FORMS } from '../http/forms.js';
import { FormatField, PageQuery, WHOLE_LIST } from '../http/page.query.js';
import { WholeNumber } from '../http/parameters.js';
import { KnownAt, ListTimesQuery, TimesQuery } from '../http/times.query.js';
import { Search } from '../search/search.field.js';

export class MandatesQuery extends ListTimesQuery {
  @OneOf(STATUSES, { optional: true, description: 'Only mandates with this status on the day' })
  declare readonly status?: Status;

  @OneOf(ORGANISATIONS, { optional: true, description: 'Only mandates with a mission of this organisation' })
  declare readonly organisation?: string;

  @OneOf(REGIONS, { optional: true, description: 'Only mandates whose first mission is in this region' })
  declare readonly region?: string;

  @Id({ optional: true, description: 'Only mandates with this mission' })
  declare readonly mission?: string;

  @OneOf(CATEGORIES, { optional: true, description: 'Only mandates with a contribution of this category' })
  declare readonly category?: string;

  @Day({ optional: true, description: 'Only mandates that are in force on asOf and whose term ends before this day' })
  declare readonly expiringBefore?: string;

  @Search('titles, missions, contributions, rationales, reasons, locators, subjects and documents of all its decisions')
  declare readonly q?: string;
}

export class MandateQuery extends TimesQuery {
  @WholeNumber(
    'must be a whole number from 0',
    { minimum: 0 },
    { optional: true, description: 'Replays the mandate up to this revision. Without it, up to the latest.' },
  )
  declare readonly revision?: string;
}

const HISTORY_FORMS = [...FORMS, 'prov'] as const;

export class HistoryQuery extends PageQuery {
  @KnownAt()
  declare readonly knownAt?: string;

  @FormatField(HISTORY_FORMS, WHOLE_LIST)
  declare readonly format?: (typeof HISTORY_FORMS)[number];
}
