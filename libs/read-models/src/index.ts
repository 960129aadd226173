/**
 * What questions are answered from: tables in one SQLite file, filled from the log of events.
 *
 * A projector writes them, readers ask them. They hold nothing that the log does not give again: the file can be thrown
 * away and filled anew.
 *
 * Everybody outside of this folder imports `#read-models`, and no file behind it.
 */
export {
  KeptFileDamaged,
  KeptFileNotOpened,
  ViewsDamaged,
  ViewsNotOpened,
  copyCheckpoints,
  removePrevious,
  removeViews,
} from './database.js';
export type { DecisionCriteria } from './decisions.view.js';
export type { EventForm, EventPage } from './event-lines.view.js';
export type { LastEvent } from './events.view.js';
export { foundDecisions, foundMandates } from './found.js';
export {
  type KeptCheckpoint,
  type KeptCheckpoints,
  type KeptFile,
  openKeptCheckpoints,
  openKeptUnchanged,
} from './kept-checkpoints.js';
export type { PageOf } from './page.js';
export type { Checkpoint } from './projector.js';
export { type Projecting, type ReadModels, openForProjecting, openReadModels, openTreeAlone } from './read-models.js';
export { PLACES, TIERS } from './search/texts.js';
export { MOST_TERMS, termsOf } from './search/words.js';
export type { DecisionRank, MandateRank } from './search/search.view.js';
export { type AskedTimes, BeyondTheLog, type Known, type Times, timesShown } from './times.js';
export { type TrustedLeaves, openTrustedLeaves } from './trusted-leaves.js';
