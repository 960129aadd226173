import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { ConnectionSettings } from '../http/connections.js';
import { Logger } from './logger.provider.js';
import { Settings } from './settings.provider.js';

/** The settings and the logger of a process. Every module may inject them. */
@Module({})
export class SettingsModule {
  static with(settings: Settings, logger: Logger): DynamicModule {
    return {
      module: SettingsModule,
      global: true,
      providers: [
        { provide: Settings, useValue: settings },
        { provide: Logger, useValue: logger },
        { provide: ConnectionSettings, useValue: settings },
      ],
      exports: [Settings, Logger, ConnectionSettings],
    };
  }
}
