/** Bodies of corrections and annulments (docs/domain.md). */
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

  @EffectList({ optional: true, description: 'All effects, in place of those that were recorded' })
  declare readonly effects?: readonly Effect[];
}

abstract class RepairDto {
  @IdOrUuid({
    optional: true,
    description:
      'The id of the repair itself. Sending it again under the same id records nothing twice. Without it, the ledger ' +
      'draws one.',
  })
  declare readonly decisionId?: string;

  @Text(2000, { description: 'Why: what was wrong', example: 'The clerk read the wrong line of the table.' })
  declare readonly reason: string;
}

export class CorrectionDto extends RepairDto {
  @Nested(
    ReplacementDto,
    { description: "A decision's body without decisionId and mandateId. What it leaves out stays as it was." },
    'must replace something: decidedOn, source, rationale, financing or effects',
  )
  declare readonly replacement: ReplacementDto;
}

export class AnnulmentDto extends RepairDto {}
