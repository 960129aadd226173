import { Query } from '@nestjs/cqrs';
import type { Piece } from '../http/stream-out.js';

export type EventForm = 'event' | 'cloudevent';

/**
 * The events strictly after a position, as lines; from the first where it is null. Ends where the views ended when it
 * was asked.
 */
export class GetEvents extends Query<AsyncGenerator<Piece>> {
  constructor(
    readonly after: string | null,
    readonly form: EventForm,
  ) {
    super();
  }
}

/** The same as server-sent events, and then each new one, until the signal is aborted. */
export class FollowEvents extends Query<AsyncGenerator<Piece>> {
  constructor(
    readonly after: string | null,
    readonly form: EventForm,
    readonly signal: AbortSignal,
  ) {
    super();
  }
}
