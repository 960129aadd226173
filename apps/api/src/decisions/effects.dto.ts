/** One DTO for each effect (docs/domain.md). The compiler compares each with the domain's own type. */
import type { EffectOf, EffectType, Strength } from '#mandate';
import { EFFECT_TYPES, ORGANISATIONS } from '#mandate';
import type { ClassOf } from '../http/fields.js';
import { Bool, Id, IdList, Nested, NestedList, OneOf, TermDate, Text, Until } from '../http/fields.js';
import { CONTRIBUTIONS, ContributionDto, TargetDto } from './contribution.dto.js';
import { StrengthField } from './strength.field.js';

/** The DTO of an effect of an unknown type. Its refusal names the known types. */
export class EffectDto {
  @OneOf(EFFECT_TYPES)
  declare readonly type: EffectType;
}

const Is = (type: EffectType): PropertyDecorator => OneOf([type]);

abstract class OpeningDto {
  @Text(300, { description: 'The name of the mandate', example: 'Contribution to EUMM Georgia' })
  declare readonly title: string;

  @IdList(1, { description: 'Registered missions; several under one umbrella', example: ['eumm-georgia'] })
  declare readonly missions: readonly string[];

  @NestedList(ContributionDto, CONTRIBUTIONS)
  declare readonly contributions: readonly ContributionDto[];

  @StrengthField({ optional: true, description: 'Of the whole mandate, if the source gives one' })
  declare readonly strength?: Strength;

  @TermDate({
    optional: true,
    description: 'First day. Leave it out if the source does not give it.',
    example: '2022-07-01',
  })
  declare readonly from?: string;

  @Until({ description: 'Last day, or open, to-be-determined, not-stated', example: '2025-07-31' })
  declare readonly until: string;
}

export class CarryForwardDto extends OpeningDto implements EffectOf<'carry-forward'> {
  @Is('carry-forward')
  declare readonly type: 'carry-forward';
}

export class EstablishDto extends OpeningDto implements EffectOf<'establish'> {
  @Is('establish')
  declare readonly type: 'establish';
}

const contributionId = {
  optional: true,
  description: 'Which contribution is meant, if the mandate has several',
  example: 'staff-officers',
} as const;

export class ExtendDto implements EffectOf<'extend'> {
  @Is('extend')
  declare readonly type: 'extend';

  @Until({ example: '2025-07-31' })
  declare readonly until: string;

  @Id(contributionId)
  declare readonly contributionId?: string;

  @Bool({ optional: true, description: 'The cabinet extends for the time being and will decide again' })
  declare readonly provisional?: boolean;

  @Bool({ optional: true, description: 'The term had run out before the decision, and no gap is meant' })
  declare readonly retroactive?: boolean;
}

abstract class StrengthChangeDto {
  @StrengthField({ description: 'What it becomes' })
  declare readonly to: Strength;

  @StrengthField({
    optional: true,
    description: 'What the source says that it was. It must equal what the ledger holds.',
  })
  declare readonly from?: Strength;

  @Id(contributionId)
  declare readonly contributionId?: string;

  @TermDate({
    optional: true,
    description: 'The first day on which it counts. Without it, the day of the decision.',
    example: '2022-08-01',
  })
  declare readonly effectiveFrom?: string;
}

export class IncreaseDto extends StrengthChangeDto implements EffectOf<'increase'> {
  @Is('increase')
  declare readonly type: 'increase';
}

export class ReduceDto extends StrengthChangeDto implements EffectOf<'reduce'> {
  @Is('reduce')
  declare readonly type: 'reduce';
}

export class AddContributionDto implements EffectOf<'add-contribution'> {
  @Is('add-contribution')
  declare readonly type: 'add-contribution';

  @Nested(ContributionDto)
  declare readonly contribution: ContributionDto;
}

export class ReshapeDto implements EffectOf<'reshape'> {
  @Is('reshape')
  declare readonly type: 'reshape';

  @NestedList(ContributionDto, {
    ...CONTRIBUTIONS,
    description: 'The whole new list. A contribution with an earlier id keeps its history.',
  })
  declare readonly contributions: readonly ContributionDto[];

  @StrengthField({ optional: true })
  declare readonly strength?: Strength;
}

export class EndDto implements EffectOf<'end'> {
  @Is('end')
  declare readonly type: 'end';

