import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { ViewsModule } from '../views/views.module.js';
import { MandatesController } from './mandates.controller.js';
import { GetCurrentMandatesHandler, GetMandateHandler, GetMandateHistoryHandler } from './mandates.handlers.js';

@Module({
  imports: [ClockModule, ViewsModule],
  controllers: [MandatesController],
  providers: [GetCurrentMandatesHandler, GetMandateHandler, GetMandateHistoryHandler],
})
export class MandatesModule {}
