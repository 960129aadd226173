/**
 * Checks bodies and queries against their DTO, in two steps. A check compiled from class-validator's own metadata comes
 * first, because class-validator itself would be the most expensive step of a post. What the compiled check does not
 * accept goes to class-validator, which words the refusal. A test shows that both accept the same values.
 */
import type { ValidationError } from 'class-validator';
import { getFromContainer, getMetadataStorage, validateSync } from 'class-validator';
import type { FieldError } from './problem.js';
import { Problem } from './problem.js';
import type { ClassOf, NestedType } from './fields.js';
import { isObject, nestedType } from './fields.js';

/** An answer lists no more errors than this. It tells how many others there are. */
const MOST_ERRORS = 20;

/** @returns the body itself, as its DTO. @throws {Problem} 400 invalid, with one entry for each wrong field */
export function validateBody<T extends object>(dto: ClassOf<T>, body: unknown, what = 'The body'): T {
  if (accepts(dto, body)) return body as T;
  const errors = refusals(dto, body);
  const { field, message } = errors[0] ?? { field: 'body', message: 'is not of the shape that is expected here' };
  const others = errors.length > 1 ? ` ${errors.length - 1} more below.` : '';
  throw new Problem('invalid', `${what} cannot be taken: ${field} ${message}.${others}`, {
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

const compiled = new Map<ClassOf<object>, Check>();

/** Whether a value has the shape of the DTO. One pass, no copy. */
export function accepts(dto: ClassOf<object>, value: unknown): boolean {
  if (!isObject(value)) return false;
  const { names, properties } = checkOf(dto);
  for (const key in value) if (!names.has(key)) return false;
  for (const { name, optional, checks, nested } of properties) {
    const member = (value as Record<string, unknown>)[name];
    if (member === undefined && optional) continue;
    for (const each of checks) if (!each(member, value)) return false;
    if (nested !== undefined && !acceptsNested(nested, member)) return false;
  }
  return true;
}

function acceptsNested({ many, classOf }: NestedType, member: unknown): boolean {
  for (const item of many ? (member as object[]) : [member as object]) {
    if (!accepts(classOf(item), item)) return false;
  }
  return true;
}

function checkOf(dto: ClassOf<object>): Check {
  let check = compiled.get(dto);
  if (check === undefined) compiled.set(dto, (check = compile(dto)));
  return check;
}

function compile(dto: ClassOf<object>): Check {
  const storage = getMetadataStorage();
  const byName = storage.groupByPropertyName(storage.getTargetValidationMetadatas(dto, '', false, false));
  const properties = Object.entries(byName).map(([name, metadata]): Property => {
    const checks = metadata.flatMap(({ type, constraintCls, constraints }) => {
      if (type !== 'customValidation') return [];
      const constraint = getFromContainer<{ validate(value: unknown, args: object): boolean }>(
        constraintCls as ClassOf<never>,
      );
      return [(value: unknown, object: object) => constraint.validate(value, { object, value, constraints })];
    });
    const optional = metadata.some(({ type }) => type === 'conditionalValidation');
    return { name, optional, checks, nested: nestedType(dto.prototype as object, name) };
  });
  return { properties, names: new Set(properties.map(({ name }) => name)) };
}

/** What is wrong with the value, in class-validator's words; empty for a value of the DTO's shape. */
export function refusals(dto: ClassOf<object>, value: unknown): FieldError[] {
  if (!isObject(value)) return [{ field: 'body', message: 'must be a JSON object' }];
  const strangers: FieldError[] = [];
  const instance = instanceOf(dto, value, '', strangers);
  // class-validator refuses an instance of a class without any field, such as NoQuery.
  const found = checkOf(dto).properties.length === 0 ? [] : validateSync(instance, { forbidUnknownValues: true });
  const errors = found.flatMap((error) => worded(error, ''));
  // The members of an object of an unknown type are neither right nor wrong.
  const untyped = errors.flatMap(({ field }) => (field.endsWith('.type') ? [field.slice(0, -'type'.length)] : []));
  return [...strangers.filter(({ field }) => !untyped.some((prefix) => field.startsWith(prefix))), ...errors];
}

/**
 * The value as instances of its DTOs, as class-validator wants it. Members that no DTO names are left out and reported
 * here, because class-validator does not see a member called `constructor` or `__proto__`.
 */
function instanceOf(dto: ClassOf<object>, value: object, at: string, strangers: FieldError[]): object {
  const { names } = checkOf(dto);
  const instance = Object.create(dto.prototype as object) as Record<string, unknown>;
  for (const [name, member] of Object.entries(value)) {
    const field = at === '' ? name : `${at}.${name}`;
    const nested = nestedType(dto.prototype as object, name);
    const inside = (item: unknown, place: string): unknown =>
      isObject(item) && nested !== undefined ? instanceOf(nested.classOf(item), item, place, strangers) : item;
    if (!names.has(name)) strangers.push({ field, message: 'is not a field here; remove it or correct its name' });
    else if (nested?.many === true && Array.isArray(member))
      instance[name] = itemsOf(member, nested, (item, i) => inside(item, `${field}[${i}]`));
    else instance[name] = inside(member, field);
  }
  return instance;
}

/** The items of a list that is too long are not checked: a million of them would delay all other requests. */
function itemsOf(
  list: readonly unknown[],
  { most }: NestedType,
  inside: (item: unknown, index: number) => unknown,
): unknown[] {
  if (list.length <= most) return list.map(inside);
  const tooLong: unknown[] = [];
  tooLong.length = list.length;
  return tooLong;
}

function worded({ property, constraints, children = [] }: ValidationError, at: string): FieldError[] {
  const field = /^\d+$/.test(property) ? `${at}[${property}]` : at === '' ? property : `${at}.${property}`;
  // Errors inside a value of the wrong kind would only repeat that it is of the wrong kind.
  const own = constraints?.['field'];
  return own === undefined ? children.flatMap((child) => worded(child, field)) : [{ field, message: own }];
}
