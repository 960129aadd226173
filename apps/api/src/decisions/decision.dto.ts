import { ApiExtraModels } from '@nestjs/swagger';
import type { Effect, Financing, Source } from '#mandate';
import type { DecisionBody } from './record-decision.command.js';
import type { FieldOptions, Trouble } from '../http/fields.js';
import { DAY_SCHEMA, Field, Id, IdOrUuid, Nested, Text, UnionList, dayTrouble } from '../http/fields.js';
import { EFFECT_DTOS, EffectDto } from './effects.dto.js';

export class SourceDto implements Source {
  @Id({ description: 'A registered document', example: 'kst-29521-446' })
  declare readonly documentId: string;

  @Text(500, {
    description: 'The place in the document: section, heading, paragraph',
    example: 'section 1, EU Monitoring Mission (EUMM) Georgië',
  })
  declare readonly locator: string;
}

export class FinancingDto implements Financing {
  @Text(300, { example: 'Stabiliteitsfonds' })
  declare readonly fund: string;

  @Text(1000, { optional: true })
  declare readonly note?: string;
}

const decidedOnTrouble: Trouble = (value, body) => {
  if (value !== undefined) return dayTrouble(value, body);
  const { effects } = body as { effects?: unknown };
  const opening =
    Array.isArray(effects) &&
    effects.length > 0 &&
    effects.every((effect: { type?: unknown } | null) => effect?.type === 'carry-forward');
  return opening
    ? null
    : 'is missing: give the day of the decision, YYYY-MM-DD; only an opening entry (carry-forward alone) may leave ' +
        'it out';
};

const refs = Object.entries(EFFECT_DTOS).map(([type, dto]) => [type, `#/components/schemas/${dto.name}`] as const);

/** The effects of a decision, told apart by their type. */
export const EffectList = (options: FieldOptions): PropertyDecorator =>
  UnionList(
    EffectDto,
    EFFECT_DTOS,
    {
      type: 'array',
      items: {
        oneOf: refs.map(([, $ref]) => ({ $ref })),
        discriminator: { propertyName: 'type', mapping: Object.fromEntries(refs) },
      },
      minItems: 1,
      maxItems: 50,
    },
    { least: 1, most: 50, ...options },
  );

@ApiExtraModels(...Object.values(EFFECT_DTOS))
export class DecisionDto implements DecisionBody {
  @IdOrUuid({
    optional: true,
    description:
      'Unique in the whole ledger. Posting the same body under the same id again records nothing twice. Without it, ' +
      'the ledger draws one.',
  })
  declare readonly decisionId?: string;

  @Id({ example: 'eumm-georgia' })
  declare readonly mandateId: string;

  @Field(
    decidedOnTrouble,
    { ...DAY_SCHEMA, required: false },
    { description: 'The day of the decision. Only an opening entry may leave it out.', example: '2022-06-17' },
  )
  declare readonly decidedOn?: string;

  @Nested(SourceDto)
  declare readonly source: SourceDto;

  @Text(4000, { optional: true, description: 'Why, in your own words' })
  declare readonly rationale?: string;

  @Nested(FinancingDto, { optional: true })
  declare readonly financing?: FinancingDto;

  @EffectList({ description: 'What the decision does' })
  declare readonly effects: readonly Effect[];
}
