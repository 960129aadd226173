import canonicalize from 'canonicalize';

/** Canonical JSON text of a value (RFC 8785). */
export const canonicalText = (value: unknown): string => canonicalize(value) ?? '';

/** Whether two bodies are equal in canonical form: key order and white space do not count (docs/http-api.md). */
export const sameBody = (a: unknown, b: unknown): boolean => canonicalText(a) === canonicalText(b);
