/** Entity tags: the revision where a write takes it in If-Match, else a digest of the answer's bytes. */
import { createHash } from 'node:crypto';

/** 22 characters of base64url hold 132 bits. */
const DIGEST_CHARACTERS = 22;

/** A strong tag: other bytes have another one. */
export const etagOfBytes = (body: string | Buffer): string =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, DIGEST_CHARACTERS)}"`;

/** Whether an If-None-Match header names the tag, or any; `W/` does not count (RFC 9110, section 13.1.2). */
export function namesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  for (const [tag] of ifNoneMatch.matchAll(/"[\x21\x23-\x7e\x80-\xff]*"/g)) if (tag === etag) return true;
  return false;
}

/**
 * Whether a question has one answer for ever. Only then may the revision alone say that an answer is as it was: on
 * another day, or after a
 * mission was amended or a decision corrected, the same revision can look otherwise; and a proof is one with the newest
 * checkpoint.
 */
export function isFixed(query: unknown): boolean {
  const { asOf, knownAt, proof } = query as {
    readonly asOf?: unknown;
    readonly knownAt?: unknown;
    readonly proof?: unknown;
  };
  return typeof asOf === 'string' && typeof knownAt === 'string' && knownAt.startsWith('size:') && proof !== 'true';
}
