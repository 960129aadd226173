import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../http/connections.module.js';
import { EventLogModule } from '../event-log/event-log.module.js';
import { ViewsModule } from '../views/views.module.js';
import { EventsController } from './events.controller.js';
import { EventPages } from './event-pages.js';
import { FollowEventsHandler, GetEventsHandler } from './events.handlers.js';

@Module({
  imports: [ConnectionsModule, EventLogModule, ViewsModule],
  controllers: [EventsController],
  providers: [EventPages, FollowEventsHandler, GetEventsHandler],
})
export class EventsModule {}
