/**
 * A recorded event that holds its texts and parses what is asked for, so that many can wait, or go to another thread,
 * at little cost.
 */
import type { JsonObject, RecordedEvent } from './event-log.js';

export class TextEvent implements RecordedEvent {
  private parsedData: JsonObject | undefined;
  private parsedMetadata: JsonObject | undefined;

  constructor(
    readonly position: string,
    readonly id: string,
    readonly stream: string,
    readonly revision: number,
    readonly type: string,
    readonly dataText: string,
    readonly metadataText: string,
  ) {}

  get data(): JsonObject {
    return (this.parsedData ??= JSON.parse(this.dataText) as JsonObject);
  }

  get metadata(): JsonObject {
    return (this.parsedMetadata ??= JSON.parse(this.metadataText) as JsonObject);
  }
}

/** What nearly all of their memory goes to. */
export const charactersOf = (events: readonly RecordedEvent[]): number =>
  events.reduce((sum, { dataText, metadataText }) => sum + dataText.length + metadataText.length, 0);
