import type { Cost, Document } from '#mandate';
import type { Trouble } from '../http/fields.js';
import { Day, Field, ListOf, Matching, NestedList, Text, Whole, isWhole, textTrouble } from '../http/fields.js';
import { URL_PATTERN, URL_WORDS } from './mission.dto.js';

const AMOUNTS = ['atMost', 'about', 'exactly'] as const;

/** A cost has exactly one of the three. Each of them is checked, so that the refusal names the wrong one. */
const amountTrouble: Trouble = (value, body) => {
  const given = AMOUNTS.filter((name) => (body as Record<string, unknown>)[name] !== undefined);
  if (given.length !== 1) return `is one of ${AMOUNTS.join(', ')}, of which a cost has exactly one`;
  return value === undefined || isWhole(value, 0, Number.MAX_SAFE_INTEGER)
    ? null
    : 'must be a whole amount, without cents';
};
const Amount = (): PropertyDecorator => Field(amountTrouble, { type: 'integer', minimum: 0, required: false });

export class CostDto implements Cost {
  @Whole(1900, 2200, { example: 2022 })
  declare readonly year: number;

  @Matching(/^[A-Z]{3}$/, 'must be a currency code of three capitals (ISO 4217), such as EUR', { example: 'EUR' })
  declare readonly currency: string;

  @Amount()
  declare readonly atMost?: number;

  @Amount()
  declare readonly about?: number;

  @Amount()
  declare readonly exactly?: number;
}

export class DocumentDto implements Document {
  @Text(500, { example: 'Letter on the contributions to missions and operations until mid-2025' })
  declare readonly title: string;

  @Day({ example: '2022-06-17' })
  declare readonly date: string;

  @Text(100, { optional: true, example: '29521, nr. 446' })
  declare readonly kamerstuk?: string;

  @Matching(URL_PATTERN, URL_WORDS, {
    optional: true,
    example: 'https://zoek.officielebekendmakingen.nl/kst-29521-446.html',
  })
  declare readonly url?: string;

  @Matching(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the document: 64 lower-case hex digits', { optional: true })
  declare readonly sha256?: string;

  @ListOf(textTrouble(300), { type: 'string', maxLength: 300 }, 1, 50, {
    optional: true,
    example: ['W.B. Hoekstra, Minister of Foreign Affairs'],
  })
  declare readonly signatories?: readonly string[];

  @NestedList(CostDto, { optional: true, least: 1, most: 50 })
  declare readonly costs?: readonly CostDto[];
}
