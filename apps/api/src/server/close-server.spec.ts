/** An error while closing is reported, and everything else is closed all the same. */
import 'reflect-metadata';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { closeServer } from './close-server.js';

describe('closing the server', () => {
  it('tells of a hook that fails, after every other hook has run', async () => {
    const ran: string[] = [];
    @Module({})
    class Below implements OnApplicationShutdown {
      onApplicationShutdown(): void {
        ran.push('below');
      }
    }
    @Module({ imports: [Below] })
    class Above implements OnApplicationShutdown {
      onApplicationShutdown(): Promise<void> {
        ran.push('above');
        return Promise.reject(new Error('the file is gone'));
      }
    }
    const app = await NestFactory.create<NestFastifyApplication>(Above, new FastifyAdapter(), { logger: false });
    await app.init();
    await expect(closeServer(app)).rejects.toThrow(/could not be closed in order: Error: the file is gone/);
    expect(ran).toEqual(['above', 'below']);
  });
});
