import type { EventLog as Port } from '#event-log';

/** The log of events under the name that Nest injects it by. */
export const EventLog = Symbol('EventLog');
export type EventLog = Port;
