import { Module } from '@nestjs/common';
import { EventLogModule } from '../event-log/event-log.module.js';
import { ViewsModule } from '../views/views.module.js';
import { Checkpoints } from './checkpoints.js';

@Module({ imports: [EventLogModule, ViewsModule], providers: [Checkpoints], exports: [Checkpoints] })
export class CheckpointsModule {}
