/** The channel on which whoever waits for the index of the search tells the thread that fills it. */
export const searchWanted = (viewsPath: string): string => `search wanted ${viewsPath}`;
