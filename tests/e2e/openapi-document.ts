/** The OpenAPI document of a running ledger: its operations, their examples, and a strict check of answers. */
import type { ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import type { Ledger } from './ledger.js';

type Examples = Readonly<Record<string, { readonly value: unknown }>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: { readonly example?: string; readonly enum?: readonly string[] };
  readonly examples?: Examples;
}

type Content = Readonly<Record<string, { readonly schema: object; readonly examples?: Examples }>>;

export interface Operation {
  /** Lower case. */
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
  readonly security?: readonly object[];
}

type Json = Readonly<Record<string, unknown>>;

export class OpenApiDocument {
  readonly operations: readonly Operation[];
  readonly schemas: Readonly<Record<string, object>>;
  private readonly ajv = new Ajv({
    strict: false,
    formats: { date: /^\d{4}-\d\d-\d\d$/, 'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/ },
  });

  private readonly compiled = new Map<string, ValidateFunction>();

  static async of(ledger: Ledger): Promise<OpenApiDocument> {
    return new OpenApiDocument((await ledger.get('/openapi.json')).text);
  }

  private constructor(readonly text: string) {
    const { paths, components } = JSON.parse(text) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<Operation, 'method' | 'path'>>>>>;
      readonly components: { readonly schemas: Readonly<Record<string, Json>> };
    };
    this.operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ ...operation, method, path })),
    );
    this.schemas = components.schemas;
    const schemas = Object.fromEntries(Object.entries(components.schemas).map(([name, each]) => [name, closed(each)]));
    this.ajv.addSchema({ $id: 'api', components: { schemas } });
  }

  get reads(): readonly Operation[] {
    return this.operations.filter(({ method }) => method === 'get');
  }

  get writes(): readonly Operation[] {
    return this.operations.filter(({ method }) => method !== 'get');
  }

  /** The reads that answer in CSV too. */
  get lists(): readonly Operation[] {
    return this.reads.filter((operation) => 'text/csv' in contentOf(operation));
  }

  operation(method: string, path: string): Operation {
    const found = this.operations.find((each) => each.method === method && each.path === path);
    if (found === undefined) throw new Error(`the document has no ${method} ${path}`);
    return found;
  }

  /** @throws {Error} a value that the schema does not describe, or describes only in part */
  expectValid(schema: object, value: unknown): void {
    const validate = this.validator(schema);
    if (!validate(value))
      throw new Error(`${JSON.stringify(validate.errors)} in ${JSON.stringify(value).slice(0, 300)}`);
  }

  private validator(schema: object): ValidateFunction {
    const text = JSON.stringify(closed(schema as Json)).replaceAll('#/components', 'api#/components');
    let validate = this.compiled.get(text);
    if (validate === undefined) this.compiled.set(text, (validate = this.ajv.compile(JSON.parse(text) as object)));
    return validate;
  }
}

/**
 * As JSON Schema, where `nullable` is a type of its own. An object with described members may have no others, so a
 * member that the document does not name is an error.
 */
function closed({ nullable, example: _example, discriminator: _discriminator, properties, ...keywords }: Json): object {
  const described = Object.fromEntries(
    Object.entries(keywords).map(([keyword, value]) => [keyword, keyword === 'enum' ? value : within(value)]),
  );
  const members = Object.entries((properties ?? {}) as Json).map(([name, schema]) => [name, within(schema)]);
  const schema = {
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(members) as object, additionalProperties: false }),
    ...described,
  };
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

function within(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(within);
  return typeof value === 'object' && value !== null ? closed(value as Json) : value;
}

/** The contents of the answer 200, by media type. */
export const contentOf = ({ responses }: Operation): Content => responses['200']?.content ?? {};

export const takes = ({ parameters }: Operation, name: string): boolean =>
  parameters.some((parameter) => parameter.in === 'query' && parameter.name === name);

/** The address that Swagger UI asks when nothing is filled in: with every example. @param more further parameters */
export function exampleAddress({ path, parameters }: Operation, more: Readonly<Record<string, string>> = {}): string {
  let address = path;
  const query = new URLSearchParams();
  for (const { name, in: place, schema } of parameters) {
    if (schema.example === undefined) continue;
    if (place === 'path') address = address.replace(`{${name}}`, schema.example);
    if (place === 'query') query.set(name, schema.example);
  }
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return `${address}?${query.toString()}`;
}

/** The first example of a body, as Swagger UI sends it. */
export function exampleBody({ requestBody }: Operation): { readonly type: string; readonly body: string } {
  const [type, { examples }] = Object.entries(requestBody!.content)[0]!;
  const { value } = Object.values(examples!)[0]!;
  return { type, body: typeof value === 'string' ? value : JSON.stringify(value) };
}

/** The lines of an answer in NDJSON. */
export const linesOf = (text: string): unknown[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
