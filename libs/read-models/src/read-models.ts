/** All views over one file: projected into by one thread, asked by another. A new view is added here. */
import type { AgendaView } from './agenda.view.js';
import { openAgenda } from './agenda.view.js';
import type { ChangesView } from './changes.view.js';
import { openChanges } from './changes.view.js';
import { openViewsFile, openViewsForReading } from './database.js';
import type { DecisionsView } from './decisions.view.js';
import { DECISIONS_DDL, openDecisions } from './decisions.view.js';
import type { EventLinesView } from './event-lines.view.js';
import { openEventLines } from './event-lines.view.js';
import type { EventsView, LastEvent } from './events.view.js';
import { EVENTS_DDL, openEvents, projectEvents } from './events.view.js';
import type { LeavesView } from './leaves.view.js';
import { openLeaves } from './leaves.view.js';
import type { MandatesView } from './mandates.view.js';
import { MANDATES_DDL, projectMandates } from './mandates.projection.js';
import { openMandates } from './mandates.view.js';
import { CHECKPOINT_DDL, Projector } from './projector.js';
import type { RegistryView } from './registry.view.js';
import { REPAIRS_DDL, openRepairs, projectRepairs } from './repairs.view.js';
import { REGISTRY_DDL, openRegistry, projectRegistry } from './registry.view.js';
import type { SearchIndex } from './search/search.index.js';
import { SEARCH_DDL, followForSearch } from './search/search.index.js';
import type { SearchLimits } from './search/limits.js';
import type { SearchView } from './search/search.view.js';
import { openSearch } from './search/search.view.js';
import type { TreeView } from './tree.view.js';
import { TREE_DDL, openTree, projectTree } from './tree.view.js';

/** Raise it when a projection writes something else than before: a test says so. Changed DDL is noticed by itself. */
export const PROJECTION_VERSION = 3;
/** A tile is 8 KB, and so is a page. */
const SMALL_CACHE_KB = 256;
const DDL = [
  CHECKPOINT_DDL,
  EVENTS_DDL,
  DECISIONS_DDL,
  REPAIRS_DDL,
  REGISTRY_DDL,
  MANDATES_DDL,
  TREE_DDL,
  SEARCH_DDL,
].join('\n');

export interface Projecting {
  readonly projector: Projector;
  /** Follows what was projected, in whatever time is left for it. */
  readonly searchIndex: SearchIndex;
  /** The last event that was projected; null before the first. */
  readonly lastEvent: () => LastEvent | null;
  /** Marks the file as cleanly closed. */
  readonly close: () => void;
}

/**
 * Opens the views' file for the one thread of one process that projects into it, building it anew where it is not of
 * this version.
 * @throws {ViewsNotOpened} the file is not one of views, or another process has it; the message says what to do
 */
export function openForProjecting(path: string): Projecting {
  const db = openViewsFile(path, `${PROJECTION_VERSION} ${DDL}`, DDL);
  const repairs = openRepairs(db);
  const events = openEvents(db, repairs);
  const registry = projectRegistry(db);
  const projector = new Projector(db, [
    projectEvents(db),
    projectTree(db),
    projectRepairs(db),
    registry,
    projectMandates(db, events, registry),
  ]);
  return {
    projector,
    searchIndex: followForSearch(db, events),
    lastEvent: () => events.last(),
    close: () => db.close(),
  };
}

export interface ReadModels {
  readonly events: EventsView;
  readonly eventLines: EventLinesView;
  readonly decisions: DecisionsView;
  readonly registry: RegistryView;
  readonly mandates: MandatesView;
  readonly changes: ChangesView;
  readonly agenda: AgendaView;
  readonly search: SearchView;
  readonly tree: TreeView;
  readonly leaves: LeavesView;
  readonly close: () => void;
}

/**
 * Opens the views to be asked, beside the projector that has opened them before. An answer holds at least what was
 * projected when it was asked for. @param limits of a page of a search
 */
export function openReadModels(path: string, limits?: SearchLimits): ReadModels {
  const db = openViewsForReading(path);
  const repairs = openRepairs(db);
  const events = openEvents(db, repairs);
  const decisions = openDecisions(db, events, repairs);
  const registry = openRegistry(db);
  const mandates = openMandates(db, events, registry);
  const changes = openChanges(db, mandates);
  return {
    events,
    eventLines: openEventLines(db),
    decisions,
    registry,
    mandates,
    changes,
    agenda: openAgenda(db, mandates),
    search: openSearch(db, events, limits),
    tree: openTree(db),
    leaves: openLeaves(db),
    close: () => db.close(),
  };
}

/** The tree and its leaves alone, with little memory: what the log is compared with. Opened as the read models are. */
export function openTreeAlone(path: string): Pick<ReadModels, 'tree' | 'leaves' | 'close'> {
  const db = openViewsForReading(path, SMALL_CACHE_KB);
  return { tree: openTree(db), leaves: openLeaves(db), close: () => db.close() };
}
