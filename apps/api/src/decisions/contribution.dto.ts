import type { Asset, Category, Contribution, Strength, Target, Term } from '#mandate';
import { CATEGORIES } from '#mandate';
import { Id, IdList, ListOf, Nested, NestedList, TermDate, Text, Until, Whole, oneOfTrouble } from '../http/fields.js';
import { StrengthField } from './strength.field.js';

export class TermDto implements Term {
  @TermDate({
    optional: true,
    description: 'First day, in EDTF with the precision of the source',
    example: '2022-07-01',
  })
  declare readonly from?: string;

  @Until({ optional: true, description: 'Last day, or open, to-be-determined, not-stated', example: '2025-07-31' })
  declare readonly until?: string;
}

export class AssetDto implements Asset {
  @Text(200, { description: 'What is sent', example: 'transport helicopter' })
  declare readonly kind: string;

  @Whole(1, 100_000, { optional: true, example: 3 })
  declare readonly count?: number;
}

export class ContributionDto implements Contribution {
  @Id({ description: 'Unique within the mandate', example: 'staff-officers' })
  declare readonly contributionId: string;

  @Text(1000, { optional: true, example: 'Staff officers in the headquarters' })
  declare readonly description?: string;

  @Id({
    optional: true,
    description: 'A registered mission. Leave it out if the mandate has only one.',
    example: 'eumm-georgia',
  })
  declare readonly missionId?: string;

  @ListOf(oneOfTrouble(CATEGORIES), { type: 'string', enum: [...CATEGORIES] }, 1, CATEGORIES.length, {
    description: 'unstated if the source does not say',
    example: ['civilian', 'police'],
  })
  declare readonly categories: readonly Category[];

  @StrengthField()
  declare readonly strength: Strength;

  @Nested(TermDto, { optional: true, description: "The contribution's own term, if it differs from the mandate's" })
  declare readonly term?: TermDto;

  @NestedList(AssetDto, { optional: true, least: 1, most: 50 })
  declare readonly assets?: readonly AssetDto[];
}

export const CONTRIBUTIONS = { least: 0, most: 100, uniqueBy: 'contributionId' } as const;

export class TargetDto implements Target {
  @IdList(1, { optional: true, description: 'Registered missions', example: ['eufor-althea'] })
  declare readonly missions?: readonly string[];

  @NestedList(ContributionDto, { ...CONTRIBUTIONS, optional: true })
  declare readonly contributions?: readonly ContributionDto[];

  @Until({ optional: true, example: '2025-07-31' })
  declare readonly until?: string;
}
