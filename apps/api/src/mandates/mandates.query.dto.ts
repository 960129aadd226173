import { CATEGORIES, ORGANISATIONS, REGIONS } from '#mandate/registry.js';
import type { Status } from '#mandate/standing.js';
import { STATUSES } from '#mandate/standing.js';
import { Day, Field, Id, OneOf } from '../http/fields.js';
import { PageQuery } from '../http/page.query.js';
import { Search } from '../search/search.field.js';

export class MandatesQuery extends PageQuery {
  @Day({ optional: true })
  declare readonly asOf?: string;

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

export class MandateQuery {
  @Day({ optional: true })
  declare readonly asOf?: string;

  @Field((value) => (/^(0|[1-9]\d{0,14})$/.test(String(value)) ? null : 'must be a whole number from 0'), {}, { optional: true })
  declare readonly revision?: string;
}
