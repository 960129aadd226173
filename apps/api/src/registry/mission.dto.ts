import type { Mission } from '#mandate';
import { MISSION_KINDS, ORGANISATIONS, REGIONS } from '#mandate';
import { ListOf, Matching, OneOf, Text } from '../http/fields.js';

const COUNTRY = /^[A-Z]{2}$/;
export const URL_WORDS = 'must be an address that begins with https:// or http://, at most 1000 characters';
export const URL_PATTERN = /^https?:\/\/[^\s<>"\u0000-\u001f\u007f-\u009f\ud800-\udfff]{1,990}$/;

export class MissionDto implements Mission {
  @Text(300, { example: 'EU Monitoring Mission in Georgia (EUMM)' })
  declare readonly name: string;

  @OneOf(ORGANISATIONS, { example: 'EU' })
  declare readonly organisation: Mission['organisation'];

  @OneOf(REGIONS, { example: 'eastern-flank' })
  declare readonly region: Mission['region'];

  @OneOf(MISSION_KINDS, { example: 'civilian' })
  declare readonly kind: Mission['kind'];

  @ListOf(
    (value) =>
      typeof value === 'string' && COUNTRY.test(value)
        ? null
        : 'must be a country code of two capitals (ISO 3166-1), such as GE',
    { type: 'string', pattern: COUNTRY.source },
    1,
    50,
    { optional: true, example: ['GE'] },
  )
  declare readonly countries?: readonly string[];

  @Matching(URL_PATTERN, URL_WORDS, { optional: true, example: 'https://www.eumm.eu/' })
  declare readonly url?: string;

  @Text(2000, { optional: true, description: "What the source says of the mission's own mandate, in your words" })
  declare readonly description?: string;
}
