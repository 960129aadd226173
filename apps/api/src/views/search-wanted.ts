/** Name of the channel on which a query that waits for the search index wakes the thread that fills it. */
export const searchWanted = (viewsPath: string): string => `search wanted ${viewsPath}`;
