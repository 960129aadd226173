import { Module } from '@nestjs/common';
import { CheckpointsModule } from '../checkpoints/checkpoints.module.js';
import { ViewsModule } from '../views/views.module.js';
import { LogController } from './log.controller.js';
import {
  GetCheckpointHandler,
  GetConsistencyHandler,
  GetInclusionHandler,
  GetLogKeysHandler,
  GetLogStatusHandler,
  ProveDecisionHandler,
} from './log.handlers.js';

@Module({
  imports: [CheckpointsModule, ViewsModule],
  controllers: [LogController],
  providers: [
    GetCheckpointHandler,
    GetConsistencyHandler,
    GetInclusionHandler,
    GetLogKeysHandler,
    GetLogStatusHandler,
    ProveDecisionHandler,
  ],
})
export class LogModule {}
