/**
 * One live feed of the ledger's events: what the server sends is kept for the reader up to a bound, and not looked at
 * meanwhile.
 */
import type { AllStreamSubscription, EventStoreDBClient } from '@eventstore/db-client';
import { START, streamNameFilter } from '@eventstore/db-client';
import { pause } from '../waiting.js';
import type { Ours, StoredEvent } from './stored-event.js';
import { positionAt, storedEvent } from './stored-event.js';

/** So much may wait for a slow reader; then the server is not listened to. */
const MOST_EVENTS = 500;
const ENOUGH_EVENTS = 250;
const MOST_CHARACTERS = 8 * 1024 * 1024;

export class Feed {
  private readonly source: AllStreamSubscription;
  private waiting: StoredEvent[] = [];
  private characters = 0;
  private failure: Error | null = null;
  private wake: () => void = () => undefined;

  /** @param after the position of the last event that is not wanted again; null for all */
  constructor(client: EventStoreDBClient, after: bigint | null, ours: Ours) {
    const fromPosition = after === null ? START : positionAt(after);
    this.source = client.subscribeToAll({ fromPosition, filter: streamNameFilter({ prefixes: [...ours.prefixes] }) });
    const end = (error: Error): void => {
      this.failure ??= error;
      this.wake();
    };
    this.source.on('data', (resolved) => {
      try {
        const event = storedEvent(resolved, ours);
        if (event === null || this.failure !== null) return;
        this.characters += event.dataText.length + event.metadataText.length;
        this.waiting.push(event);
      } catch (error) {
        end(error as Error);
      }
      if (this.waiting.length >= MOST_EVENTS || this.characters >= MOST_CHARACTERS) this.source.pause();
      this.wake();
    });
    this.source.on('error', end);
    this.source.on('end', () => end(new Error('the server ended the subscription')));
  }

  /**
   * All that has come, as soon as something has; null when nothing has for that long.
   * @throws what ended the subscription, after everything that came before
   */
  async take(ms: number, signal: AbortSignal): Promise<StoredEvent[] | null> {
    if (this.waiting.length === 0 && this.failure === null) await pause(ms, signal, (wake) => (this.wake = wake));
    // The events of a page come one by one; a reader that commits each for itself would be the slower one.
    for (let before = 0; this.waiting.length > before && this.waiting.length < ENOUGH_EVENTS;) {
      before = this.waiting.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.waiting.length === 0) {
      if (this.failure !== null) throw this.failure;
      return null;
    }
    const events = this.waiting;
    this.waiting = [];
    this.characters = 0;
    if (this.source.isPaused()) this.source.resume();
    return events;
  }

  close(): void {
    this.source.on('error', () => undefined);
    this.source.unsubscribe().catch(() => undefined); // it never began
  }
}
