import canonicalize from 'canonicalize';

/** RFC 8785 text of a JSON value. */
export const canonicalText = (value: unknown): string => canonicalize(value) ?? '';

/**
 * Whether two bodies are equal in canonical form: key order and white space do not count (design, "What leaves no
 * doubt" 8).
 */
export const sameBody = (a: unknown, b: unknown): boolean => canonicalText(a) === canonicalText(b);
