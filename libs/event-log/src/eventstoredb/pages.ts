/** Pages of the ledger's own events, read from a store that may hold others as well. */
import type { ResolvedEvent } from '@eventstore/db-client';
import type { RecordedEvent } from '../event-log.js';
import { EventUnreadable } from '../event-log.js';
import { charactersOf } from '../text-event.js';
import type { Ours, StoredEvent } from './stored-event.js';
import { storedEvent } from './stored-event.js';

export const LARGEST_PAGE = 500;
const FIRST_PAGE = 50;
const PAGE_CHARACTERS = 1024 * 1024;

/** The next events of the store, and whether they are the last ones. */
type ReadNext = (maxCount: number) => Promise<{ readonly page: readonly ResolvedEvent[]; readonly end: boolean }>;

/** As many events a page as fit into about 1 MiB. @throws {EventUnreadable} after the events that lie before it */
export async function* ownPages(ours: Ours, limit: number, read: ReadNext): AsyncIterable<readonly RecordedEvent[]> {
  let fits = FIRST_PAGE;
  for (let left = limit; left > 0;) {
    const { page, end } = await read(Math.min(fits, left));
    const { events, unreadable } = readable(page, ours);
    if (events.length > 0) yield events.slice(0, left);
    if (unreadable !== null && events.length < left) throw unreadable;
    if (end) return;
    left -= events.length;
    fits = Math.max(
      2,
      Math.min(LARGEST_PAGE, fits * 4, Math.ceil((events.length * PAGE_CHARACTERS) / (charactersOf(events) || 1))),
    );
  }
}

/** The ledger's own events of a page, up to the first that cannot be read. */
function readable(
  page: readonly ResolvedEvent[],
  ours: Ours,
): { readonly events: StoredEvent[]; readonly unreadable: EventUnreadable | null } {
  const events: StoredEvent[] = [];
  for (const each of page)
    try {
      const event = storedEvent(each, ours);
      if (event !== null) events.push(event);
    } catch (error) {
      if (error instanceof EventUnreadable) return { events, unreadable: error };
      throw error;
    }
  return { events, unreadable: null };
}

/** Everything that a read of the client gives, but for events that the store has removed. */
export async function all(stream: AsyncIterable<ResolvedEvent>): Promise<ResolvedEvent[]> {
  const events: ResolvedEvent[] = [];
  for await (const event of stream) if (event.event !== undefined) events.push(event);
  return events;
}
