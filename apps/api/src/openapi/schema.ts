/**
 * Schemas of answers for the OpenAPI document, tied to the TypeScript types of the answers. A missing or extra member
 * does not compile, nor does a wrong `optional` or `nullable`.
 */

declare const OF: unique symbol;

/** A schema of OpenAPI 3.0. `Of` exists for the compiler only: the type of the values, as JSON sees it. */
export interface Schema<Of> {
  readonly [keyword: string]: unknown;
  readonly [OF]?: (value: Of) => Of;
}

/** A schema of any type. */
export type AnySchema = Readonly<Record<string, unknown>>;

/** A member that an answer may lack. */
export interface Optional<Of> {
  readonly optional: Schema<Of>;
}

/** A type as JSON sees it: any text is a string, any number a number. */
type InJson<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean
      ? boolean
      : T extends readonly (infer Item)[]
        ? readonly InJson<Item>[]
        : T;

/** A schema for each member of a type. */
export type SchemasOf<T> = {
  readonly [Member in keyof T]-?: object extends Pick<T, Member>
    ? Optional<InJson<Exclude<T[Member], undefined>>>
    : Schema<InJson<T[Member]>>;
};

export const text: Schema<string> = { type: 'string' };
export const day: Schema<string> = { type: 'string', format: 'date' };
export const instant: Schema<string> = { type: 'string', format: 'date-time' };
export const whole: Schema<number> = { type: 'integer', minimum: 0 };
export const bool: Schema<boolean> = { type: 'boolean' };

export const oneOf = (values: readonly string[]): Schema<string> => ({ type: 'string', enum: [...values] });
export const listOf = <Of>(items: Schema<Of>): Schema<readonly Of[]> => ({ type: 'array', items });
export const mapOf = <Of>(values: Schema<Of>): Schema<Readonly<Record<string, Of>>> => ({
  type: 'object',
  additionalProperties: values,
});
/** An object whose members the document does not describe. */
export const anyObject = <Of extends object>(): Schema<Of> => ({ type: 'object' });
export const nullable = <Of>(schema: Schema<Of>): Schema<Of | null> =>
  ('$ref' in schema ? { nullable: true, allOf: [schema] } : { ...schema, nullable: true }) as Schema<Of | null>;
export const optional = <Of>(schema: Schema<Of>): Optional<Of> => ({ optional: schema });

/** An object with exactly the members of `T`. Write `T` out: `objectOf<Inclusion>({ … })`. */
export function objectOf<T extends object>(members: SchemasOf<T>, description?: string): Schema<T> {
  const entries = Object.entries(members as Readonly<Record<string, AnySchema>>);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, { optional: schema, ...always }]) => [name, schema ?? always])),
    required: entries.filter(([, member]) => !('optional' in member)).map(([name]) => name),
    ...(description === undefined ? {} : { description }),
  };
}

/** A page of a list, with the members beside its items. */
export type PageAnswer<Item, Beside = object> = {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
} & Beside;

export function pageOf<Item extends object, Beside extends object>(
  item: Schema<Item>,
  beside: SchemasOf<Beside>,
): Schema<PageAnswer<Item, Beside>> {
  const members = {
    items: listOf(item),
    nextCursor: { ...nullable(text), description: 'For the next page; null on the last page' },
    ...beside,
  };
  return objectOf(members as unknown as SchemasOf<PageAnswer<Item, Beside>>);
}

/** The members of every type in a union. Those that only some of the types have are optional. */
export type AnyOf<Union> = { readonly [Member in Extract<keyof Union, string>]: Union[Member] } & {
  readonly [Member in Exclude<KeysOfAny<Union>, keyof Union>]?: ValueIn<Union, Member>;
};
type KeysOfAny<Union> = Union extends unknown ? keyof Union : never;
type ValueIn<Union, Member> = Union extends unknown ? (Member extends keyof Union ? Union[Member] : never) : never;

const NAMED = new Map<string, AnySchema>();

/** Puts a schema into the OpenAPI document under a name. @returns the reference to it */
export function named<Of>(name: string, schema: Schema<Of>): Schema<Of> {
  if (NAMED.has(name)) throw new Error(`two schemas are named ${name}`);
  NAMED.set(name, schema);
  return { $ref: `#/components/schemas/${name}` };
}

/** Every schema that has a name. To be called once all controllers are loaded. */
export const namedSchemas = (): Readonly<Record<string, AnySchema>> => Object.fromEntries(NAMED);
