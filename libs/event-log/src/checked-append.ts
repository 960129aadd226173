/** What every store asks of an append before it is sent to it: names, ids, canonical text and size. */
import { canonicalJson } from './canonical-json.js';
import type { ExpectedRevision, NewEvent } from './event-log.js';
import { EventRefused } from './event-log.js';

/** The same bound as EventStoreDB's, so that a ledger can be moved from the one store to the other. */
const LARGEST_APPEND_BYTES = 1024 * 1024;
/** An append whose events were checked and written as text, before the transaction begins. */
export interface CheckedAppend {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly {
    readonly id: string;
    readonly type: string;
    readonly data: string;
    readonly metadata: string;
  }[];
}

/** The id of an event. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws {EventRefused} the append cannot be stored whatever the log holds; {RangeError} a name or id is malformed */
export function checkAppend(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): CheckedAppend {
  if (!/^[a-z0-9-]{1,200}$/.test(stream)) throw new RangeError(`"${stream}" is not the name of a stream`);
  if (events.length === 0) throw new RangeError('an append has at least one event');
  let bytes = 0;
  const checked = events.map(({ id, type, data, metadata }) => {
    if (!UUID.test(id)) throw new RangeError(`"${id}" is not a lower-case UUID`);
    const event = { id, type, data: canonicalJson(data), metadata: canonicalJson(metadata) };
    bytes += Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata);
    return event;
  });
  if (bytes > LARGEST_APPEND_BYTES)
    throw new EventRefused(
      `the events take ${bytes} bytes together; at most ${LARGEST_APPEND_BYTES} can be appended at once`,
      'too-large',
    );
  if (new Set(events.map(({ id }) => id)).size < events.length)
    throw new RangeError('an event id occurs twice in one append');
  return { stream, events: checked, expected };
}
