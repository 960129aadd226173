/**
 * The properties of bodies and queries. One decorator declares three things: what class-validator checks, how a refusal
 * is worded, and what the OpenAPI document shows.
 */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ValidateBy, ValidateIf, ValidateNested } from 'class-validator';
import { isDay, isTermDate, isUntil, OPEN_ENDS } from '#mandate';

/** Why a value is refused, as the rest of a sentence that begins with the field's name; null for a good value. */
export type Trouble = (value: unknown, body: object) => string | null;

export interface FieldOptions {
  readonly optional?: true;
  readonly description?: string;
  readonly example?: unknown;
  readonly default?: string;
}

type Schema = Record<string, unknown>;
export type ClassOf<T> = new () => T;

/** A property with a rule of its own. An optional property may be absent; it may not be null. */
export function Field(trouble: Trouble, schema: Schema, { optional, ...shown }: FieldOptions = {}): PropertyDecorator {
  return (target, key) => {
    const api = { ...schema, ...shown } as object;
    (optional === true ? ApiPropertyOptional(api) : ApiProperty(api))(target, key);
    if (optional === true) ValidateIf((_body: object, value: unknown) => value !== undefined)(target, key);
    ValidateBy({
      name: 'field',
      validator: {
        validate: (value: unknown, args) => trouble(value, args?.object ?? {}) === null,
        defaultMessage: (args) => trouble(args?.value, args?.object ?? {}) ?? '',
      },
    })(target, key);
  };
}

/** Lower-case words joined by single hyphens. */
const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ID_WORDS =
  'must be lower-case letters and digits in words joined by single hyphens, at most 100 characters, such as ' +
  'eumm-georgia';

export const isId = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 100 && ID.test(value);
export const idTrouble: Trouble = (value) => (isId(value) ? null : ID_WORDS);
const idSchema = { type: 'string', pattern: ID.source, maxLength: 100 };

export const Id = (options?: FieldOptions): PropertyDecorator => Field(idTrouble, idSchema, options);

export const IdOrUuid = (options?: FieldOptions): PropertyDecorator =>
  Field(
    (value) => (isId(value) || (typeof value === 'string' && UUID.test(value)) ? null : `${ID_WORDS}, or a UUID`),
    { type: 'string', maxLength: 100 },
    options,
  );

/** No control character is stored, except tab and newline. */
const UNSTORABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

export const textTrouble =
  (longest: number): Trouble =>
  (value) => {
    if (typeof value !== 'string') return 'must be text';
    if (value.trim() === '') return 'must not be empty';
    if (value.length > longest) return `is ${value.length} characters long; at most ${longest} are kept`;
    if (UNSTORABLE.test(value)) return 'contains a control character other than tab and newline; remove it';
    return value.isWellFormed() ? null : 'is not well-formed Unicode (half a surrogate pair); correct it';
  };

export const Text = (longest: number, options?: FieldOptions): PropertyDecorator =>
  Field(textTrouble(longest), { type: 'string', minLength: 1, maxLength: longest }, options);

export const Matching = (pattern: RegExp, words: string, options?: FieldOptions): PropertyDecorator =>
  Field(
    (value) => (typeof value === 'string' && pattern.test(value) ? null : words),
    { type: 'string', pattern: pattern.source },
    options,
  );

export const oneOfTrouble =
  (values: readonly string[]): Trouble =>
  (value) =>
    typeof value === 'string' && values.includes(value) ? null : `must be one of ${values.join(', ')}`;

export const OneOf = (values: readonly string[], options?: FieldOptions): PropertyDecorator =>
  Field(oneOfTrouble(values), { type: 'string', enum: [...values] }, options);

export const Bool = (options?: FieldOptions): PropertyDecorator =>
  Field((value) => (typeof value === 'boolean' ? null : 'must be true or false'), { type: 'boolean' }, options);

