import type { Config } from '#setup';

/** The settings of this process, under the name that Nest injects them by. */
export const Settings = Symbol('Settings');
export type Settings = Config;
