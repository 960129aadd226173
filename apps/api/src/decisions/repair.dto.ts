/** Bodies of corrections and annulments (design, "What leaves no doubt" 7). */
import type { Effect, Replacement } from '#mandate';
import { Day, IdOrUuid, Nested, Text } from '../http/fields.js';
import { EffectList, FinancingDto, SourceDto } from './decision.dto.js';

export class ReplacementDto implements Replacement {
  @Day({ optional: true, description: 'The day on which it really was decided', example: '2022-06-17' })
  declare readonly decidedOn?: string;

  @Nested(SourceDto, { optional: true })
  declare readonly source?: SourceDto;

  @Text(4000, { optional: true })
  declare readonly rationale?: string;

  @Nested(FinancingDto, { optional: true })
  declare readonly financing?: FinancingDto;

  @EffectList({ optional: true, description: 'All of them, in place of those that were recorded' })
  declare readonly effects?: readonly Effect[];
}

abstract class RepairDto {
  @IdOrUuid({
    optional: true,
    description:
      'Of the repair itself, so that sending it again records nothing twice; drawn by the ledger where left out',
  })
  declare readonly decisionId?: string;

  @Text(2000, { description: 'Why: what was wrong', example: 'The clerk read the wrong line of the table.' })
  declare readonly reason: string;
}

export class CorrectionDto extends RepairDto {
  @Nested(
    ReplacementDto,
    { description: "A decision's body without decisionId and mandateId; what it leaves out stays as it was" },
    'must replace something: decidedOn, source, rationale, financing or effects',
  )
  declare readonly replacement: ReplacementDto;
}

export class AnnulmentDto extends RepairDto {}
