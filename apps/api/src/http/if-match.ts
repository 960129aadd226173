import { Problem } from './problem.js';

/** The revision of an `If-Match: "<revision>"` header, null where none was sent. @throws {Problem} 400 invalid */
export function revisionOf(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined) return null;
  const revision = /^"(0|[1-9]\d{0,14})"$/.exec(ifMatch)?.[1];
  if (revision !== undefined) return Number(revision);
  const message = 'must be one revision in double quotes, such as "3", as the ETag of the mandate gives it';
  throw new Problem('invalid', `If-Match ${message}.`, { errors: [{ field: 'If-Match', message }] });
}

export const etagOf = (revision: number): string => `"${revision}"`;
