import type { IQueryHandler } from '@nestjs/cqrs';
import { QueryHandler } from '@nestjs/cqrs';
import { ConnectionSettings } from '../http/connections.js';
import type { Piece } from '../http/stream-out.js';
import { Views } from '../views/views.js';
import { EventPages } from './event-pages.js';
import { FollowEvents, GetEvents } from './events.queries.js';

@QueryHandler(GetEvents)
export class GetEventsHandler implements IQueryHandler<GetEvents> {
  constructor(
    private readonly views: Views,
    private readonly pages: EventPages,
  ) {}

  execute(query: GetEvents): Promise<AsyncGenerator<Piece>> {
    return Promise.resolve(this.lines(query));
  }

  private async *lines({ after, form }: GetEvents): AsyncGenerator<Piece> {
    const { size } = this.views.checkpoint;
    for (let next = this.pages.firstAfter(after, size); next < size;) {
      const page = await this.pages.page(next, size, { as: form, framed: 'line' });
      yield page.bytes;
      ({ next } = page);
    }
  }
}

/** How soon a client should come back after its connection broke. */
const RETRY_MS = 2000;

@QueryHandler(FollowEvents)
export class FollowEventsHandler implements IQueryHandler<FollowEvents> {
  private readonly heartbeatMs: number;

  constructor(
    private readonly views: Views,
    private readonly pages: EventPages,
    { idleMs }: ConnectionSettings,
  ) {
    this.heartbeatMs = idleMs / 4;
  }

  execute(query: FollowEvents): Promise<AsyncGenerator<Piece>> {
    return Promise.resolve(this.sentEvents(query));
  }

  private async *sentEvents({ after, form, signal }: FollowEvents): AsyncGenerator<Piece> {
    yield `retry: ${RETRY_MS}\n\n`;
    let said = performance.now();
    // Until an event after the position is there, the views may not even have got as far as the position: another
    // replica gave it.
    let next: number | null = null;
    while (!signal.aborted) {
      const { size } = this.views.checkpoint;
      const from: number = next ?? this.pages.firstAfter(after, size);
      if (from < size) {
        const page = await this.pages.page(from, size, { as: form, framed: 'sent-event' });
        yield page.bytes;
        ({ next } = page);
        said = performance.now();
      } else if (
        !(await this.views.grown(size, this.heartbeatMs, signal)) ||
        performance.now() - said >= this.heartbeatMs
      ) {
        yield ':\n\n'; // also while the views grow and are not there yet
        said = performance.now();
      }
    }
  }
}
