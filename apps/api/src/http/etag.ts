/** Entity tags. One is the revision if a write takes it in If-Match; else it is a digest of the answer's bytes. */
import { createHash } from 'node:crypto';

/** They hold 132 bits in base64url. */
const DIGEST_CHARACTERS = 22;

/** A strong tag: different bytes have different tags. */
export const etagOfBytes = (body: string | Buffer): string =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, DIGEST_CHARACTERS)}"`;

/** Whether an If-None-Match header names the tag or `*`. A `W/` does not matter (RFC 9110, section 13.1.2). */
export function namesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  for (const [tag] of ifNoneMatch.matchAll(/"[\x21\x23-\x7e\x80-\xff]*"/g)) if (tag === etag) return true;
  return false;
}

/**
 * Whether the answer to a query can never change. Only then does an equal revision mean an equal answer. Otherwise the
 * same revision may look different on another day, after a mission was amended, or after a decision was corrected. A
 * proof changes with the newest checkpoint.
 */
export function isFixed(query: unknown): boolean {
  const { asOf, knownAt, proof } = query as {
    readonly asOf?: unknown;
    readonly knownAt?: unknown;
    readonly proof?: unknown;
  };
  return typeof asOf === 'string' && typeof knownAt === 'string' && knownAt.startsWith('size:') && proof !== 'true';
}
