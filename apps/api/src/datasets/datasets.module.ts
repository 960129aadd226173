import { Module } from '@nestjs/common';
import { EventLogModule } from '../event-log/event-log.module.js';
import { FirstStart } from './first-start.js';

@Module({ imports: [EventLogModule], providers: [FirstStart] })
export class DatasetsModule {}
