/** Events as the store has them: which are the ledger's, and what the port says of them. */
import type { ResolvedEvent } from '@eventstore/db-client';
import { canonicalJson } from '../canonical-json.js';
import type { JsonObject } from '../event-log.js';
import { EventRefused, EventUnreadable } from '../event-log.js';
import { TextEvent } from '../text-event.js';

/** What belongs to the ledger in a store that others may use as well. */
export interface Ours {
  /** How its streams' names begin. */
  readonly prefixes: readonly string[];
  /** Its types of events: another product may use a stream of the same name. */
  readonly types: ReadonlySet<string>;
}

/** Which the client has parsed: what is kept is the canonical text. */
export class StoredEvent extends TextEvent {
  constructor(
    readonly commit: bigint,
    id: string,
    stream: string,
    revision: number,
    type: string,
    data: JsonObject,
    metadata: JsonObject,
  ) {
    super(String(commit), id, stream, revision, type, canonicalJson(data), canonicalJson(metadata));
  }
}

/**
 * Null for an event of another product, or of the store itself. @throws {EventUnreadable} it is ours, and cannot have
 * been stored by us
 */
export function storedEvent(resolved: ResolvedEvent, ours: Ours): StoredEvent | null {
  if (!isOurs(resolved, ours)) return null;
  const { streamId, id, revision, type, data, metadata, position } = resolved.event!;
  try {
    return new StoredEvent(
      position!.commit,
      id,
      streamId,
      Number(revision),
      type,
      data as JsonObject,
      metadata as JsonObject,
    );
  } catch (error) {
    if (!(error instanceof EventRefused)) throw error;
    throw new EventUnreadable(
      { position: String(position!.commit), id, stream: streamId, revision: Number(revision) },
      error.message,
    );
  }
}

/** Whether it is the ledger's, readable or not. */
export function isOurs({ event }: ResolvedEvent, { prefixes, types }: Ours): boolean {
  if (event === undefined || !event.isJson || !types.has(event.type)) return false;
  return (
    prefixes.some((prefix) => event.streamId.startsWith(prefix)) && isObject(event.data) && isObject(event.metadata)
  );
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** Commit and prepare position of an event are the same; the ledger keeps the one. @throws {RangeError} */
export function commitOf(position: string): bigint {
  if (/^(0|[1-9]\d{0,18})$/.test(position)) return BigInt(position);
  throw new RangeError(`"${position}" is not a position of this log`);
}

export const positionAt = (commit: bigint): { readonly commit: bigint; readonly prepare: bigint } => ({
  commit,
  prepare: commit,
});
