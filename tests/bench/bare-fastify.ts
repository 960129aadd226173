/**
 * The floor over HTTP: Fastify and the store, and none of our other code. It runs as its own process, and prints its
 * address.
 */
import Fastify from 'fastify';
import { readFileSync } from 'node:fs';
import type { NewEvent } from '#event-log';
import { openBareLog } from './bare-log.js';

const [, , logPath, textPath] = process.argv;
const app = Fastify();
if (logPath !== undefined && logPath !== '-') {
  const log = openBareLog(logPath);
  app.post('/append', async (request, reply) => {
    const { stream, events } = request.body as { stream: string; events: NewEvent[] };
    return reply.code(201).send((await log.append(stream, events)) ?? {});
  });
}
if (textPath !== undefined) {
  const text = readFileSync(textPath, 'utf8');
  app.get('/text', (_request, reply) => reply.type('application/json; charset=utf-8').send(text));
}
console.log(await app.listen({ port: 0, host: '127.0.0.1' }));
