import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { ViewsModule } from '../views/views.module.js';
import { AgendaController } from './agenda.controller.js';
import { GetAgendaHandler, GetAgendaStampHandler } from './agenda.handlers.js';

@Module({
  imports: [ClockModule, ViewsModule],
  controllers: [AgendaController],
  providers: [GetAgendaHandler, GetAgendaStampHandler],
})
export class AgendaModule {}
