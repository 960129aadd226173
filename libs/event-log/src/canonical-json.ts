/**
 * The text under which data and metadata are stored: RFC 8785 (JCS), and nothing that it cannot carry exactly
 * (docs/stored-bytes.md).
 *
 * libs/transparency checks the same with code of its own (canonical-text.ts), so that a fault here is found there.
 * tests/transparency/canonical.spec.ts compares the two.
 */
import type { Json } from './event-log.js';
import { EventRefused } from './event-log.js';

/** Deeper nesting is no decision but an attack on the stack. */
const DEEPEST = 64;
/** Other than tab and newline, no control character may be stored. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
/** In JSON text: what may be such a character, or half of one (JSON.stringify escapes it). */
const UNSAFE = /\\[^"\\nt]|[\u007f-\u009f]/;
/** What nearly all texts are made of: nothing that is escaped, refused or half of something. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * Canonical JSON text of a value: keys ordered by UTF-16 code units (RFC 8785, 3.2.3), no white space.
 * Members that are undefined are left out, as JSON.stringify does.
 * @throws {EventRefused} a float, an integer beyond ±(2^53−1), a BigInt, ill-formed Unicode, a control character other
 * than tab and
 *   newline, an object that is not a plain one, or nesting deeper than 64
 */
export function canonicalJson(value: Json): string {
  if (isOrdered(value, 0)) {
    const text = JSON.stringify(value);
    if (!UNSAFE.test(text)) return text;
  }
  return write(value, []);
}

/**
 * Whether it stands in canonical order already, like all that was read from a store. JSON.stringify then writes the
 * same, and in one piece:
 * a text that was put together from pieces keeps them all until it is sent, which is several times the memory.
 */
function isOrdered(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isSafeInteger(value);
    case 'object':
      return (
        value === null ||
        (depth < DEEPEST && (Array.isArray(value) ? areOrdered(value, depth + 1) : hasOrder(value, depth + 1)))
      );
    default:
      return false;
  }
}

function areOrdered(values: readonly unknown[], depth: number): boolean {
  for (let i = 0; i < values.length; i++) if (!isOrdered(values[i], depth)) return false;
  return true;
}

function hasOrder(value: object, depth: number): boolean {
  let before = '';
  for (const key of Object.keys(value)) {
    if (key < before || !isOrdered((value as Record<string, unknown>)[key], depth)) return false;
    before = key;
  }
  return isPlain(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * @param path where the value is: members and indices from the outside in, for the sentence of a refusal; put back as
 * it was
 */
function write(value: unknown, path: (string | number)[]): string {
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
      if (path.length === DEEPEST) throw refused(path, `is nested deeper than ${DEEPEST}`);
      return Array.isArray(value) ? list(value, path) : object(value as Record<string, unknown>, path);
    default:
      throw refused(path, `a ${typeof value} is not JSON`);
  }
}

function list(value: readonly unknown[], path: (string | number)[]): string {
  let out = '[';
  for (let i = 0; i < value.length; i++) {
    path.push(i);
    out += (i === 0 ? '' : ',') + write(value[i], path);
    path.pop();
  }
  return `${out}]`;
}

function object(value: Record<string, unknown>, path: (string | number)[]): string {
  if (!isPlain(value)) throw refused(path, 'is not a plain object');
  let out = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    path.push(key);
    out += `${out === '' ? '' : ','}${text(key, path)}:${write(member, path)}`;
    path.pop();
  }
  return `{${out}}`;
}

function text(value: string, path: readonly (string | number)[]): string {
  if (PLAIN.test(value)) return `"${value}"`;
  if (CONTROL.test(value)) throw refused(path, 'contains a control character other than tab and newline');
  if (!value.isWellFormed()) throw refused(path, 'is not well-formed Unicode');
  return JSON.stringify(value); // for well-formed text its escapes are those of RFC 8785, 3.2.2.2
}

function refused(path: readonly (string | number)[], why: string): EventRefused {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return new EventRefused(`$${place} ${why}, so it cannot be stored`, 'not-canonical');
}
