import type { Config } from '#setup';

/** The name by which Nest injects the settings of this process. */
export const Settings = Symbol('Settings');
export type Settings = Config;
