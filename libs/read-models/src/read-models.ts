/** All views over one file: their DDL together, and each opened over what it reads. A new view is added here. */
import { openViewsFile } from './database.js';
import type { DecisionsView } from './decisions.view.js';
import { DECISIONS_DDL, openDecisions } from './decisions.view.js';
import type { EventsView } from './events.view.js';
import { EVENTS_DDL, openEvents } from './events.view.js';
import type { MandatesView } from './mandates.view.js';
import { MANDATES_DDL, openMandates } from './mandates.view.js';
import { CHECKPOINT_DDL, Projector } from './projector.js';
import type { RegistryView } from './registry.view.js';
import { REGISTRY_DDL, openRegistry } from './registry.view.js';

/** Raise it whenever a projection changes what it writes; changed DDL is noticed by itself. */
const PROJECTION_VERSION = 1;
const DDL = [CHECKPOINT_DDL, EVENTS_DDL, DECISIONS_DDL, REGISTRY_DDL, MANDATES_DDL].join('\n');

export interface ReadModels {
  readonly projector: Projector;
  readonly events: EventsView;
  readonly decisions: DecisionsView;
  readonly registry: RegistryView;
  readonly mandates: MandatesView;
  /** Marks the file as cleanly closed. */
  close(): void;
}

/**
 * Opens the views' file for the one process that projects into it, building it anew where it is not of this version.
 * @throws {ViewsNotOpened} the file is not one of views, or another process has it; the message says what to do
 */
export function openReadModels(path: string): ReadModels {
  const db = openViewsFile(path, `${PROJECTION_VERSION} ${DDL}`, DDL);
  const events = openEvents(db);
  const decisions = openDecisions(db, events);
  const registry = openRegistry(db);
  const mandates = openMandates(db, events, registry);
  const projector = new Projector(db, [events, registry, mandates]);
  return { projector, events, decisions, registry, mandates, close: () => db.close() };
}
