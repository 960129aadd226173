/**
 * Bodies and queries against their DTO. Wording refusals is the dearest step of a post, so a check compiled from class-validator's own metadata
 * goes first, and class-validator words the refusal of what that did not accept. A test holds that whatever the one accepts the other does.
 */
import type { ClassConstructor } from 'class-transformer';
import { plainToInstance } from 'class-transformer';
import type { ValidationError } from 'class-validator';
import { getFromContainer, getMetadataStorage, validateSync } from 'class-validator';
import type { FieldError } from './problem.js';
import { Problem } from './problem.js';
import type { NestedType } from './fields.js';
import { nestedType } from './fields.js';

/** More would be read by nobody; the number of the others is said. */
const MOST_ERRORS = 20;

/** The body itself, known to be of the DTO's shape. @throws {Problem} 400 invalid, with one entry a field */
export function validateBody<T extends object>(dto: ClassConstructor<T>, body: unknown, what = 'The body'): T {
  if (accepts(dto, body)) return body as T;
  const errors = refusals(dto, body);
  if (errors.length === 0) return body as T;
  const [first] = errors;
  const others = errors.length > 1 ? ` ${errors.length - 1} more below.` : '';
  throw new Problem('invalid', `${what} cannot be taken: ${first!.field} ${first!.message}.${others}`, {
    errors: errors.slice(0, MOST_ERRORS),
  });
}

interface Property {
  readonly name: string;
  readonly optional: boolean;
  readonly checks: readonly ((value: unknown, body: object) => boolean)[];
  readonly nested: NestedType | undefined;
}
interface Check {
  readonly properties: readonly Property[];
  readonly names: ReadonlySet<string>;
}

const compiled = new Map<ClassConstructor<object>, Check>();

/** Whether a value is of the DTO's shape, in one pass without building anything. */
export function accepts(dto: ClassConstructor<object>, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  let check = compiled.get(dto);
  if (check === undefined) compiled.set(dto, (check = compile(dto)));
  for (const key in value) if (!check.names.has(key)) return false;
  for (const { name, optional, checks, nested } of check.properties) {
    const member = (value as Record<string, unknown>)[name];
    if (member === undefined && optional) continue;
    for (const each of checks) if (!each(member, value)) return false;
    if (nested !== undefined && !acceptsNested(nested, member)) return false;
  }
  return true;
}

function acceptsNested({ many, classOf }: NestedType, member: unknown): boolean {
  for (const item of many ? (member as object[]) : [member as object]) {
    const dto = classOf(item);
    if (dto === undefined || !accepts(dto, item)) return false;
  }
  return true;
}

function compile(dto: ClassConstructor<object>): Check {
  const storage = getMetadataStorage();
  const byName = storage.groupByPropertyName(storage.getTargetValidationMetadatas(dto, '', false, false));
  const properties = Object.entries(byName).map(([name, metadata]): Property => {
    const checks = metadata.flatMap(({ type, constraintCls, constraints }) => {
      if (type !== 'customValidation') return [];
      const constraint = getFromContainer<{ validate(value: unknown, args: object): boolean }>(constraintCls as ClassConstructor<never>);
      return [(value: unknown, object: object) => constraint.validate(value, { object, value, constraints })];
    });
    const optional = metadata.some(({ type }) => type === 'conditionalValidation');
    return { name, optional, checks, nested: nestedType(dto.prototype as object, name) };
  });
  return { properties, names: new Set(properties.map(({ name }) => name)) };
}

/** What class-validator has to say of the value. */
export function refusals(dto: ClassConstructor<object>, value: unknown): FieldError[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ field: 'body', message: 'must be a JSON object' }];
  const instance = plainToInstance(dto, value);
  return validateSync(instance, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true }).flatMap((error) =>
    worded(error, ''),
  );
}

function worded({ property, constraints = {}, children = [] }: ValidationError, at: string): FieldError[] {
  const field = /^\d+$/.test(property) ? `${at}[${property}]` : at === '' ? property : `${at}.${property}`;
  const own = Object.entries(constraints).map(([name, message]) => ({
    field,
    message: name === 'whitelistValidation' ? 'is not a field here; remove it or correct its name' : message,
  }));
  // A value that is not even of the right kind says it once; what class-validator finds inside it would only repeat that.
  if ('field' in constraints) return own.filter((_each, i) => Object.keys(constraints)[i] === 'field');
  // An effect whose type is unknown has no fields that could be right or wrong.
  const type = children.find((child) => child.property === 'type');
  return [...own, ...(type === undefined ? children : [type]).flatMap((child) => worded(child, field))];
}
