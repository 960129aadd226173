import type { EventLog as Port } from '#event-log';

/** The name by which Nest injects the log of events. */
export const EventLog = Symbol('EventLog');
export type EventLog = Port;
