import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { EventLogModule } from '../event-log/event-log.module.js';
import { ViewsModule } from '../views/views.module.js';
import { MissionsController } from './missions.controller.js';
import { DocumentsController } from './documents.controller.js';
import { KnownRegistrations } from './known-registrations.js';
import { RegisterHandler } from './register.handler.js';
import { GetRegistrationHandler, GetRegistrationsHandler } from './registry.handlers.js';

@Module({
  imports: [ClockModule, EventLogModule, ViewsModule],
  controllers: [MissionsController, DocumentsController],
  providers: [KnownRegistrations, RegisterHandler, GetRegistrationHandler, GetRegistrationsHandler],
  exports: [KnownRegistrations],
})
export class RegistryModule {}
