import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../http/connections.module.js';
import { HealthModule } from '../health/health.module.js';
import { ImportController } from './import.controller.js';

@Module({ imports: [ConnectionsModule, HealthModule], controllers: [ImportController] })
export class ImportModule {}
