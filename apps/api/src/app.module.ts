import type { DynamicModule, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AgendaController } from './agenda/agenda.controller.js';
import { GetAgendaHandler, GetAgendaStampHandler } from './agenda/agenda.handlers.js';
import { RecorderTokens } from './auth/recorder-tokens.js';
import { ChangesController } from './changes/changes.controller.js';
import { GetChangesHandler, GetLearntChangesHandler } from './changes/changes.handlers.js';
import { Clock } from './clock.js';
import { DecisionsController } from './decisions/decisions.controller.js';
import { GetDecisionHandler, GetDecisionsHandler } from './decisions/decisions.handlers.js';
import { HeldMandates } from './decisions/held-mandates.js';
import { RecordDecisionHandler, RepairDecisionHandler } from './decisions/record-decision.handler.js';
import { Recorder } from './decisions/recorder.js';
import { EventLog } from './event-log.provider.js';
import { EventPages } from './events/event-pages.js';
import { EventsController } from './events/events.controller.js';
import { FollowEventsHandler, GetEventsHandler } from './events/events.handlers.js';
import { HealthController } from './health/health.controller.js';
import { Readiness } from './health/readiness.js';
import { Checkpoints } from './log/checkpoints.js';
import { LogController } from './log/log.controller.js';
import {
  GetCheckpointHandler,
  GetConsistencyHandler,
  GetInclusionHandler,
  GetLogKeysHandler,
  GetLogStatusHandler,
  ProveDecisionHandler,
} from './log/log.handlers.js';
import { MandatesController } from './mandates/mandates.controller.js';
import { ConnectionSettings, OpenStreams } from './http/connections.js';
import { ImportController } from './import/import.controller.js';
import {
  GetCurrentMandatesHandler,
  GetMandateHandler,
  GetMandateHistoryHandler,
} from './mandates/mandates.handlers.js';
import { GetMandateProvenanceHandler } from './provenance/provenance.handler.js';
import { DocumentsController } from './registry/documents.controller.js';
import { KnownRegistrations } from './registry/known-registrations.js';
import { MissionsController } from './registry/missions.controller.js';
import { RegisterHandler } from './registry/register.handler.js';
import { GetRegistrationHandler, GetRegistrationsHandler } from './registry/registry.handlers.js';
import { FindDecisionsHandler, FindMandatesHandler } from './search/search.handlers.js';
import { TotalsController } from './totals/totals.controller.js';
import { GetTotalsHandler } from './totals/totals.handler.js';
import { Views } from './views/views.js';

/** Commands and queries with their handlers; a test holds that each has exactly one. */
export const HANDLERS: readonly Type[] = [
  RecordDecisionHandler,
  RepairDecisionHandler,
  RegisterHandler,
  GetCurrentMandatesHandler,
  GetMandateHandler,
  GetMandateHistoryHandler,
  GetMandateProvenanceHandler,
  GetDecisionsHandler,
  GetDecisionHandler,
  GetRegistrationsHandler,
  GetRegistrationHandler,
  GetChangesHandler,
  GetLearntChangesHandler,
  GetTotalsHandler,
  GetAgendaHandler,
  GetAgendaStampHandler,
  FindMandatesHandler,
  FindDecisionsHandler,
  GetEventsHandler,
  FollowEventsHandler,
  GetCheckpointHandler,
  GetLogKeysHandler,
  GetInclusionHandler,
  GetConsistencyHandler,
  GetLogStatusHandler,
  ProveDecisionHandler,
];

/** What main.ts opens before the application starts, and closes after it has stopped. */
export interface Parts {
  readonly log: EventLog;
  readonly views: Views;
  readonly checkpoints: Checkpoints;
  readonly tokens: RecorderTokens;
  readonly readiness: Readiness;
  readonly clock: Clock;
  readonly settings: ConnectionSettings;
}

@Module({})
export class AppModule {
  static with({ log, views, checkpoints, tokens, readiness, clock, settings }: Parts): DynamicModule {
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        MandatesController,
        DecisionsController,
        ChangesController,
        TotalsController,
        AgendaController,
        MissionsController,
        DocumentsController,
        EventsController,
        LogController,
        ImportController,
        HealthController,
      ],
      providers: [
        { provide: EventLog, useValue: log },
        { provide: Views, useValue: views },
        { provide: Checkpoints, useValue: checkpoints },
        { provide: RecorderTokens, useValue: tokens },
        { provide: Readiness, useValue: readiness },
        { provide: Clock, useValue: clock },
        { provide: ConnectionSettings, useValue: settings },
        OpenStreams,
        EventPages,
        HeldMandates,
        Recorder,
        KnownRegistrations,
        ...HANDLERS,
      ],
    };
  }
}