export const isWhole = (value: unknown, least: number, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;

export const Whole = (least: number, most: number, options?: FieldOptions): PropertyDecorator =>
  Field(
    (value) => (isWhole(value, least, most) ? null : `must be a whole number from ${least} to ${most}`),
    { type: 'integer', minimum: least, maximum: most },
    options,
  );

export const DAY_SCHEMA = { type: 'string', format: 'date' } as const;
export const dayTrouble: Trouble = (value) =>
  typeof value === 'string' && isDay(value) ? null : 'must be a date that exists, written YYYY-MM-DD';

export const Day = (options?: FieldOptions): PropertyDecorator => Field(dayTrouble, DAY_SCHEMA, options);

const TERM_DATE_WORDS =
  'must be a date in EDTF with the precision of the source: 2025-07-31, 2022-12, 2023-22 (summer 2023; 21 to 24 are ' +
  'spring to winter) or 2024';
export const TermDate = (options?: FieldOptions & { readonly or?: readonly string[] }): PropertyDecorator => {
  const { or = [], ...shown } = options ?? {};
  return Field(
    (value) =>
      typeof value === 'string' && (isTermDate(value) || or.includes(value))
        ? null
        : [TERM_DATE_WORDS, ...or].join(', or '),
    { type: 'string' },
    shown,
  );
};
export const Until = (options?: FieldOptions): PropertyDecorator =>
  Field(
    (value) =>
      typeof value === 'string' && isUntil(value) ? null : `${TERM_DATE_WORDS}; or one of ${OPEN_ENDS.join(', ')}`,
    { type: 'string' },
    options,
  );

/** A list of values that all follow one rule. No value may occur twice. */
export const ListOf = (
  item: Trouble,
  schema: Schema,
  least: number,
  most: number,
  options?: FieldOptions,
): PropertyDecorator =>
  Field(
    (value, body) => {
      if (!Array.isArray(value)) return 'must be a list';
      if (value.length < least || value.length > most)
        return `must have ${least} to ${most} items; it has ${value.length}`;
      for (const [i, each] of value.entries()) {
        const trouble = item(each, body);
        if (trouble !== null) return `item ${i} ${trouble}`;
      }
      const double = value.find((each, i) => value.indexOf(each) !== i) as string | undefined;
      return double === undefined ? null : `names ${double} twice; say it once`;
    },
    { type: 'array', items: schema, minItems: least, maxItems: most, uniqueItems: true },
    options,
  );

export const IdList = (least: number, options?: FieldOptions): PropertyDecorator =>
  ListOf(idTrouble, idSchema, least, 50, options);

/** The class of a nested value: always the same one, or the one that its `type` names. Read by validate-body.ts. */
export interface NestedType {
  readonly many: boolean;
  /** The most items. The items of a longer list are not checked. */
  readonly most: number;
  readonly classOf: (value: object) => ClassOf<object>;
}
const nested = new WeakMap<object, Map<string, NestedType>>();

export function nestedType(prototype: object, property: string): NestedType | undefined {
  for (let each: object | null = prototype; each !== null; each = Object.getPrototypeOf(each) as object | null) {
    const found = nested.get(each)?.get(property);
    if (found !== undefined) return found;
  }
  return undefined;
}

function remember(target: object, key: string | symbol, type: NestedType): void {
  if (!nested.has(target)) nested.set(target, new Map());
  nested.get(target)!.set(String(key), type);
}

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param empty why an object without members is refused; null where it is accepted */
export function Nested(
  type: ClassOf<object>,
  { optional, ...shown }: FieldOptions = {},
  empty: string | null = null,
): PropertyDecorator {
  return (target, key) => {
    Field(
      (value) => (!isObject(value) ? 'must be an object' : Object.keys(value).length === 0 ? empty : null),
      { type },
      { ...(optional === true ? { optional } : {}), ...shown },
    )(target, key);
    ValidateNested()(target, key);
    remember(target, key, { many: false, most: 1, classOf: () => type });
  };
}

export interface ListOptions extends FieldOptions {
  readonly least: number;
  readonly most: number;
  /** The property that must differ between items. */
  readonly uniqueBy?: string;
}

const listTrouble =
  ({ least, most, uniqueBy }: ListOptions): Trouble =>
  (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    if (value.length < least || value.length > most)
      return `must have ${least} to ${most} items; it has ${value.length}`;
    const stray = value.findIndex((item) => !isObject(item));
    if (stray >= 0) return `item ${stray} must be an object`;
    if (uniqueBy === undefined) return null;
    const ids = value.map((item: Record<string, string | undefined>) => item[uniqueBy]);
    const double = ids.find((id, i) => id !== undefined && ids.indexOf(id) !== i);
    return double === undefined ? null : `has two items with the ${uniqueBy} ${double}; each needs its own`;
  };

const itemsOf = ({ optional, description, example }: ListOptions): FieldOptions => ({
  ...(optional === true ? { optional } : {}),
  ...(description === undefined ? {} : { description }),
  ...(example === undefined ? {} : { example }),
});

export function NestedList(type: ClassOf<object>, options: ListOptions): PropertyDecorator {
  return (target, key) => {
    const { least, most } = options;
    Field(
      listTrouble(options),
      { type, isArray: true, minItems: least, maxItems: most },
      itemsOf(options),
    )(target, key);
    ValidateNested({ each: true })(target, key);
    remember(target, key, { many: true, most, classOf: () => type });
  };
}

/** A list whose items have the class that their `type` names. An item of an unknown type is checked as `fallback`. */
export function UnionList(
  fallback: ClassOf<object>,
  types: Readonly<Record<string, ClassOf<object>>>,
  schema: Schema,
  options: ListOptions,
): PropertyDecorator {
  return (target, key) => {
    Field(listTrouble(options), schema, itemsOf(options))(target, key);
    ValidateNested({ each: true })(target, key);
    const byName = new Map(Object.entries(types));
    remember(target, key, {
      many: true,
      most: options.most,
      classOf: (value) => byName.get((value as { type?: string }).type ?? '') ?? fallback,
    });
  };
}
