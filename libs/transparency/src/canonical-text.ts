/**
 * JSON text of unknown origin, checked for what a leaf may contain: RFC 8785, and the restrictions of
 * docs/stored-bytes.md.
 *
 * It shares no code with canonical-json.ts of libs/event-log, which writes such texts: a verifier that used the
 * writer's
 * code would repeat its faults. tests/transparency/canonical.spec.ts compares the two.
 */
import canonicalize from 'canonicalize';

/** An object or a list may lie in 63 others at most: deeper nesting is an attack on the stack. */
const DEEPEST = 64;
/** Other than tab and newline. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
/** In JSON text: what may be such a character, or half of one. */
const MAY_BE_CONTROL = /\\[^"\\nt]|[\u007f-\u009f]/;

type Members = Readonly<Record<string, unknown>>;

/** Canonical text, or what is wrong with what was given, in words that follow its name: "data is not JSON". */
export type Canonical = { readonly text: string; readonly wrong?: undefined } | { readonly wrong: string };

export const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text of a parsed value. What the text that it was parsed from had and the value has not, `flawOfText` finds. */
export function canonicalText(value: unknown, name: string): Canonical {
  if (isOrdered(value, 0)) {
    const text = JSON.stringify(value); // which for an ordered value is RFC 8785
    if (!MAY_BE_CONTROL.test(text)) return { text };
  }
  const wrong = flawOfValue(value, name, 0);
  return wrong === undefined ? { text: canonicalize(value)! } : { wrong };
}

/** JSON text of an object that is to be canonical as it stands, character for character. */
export function storedText(text: unknown, name: string): Canonical {
  if (typeof text !== 'string') return { wrong: `${name} is not text` };
  const value = parsed(text);
  if (value === undefined) return { wrong: `${name} is not JSON` };
  if (!isObject(value)) return { wrong: `${name} is not an object` };
  const canonical = canonicalText(value, name);
  if (canonical.wrong !== undefined || canonical.text === text) return canonical;
  return { wrong: flawOfText(text, name) ?? `${name} is not in canonical form` };
}

/** Undefined where it is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // which JSON has no word for
  }
}

/** Whether nothing is wrong but perhaps a string, and keys stand in order. */
function isOrdered(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth === DEEPEST) return false;
  if (Array.isArray(value)) return areOrdered(value, depth + 1);
  let before = '';
  for (const key of Object.keys(value)) {
    if (key < before || !isOrdered((value as Members)[key], depth + 1)) return false;
    before = key;
  }
  return true;
}

function areOrdered(values: readonly unknown[], depth: number): boolean {
  for (let i = 0; i < values.length; i++) if (!isOrdered(values[i], depth)) return false;
  return true;
}

function flawOfValue(value: unknown, path: string, depth: number): string | undefined {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? undefined : `${path} is not an integer within ±(2^53−1)`;
  if (typeof value === 'string') return flawOfString(value, path);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === DEEPEST) return `${path} is nested deeper than ${DEEPEST}`;
  for (const [key, member] of Object.entries(value)) {
    const place = Array.isArray(value) ? `${path}[${key}]` : `${path}.${shown(key)}`;
    const wrong = flawOfString(key, `a key of ${path}`) ?? flawOfValue(member, place, depth + 1);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** Of a name that may have any length: as much as a sentence bears. */
export const shown = (name: string): string => (name.length > 60 ? `${name.slice(0, 60)}…` : name);

export function flawOfString(value: string, path: string): string | undefined {
  if (CONTROL.test(value)) return `${path} has a control character other than tab and newline`;
  return value.isWellFormed() ? undefined : `${path} is not well-formed Unicode`;
}

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?[0-9][-+.0-9eE]*|[{}[\]:]/g;
const INTEGER = /^(?:0|-?[1-9][0-9]*)$/;

/**
 * In text that is JSON: a key said twice, or a number that is not written as an integer. Both are gone once it is
 * parsed.
 */
export function flawOfText(text: string, name: string): string | undefined {
  const open: Set<string>[] = [];
  let before = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const key = JSON.parse(before) as string;
      if (open.at(-1)!.has(key)) return `${name} has the key "${shown(key)}" twice in one object`;
      open.at(-1)!.add(key);
    } else if (!token.startsWith('"') && !INTEGER.test(token))
      return `${name} has the number ${shown(token)}, which is not written as an integer`;
    before = token;
  }
  return undefined;
}
