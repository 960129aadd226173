import type { Logger as Pino } from 'pino';

/** The logger of this process, under the name that Nest injects it by. */
export const Logger = Symbol('Logger');
export type Logger = Pino;
