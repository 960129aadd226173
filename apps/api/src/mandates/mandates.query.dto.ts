import type { Status } from '#mandate';
import { CATEGORIES, ORGANISATIONS, REGIONS, STATUSES } from '#mandate';
import { Day, Field, Id, OneOf } from '../http/fields.js';
import { FORMS } from '../http/forms.js';
import { PageQuery } from '../http/page.query.js';
import { KnownAt, ListTimesQuery, TimesQuery } from '../http/times.query.js';
import { Search } from '../search/search.field.js';

export class MandatesQuery extends ListTimesQuery {
  @OneOf(STATUSES, { optional: true })
  declare readonly status?: Status;

  @OneOf(ORGANISATIONS, { optional: true })
  declare readonly organisation?: string;

  @OneOf(REGIONS, { optional: true })
  declare readonly region?: string;

  @Id({ optional: true })
  declare readonly mission?: string;

  @OneOf(CATEGORIES, { optional: true })
  declare readonly category?: string;

  @Day({ optional: true })
  declare readonly expiringBefore?: string;

  @Search()
  declare readonly q?: string;
}

export class MandateQuery extends TimesQuery {
  @Field(
    (value) => (/^(0|[1-9]\d{0,14})$/.test(String(value)) ? null : 'must be a whole number from 0'),
    {},
    { optional: true },
  )
  declare readonly revision?: string;
}

export const HISTORY_FORMS = [...FORMS, 'prov'] as const;

export class HistoryQuery extends PageQuery {
  @KnownAt()
  declare readonly knownAt?: string;

  @OneOf(HISTORY_FORMS, { optional: true })
  declare readonly format?: (typeof HISTORY_FORMS)[number];
}
