import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { ViewsModule } from '../views/views.module.js';
import { ChangesController } from './changes.controller.js';
import { GetChangesHandler, GetLearntChangesHandler } from './changes.handlers.js';

@Module({
  imports: [ClockModule, ViewsModule],
  controllers: [ChangesController],
  providers: [GetChangesHandler, GetLearntChangesHandler],
})
export class ChangesModule {}
