import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AgendaModule } from './agenda/agenda.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ChangesModule } from './changes/changes.module.js';
import { CheckpointsModule } from './checkpoints/checkpoints.module.js';
import { ClockModule } from './clock/clock.module.js';
import { DatasetsModule } from './datasets/datasets.module.js';
import { DecisionsModule } from './decisions/decisions.module.js';
import { EventLogModule } from './event-log/event-log.module.js';
import { EventsModule } from './events/events.module.js';
import { HealthModule } from './health/health.module.js';
import { ImportModule } from './import/import.module.js';
import { LogModule } from './log/log.module.js';
import { MandatesModule } from './mandates/mandates.module.js';
import { ProvenanceModule } from './provenance/provenance.module.js';
import { RegistryModule } from './registry/registry.module.js';
import { SearchModule } from './search/search.module.js';
import { TotalsModule } from './totals/totals.module.js';
import { ViewsModule } from './views/views.module.js';

/** The application: its features, and the modules that they need. */
@Module({
  imports: [
    CqrsModule.forRoot(),
    EventLogModule,
    ViewsModule,
    CheckpointsModule,
    ClockModule,
    AuthModule,
    MandatesModule,
    DecisionsModule,
    ChangesModule,
    TotalsModule,
    AgendaModule,
    RegistryModule,
    EventsModule,
    LogModule,
    ImportModule,
    HealthModule,
    SearchModule,
    ProvenanceModule,
    DatasetsModule,
  ],
})
export class AppModule {}
