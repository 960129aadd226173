/** If-Match and ETag of what can be written: the revision in double quotes. */
import { checkedParameter } from './dto.pipe.js';
import { Problem } from './problem.js';

/** The revision of an `If-Match: "<revision>"` header; null without the header. @throws {Problem} 400 invalid */
function revisionOf(ifMatch: unknown): number | null {
  if (ifMatch === undefined) return null;
  const revision = /^"(0|[1-9]\d{0,14})"$/.exec(ifMatch as string)?.[1];
  if (revision !== undefined) return Number(revision);
  const message = 'must be one revision in double quotes, such as "3", as the ETag of the mandate gives it';
  throw new Problem('invalid', `If-Match ${message}.`, { errors: [{ field: 'If-Match', message }] });
}

/** A parameter of a controller: the revision that the client has seen; null if the request does not tell. */
export const SeenRevision = checkedParameter(({ headers }) => headers['if-match'], revisionOf);

export const etagOf = (revision: number): string => `"${revision}"`;
