import { Module } from '@nestjs/common';
import { EventLogModule } from '../event-log/event-log.module.js';
import { Views } from './views.js';

@Module({ imports: [EventLogModule], providers: [Views], exports: [Views] })
export class ViewsModule {}
