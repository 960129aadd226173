import type { OnApplicationShutdown } from '@nestjs/common';
import { Inject, Module } from '@nestjs/common';
import { openStore } from '#setup';
import { Settings } from '../settings/settings.provider.js';
import { EventLog } from './event-log.provider.js';

/** The log of events. It is opened before everything that needs it, and closed after that. */
@Module({
  providers: [{ provide: EventLog, useFactory: ({ store }: Settings) => openStore(store), inject: [Settings] }],
  exports: [EventLog],
})
export class EventLogModule implements OnApplicationShutdown {
  constructor(@Inject(EventLog) private readonly log: EventLog) {}

  async onApplicationShutdown(): Promise<void> {
    await this.log.close();
  }
}
