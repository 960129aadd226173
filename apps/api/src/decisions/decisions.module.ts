import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { EventLogModule } from '../event-log/event-log.module.js';
import { RegistryModule } from '../registry/registry.module.js';
import { ViewsModule } from '../views/views.module.js';
import { DecisionsController } from './decisions.controller.js';
import { GetDecisionHandler, GetDecisionsHandler } from './decisions.handlers.js';
import { HeldMandates } from './held-mandates.js';
import { RecordDecisionHandler, RepairDecisionHandler } from './record-decision.handler.js';
import { Recorder } from './recorder.js';

@Module({
  imports: [ClockModule, EventLogModule, RegistryModule, ViewsModule],
  controllers: [DecisionsController],
  providers: [
    GetDecisionHandler,
    GetDecisionsHandler,
    HeldMandates,
    RecordDecisionHandler,
    RepairDecisionHandler,
    Recorder,
  ],
})
export class DecisionsModule {}
