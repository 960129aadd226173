import { Module } from '@nestjs/common';
import { ClockModule } from '../clock/clock.module.js';
import { ViewsModule } from '../views/views.module.js';
import { TotalsController } from './totals.controller.js';
import { GetTotalsHandler } from './totals.handler.js';

@Module({ imports: [ClockModule, ViewsModule], controllers: [TotalsController], providers: [GetTotalsHandler] })
export class TotalsModule {}
