/** A read after a position, on views and checkpoints that the test arranges. */
import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import type { EventLog } from '#event-log';
import { KeptFileDamaged } from '#read-models';
import type { Checkpoints } from '../checkpoints/checkpoints.js';
import type { Views } from '../views/views.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { waitForWrites } from './read-your-writes.js';

describe('a read after a position', () => {
  let server: FastifyInstance;
  let reached: boolean;
  let asked: string[];
  beforeEach(() => {
    [reached, asked] = [true, []];
    server = fastify();
    const views = {
      checkpoint: { position: '1', size: 1 },
      trouble: null,
      reached: (position: string) => {
        asked.push(position);
        return Promise.resolve(reached);
      },
    } as unknown as Views;
    const damaged = new KeptFileDamaged('checkpoints.db is damaged. Restore it from a backup.');
    const checkpoints = { covering: () => Promise.reject(damaged) } as unknown as Checkpoints;
    const log = { comparePositions: () => 0 } as unknown as EventLog;
    waitForWrites(server, views, checkpoints, log);
    const filter = new ProblemFilter(() => []);
    server.setErrorHandler((error, request, reply) => filter.answer(error, request, reply));
    server.get('/v1/answers', () => 'answered');
    server.get('/v1/signed', { config: { signed: true } }, () => 'answered');
  });
  afterEach(() => server.close());

  it.each(['/v1/answers', '/%761/answers'])('waits for it, however the address is spelt: %s', async (url) => {
    expect((await server.inject(`${url}?after=5`)).statusCode).toBe(200);
    expect(asked).toEqual(['5']);
    reached = false;
    expect((await server.inject(`${url}?after=5`)).statusCode).toBe(503);
  });

  it('is answered with a problem if the kept checkpoints are damaged', async () => {
    const { statusCode, body } = await server.inject('/v1/signed?after=5');
    expect([statusCode, JSON.parse(body)]).toEqual([
      503,
      expect.objectContaining({
        type: 'urn:ledger:problem:unavailable',
        detail: 'checkpoints.db is damaged. Restore it from a backup.',
      }),
    ]);
  });
});
