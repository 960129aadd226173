/** The schemas of the answers about the log: its proofs and its status. */
import { instant, listOf, named, nullable, objectOf, oneOf, text, whole } from '../openapi/schema.js';
import type { Consistency, Inclusion, LogStatus } from './log.queries.js';

const hash = { ...text, description: 'SHA-256, padded standard base64' };

export const INCLUSION = named(
  'Inclusion',
  objectOf<Inclusion>(
    { leafIndex: whole, size: whole, leafHash: hash, rootHash: hash, hashes: listOf(hash) },
    'RFC 9162, section 2.1.3',
  ),
);

export const CONSISTENCY = named(
  'Consistency',
  objectOf<Consistency>(
    { from: whole, to: whole, fromRoot: hash, toRoot: hash, hashes: listOf(hash) },
    'RFC 9162, section 2.1.4',
  ),
);

type Watch = LogStatus['watch'];
type FirstWrong = NonNullable<Watch['firstWrong']>;

export const LOG_STATUS = named(
  'LogStatus',
  objectOf<LogStatus>({
    size: { ...whole, description: 'The number of events, and so of leaves' },
    origin: text,
    keys: { ...listOf(text), description: 'IDs of the keys that may have signed, the newest first' },
    checkpoint: nullable(
      objectOf<NonNullable<LogStatus['checkpoint']>>({
        size: whole,
        signedAt: { ...nullable(instant), description: 'Null where it was signed before this process began' },
      }),
    ),
    trouble: { ...nullable(text), description: 'Why no checkpoint is signed' },
    watch: objectOf<Watch>({
      rate: { ...whole, description: 'Events a second; 0 where the watch is switched off' },
      checked: { ...whole, description: 'Events compared since the start' },
      passes: { ...whole, description: 'How often the whole log was compared since the start' },
      next: { ...whole, description: 'leafIndex of the event that is compared next' },
      lastPassFinishedAt: nullable(instant),
      firstWrong: nullable(
        objectOf<FirstWrong>({
          kind: oneOf(['altered', 'removed', 'inserted', 'reordered', 'truncated']),
          first: objectOf<FirstWrong['first']>({
            leafIndex: whole,
            id: nullable(text),
            stream: nullable(text),
            revision: nullable(whole),
          }),
          detail: text,
        }),
      ),
      trouble: { ...nullable(text), description: 'Why the watch does not make progress' },
    }),
  }),
);
