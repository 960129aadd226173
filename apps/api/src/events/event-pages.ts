import { Inject, Injectable } from '@nestjs/common';
import type { EventForm as Form, EventPage } from '#read-models';
import { EventLog } from '../event-log/event-log.provider.js';
import { Views } from '../views/views.js';

/**
 * Pages of the log for all who read it: one page a turn of the event loop, so that requests are answered in between
 * however many read.
 */
@Injectable()
export class EventPages {
  private turn: Promise<void> = Promise.resolve();
  private last: { readonly key: string; readonly page: EventPage } | null = null;

  constructor(
    private readonly views: Views,
    @Inject(EventLog) private readonly log: EventLog,
  ) {}

  /** Leaf index of the first event after a position; the number of events where it is not in the views yet. */
  firstAfter(position: string | null, end: number): number {
    return position === null
      ? 0
      : this.views.eventLines.firstAfter(position, end, (a, b) => this.log.comparePositions(a, b));
  }

  /** The next page, once it is this reader's turn. */
  async page(from: number, end: number, form: Form): Promise<EventPage> {
    this.turn = this.turn.then(() => new Promise((resolve) => setImmediate(resolve)));
    await this.turn;
    // All who follow live ask for the same page when something is recorded.
    const key = `${form.as} ${form.framed} ${from} ${end}`;
    if (this.last?.key === key) return this.last.page;
    const page = this.views.eventLines.page(from, end, form);
    if (page === null) throw new Error(`the views no longer hold event ${from}, which they held when it was asked for`);
    this.last = { key, page };
    return page;
  }
}
