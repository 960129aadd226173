/** Strict JSON: UTF-8, no key twice in one object, no `__proto__`, and not deeply nested. */
import { Problem } from './problem.js';

const DEEPEST = 32;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws {Problem} 400 invalid, naming what is wrong and where */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const value = parse(text);
  const { colons, depth } = survey(text);
  if (depth > DEEPEST) throw refused(`is nested ${depth} deep; at most ${DEEPEST} levels are needed here`);
  // Every key of the text is followed by a colon. A value with fewer keys than the text has colons had a key twice.
  if (countKeys(value) !== colons) throw refused(`has the key "${repeatedKey(text)}" twice in one object; say it once`);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw refused('is not UTF-8; send it in that encoding');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw refused(text.trim() === '' ? 'is empty; send a JSON object' : `is not JSON: ${(error as Error).message}`);
  }
}

/** Counts colons and nesting outside strings, in text that is known to be JSON. */
function survey(text: string): { colons: number; depth: number } {
  let colons = 0;
  let depth = 0;
  let level = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = endOfString(text, i);
    else if (code === 0x3a) colons++;
    else if (code === 0x7b || code === 0x5b) depth = Math.max(depth, ++level);
    else if (code === 0x7d || code === 0x5d) level--;
  }
  return { colons, depth };
}

/** Index of the quote that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(index - 1 - backslashes) === 0x5c) backslashes++;
  return backslashes % 2 === 1;
}

function countKeys(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item);
    return count;
  }
  for (const key of Object.keys(value)) {
    if (key === '__proto__') throw refused('has the key "__proto__", which no body may have; leave it out');
    count += 1 + countKeys((value as Record<string, unknown>)[key]);
  }
  return count;
}

const KEY_ENDS = /\s*:/y;

function repeatedKey(text: string): string {
  const open: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '{') open.push(new Set());
    else if (text[i] === '[') open.push(new Set());
    else if (text[i] === '}' || text[i] === ']') open.pop();
    if (text[i] !== '"') continue;
    const end = endOfString(text, i);
    KEY_ENDS.lastIndex = end + 1;
    const isKey = KEY_ENDS.test(text);
    const key = JSON.parse(text.slice(i, end + 1)) as string;
    if (isKey && open.at(-1)!.has(key)) return key;
    if (isKey) open.at(-1)!.add(key);
    i = end;
  }
  return '';
}

const refused = (why: string): Problem =>
  new Problem('invalid', `The body ${why}.`, { errors: [{ field: 'body', message: why }] });
