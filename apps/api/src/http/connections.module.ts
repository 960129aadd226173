import { Module } from '@nestjs/common';
import { OpenStreams } from './connections.js';

@Module({ providers: [OpenStreams], exports: [OpenStreams] })
export class ConnectionsModule {}
