import type { Logger as Pino } from 'pino';

/** The name by which Nest injects the logger of this process. */
export const Logger = Symbol('Logger');
export type Logger = Pino;