  @TermDate({ or: ['to-be-determined'], description: 'Last day in force, or to-be-determined', example: '2022-07-31' })
  declare readonly on: string;

  @OneOf(['cabinet', ...ORGANISATIONS], { example: 'cabinet' })
  declare readonly endedBy: string;

  @Id(contributionId)
  declare readonly contributionId?: string;
}

export class SetEndDateDto implements EffectOf<'set-end-date'> {
  @Is('set-end-date')
  declare readonly type: 'set-end-date';

  @TermDate({ description: 'Last day in force', example: '2022-12-31' })
  declare readonly on: string;

  @Id(contributionId)
  declare readonly contributionId?: string;
}

export class StudyDto implements EffectOf<'study'> {
  @Is('study')
  declare readonly type: 'study';

  @Id({ example: 'althea-unit' })
  declare readonly studyId: string;

  @Text(1000, { example: 'Whether to send a military unit to EUFOR Althea' })
  declare readonly subject: string;

  @Nested(TargetDto, { optional: true, description: 'What the study aims at' })
  declare readonly target?: TargetDto;

  @Bool({ optional: true, description: 'Parliament has been notified of the study' })
  declare readonly notified?: boolean;
}

export class ConcludeStudyDto implements EffectOf<'conclude-study'> {
  @Is('conclude-study')
  declare readonly type: 'conclude-study';

  @Id({ example: 'althea-unit' })
  declare readonly studyId: string;

  @OneOf(['adopted', 'dropped'])
  declare readonly outcome: 'adopted' | 'dropped';
}

export class IntendDto implements EffectOf<'intend'> {
  @Is('intend')
  declare readonly type: 'intend';

  @Id({ example: 'second-team' })
  declare readonly intentionId: string;

  @Text(1000, { example: 'Sending a second forensic team' })
  declare readonly subject: string;

  @Nested(TargetDto, { optional: true })
  declare readonly target?: TargetDto;
}

export class ConcludeIntentionDto implements EffectOf<'conclude-intention'> {
  @Is('conclude-intention')
  declare readonly type: 'conclude-intention';

  @Id({ example: 'second-team' })
  declare readonly intentionId: string;

  @OneOf(['carried-out', 'dropped'])
  declare readonly outcome: 'carried-out' | 'dropped';
}

export class DeclineDto implements EffectOf<'decline'> {
  @Is('decline')
  declare readonly type: 'decline';

  @Text(1000, { example: 'Attack helicopters for MINUSMA' })
  declare readonly subject: string;

  @Text(300, { optional: true, example: 'Germany and the UN' })
  declare readonly requestedBy?: string;
}

export class ScheduleReviewDto implements EffectOf<'schedule-review'> {
  @Is('schedule-review')
  declare readonly type: 'schedule-review';

  @Id({ example: 'after-mandate-renewal' })
  declare readonly reviewId: string;

  @Text(1000, { description: 'What sets the review off', example: 'Renewal of the mission’s own mandate' })
  declare readonly trigger: string;

  @TermDate({ optional: true, example: '2022-12' })
  declare readonly dueBy?: string;
}

export class HoldReviewDto implements EffectOf<'hold-review'> {
  @Is('hold-review')
  declare readonly type: 'hold-review';

  @Id({ example: 'after-mandate-renewal' })
  declare readonly reviewId: string;

  @Text(1000)
  declare readonly outcome: string;
}

export class ReserveDto implements EffectOf<'reserve'> {
  @Is('reserve')
  declare readonly type: 'reserve';

  @Text(1000, { example: 'Withdrawing the contribution early' })
  declare readonly right: string;
}

export const EFFECT_DTOS: { readonly [Type in EffectType]: ClassOf<EffectOf<Type>> } = {
  'carry-forward': CarryForwardDto,
  establish: EstablishDto,
  extend: ExtendDto,
  increase: IncreaseDto,
  reduce: ReduceDto,
  'add-contribution': AddContributionDto,
  reshape: ReshapeDto,
  end: EndDto,
  'set-end-date': SetEndDateDto,
  study: StudyDto,
  'conclude-study': ConcludeStudyDto,
  intend: IntendDto,
  'conclude-intention': ConcludeIntentionDto,
  decline: DeclineDto,
  'schedule-review': ScheduleReviewDto,
  'hold-review': HoldReviewDto,
  reserve: ReserveDto,
};
