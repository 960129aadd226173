/** The text under which data and metadata are stored: RFC 8785 (JCS), and nothing that it cannot carry exactly (design, section 4). */
import type { Json } from './event-log.js';
import { EventRefused } from './event-log.js';

/** Deeper nesting is no decision but an attack on the stack. */
const DEEPEST = 64;

/**
 * Canonical JSON text of a value: keys ordered by UTF-16 code units (RFC 8785, 3.2.3), no white space.
 * Members that are undefined are left out, as JSON.stringify does.
 * @throws {EventRefused} a float, an integer beyond ±(2^53−1), a BigInt, ill-formed Unicode, a control character other than tab and
 *   newline, an object that is not a plain one, or nesting deeper than 64
 */
export function canonicalJson(value: Json): string {
  return write(value, '$', 0);
}

function write(value: unknown, path: string, depth: number): string {
  switch (typeof value) {
    case 'string':
      return text(value, path);
    case 'number':
      if (!Number.isSafeInteger(value)) throw refused(path, `${value} is not an integer within ±(2^53−1)`);
      return value === 0 ? '0' : `${value}`; // JCS writes -0 as 0
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      if (depth === DEEPEST) throw refused(path, `is nested deeper than ${DEEPEST}`);
      return Array.isArray(value) ? list(value, path, depth) : object(value as Record<string, unknown>, path, depth);
    default:
      throw refused(path, `a ${typeof value} is not JSON`);
  }
}

function list(value: readonly unknown[], path: string, depth: number): string {
  let out = '[';
  for (let i = 0; i < value.length; i++) out += (i === 0 ? '' : ',') + write(value[i], `${path}[${i}]`, depth + 1);
  return `${out}]`;
}

function object(value: Record<string, unknown>, path: string, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw refused(path, 'is not a plain object');
  let out = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    out += `${out === '' ? '' : ','}${text(key, path)}:${write(member, `${path}.${key}`, depth + 1)}`;
  }
  return `{${out}}`;
}

/** Other than tab and newline, no control character may be stored. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

function text(value: string, path: string): string {
  if (CONTROL.test(value)) throw refused(path, 'contains a control character other than tab and newline');
  if (!value.isWellFormed()) throw refused(path, 'is not well-formed Unicode');
  return JSON.stringify(value); // for well-formed text its escapes are those of RFC 8785, 3.2.2.2
}

const refused = (path: string, why: string): EventRefused => new EventRefused(`${path} ${why}, so it cannot be stored`, 'not-canonical');
