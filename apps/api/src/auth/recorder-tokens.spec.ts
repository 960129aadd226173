/** Which tokens work while the file of the named tokens is damaged, and what is logged. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import { pino } from 'pino';
import { ProblemFilter } from '../http/problem.filter.js';
import { changeTokens, hashOfToken, tokensPath } from '#setup';
import { RecorderTokens } from './recorder-tokens.js';
import { requireToken } from './require-token.js';

describe('recorder tokens', () => {
  const TOKEN = `ledger_${'a'.repeat(43)}`;
  let dataDir: string;
  let server: FastifyInstance;
  let errors: string[];
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'tokens-'));
    errors = [];
    const logger = pino(
      { level: 'error' },
      { write: (line) => void errors.push((JSON.parse(line) as { msg: string }).msg) },
    );
    await put();
    const tokens = new RecorderTokens({ dataDir }, logger);
    tokens.onModuleInit();
    const loggerInstance: FastifyBaseLogger = logger;
    server = fastify({ loggerInstance });
    server.addHook('onRequest', (request, _reply, done) => {
      requireToken(request, tokens);
      done();
    });
    const filter = new ProblemFilter(() => []);
    server.setErrorHandler((error, request, reply) => filter.answer(error, request, reply));
    server.post('/v1/decisions', () => 'recorded');
  });
  afterEach(async () => {
    await server.close();
    rmSync(dataDir, { recursive: true });
  });
  const put = (): Promise<void> =>
    changeTokens(tokensPath(dataDir), () => [{ name: 'clerk-a', hash: hashOfToken(TOKEN), createdAt: '2026-11-28' }]);
  const post = async (token: string): Promise<[number, { type?: string; detail?: string }]> => {
    const headers = { authorization: `Bearer ${token}` };
    const { statusCode, body } = await server.inject({ method: 'POST', url: '/v1/decisions', headers });
    return [statusCode, statusCode === 200 ? {} : (JSON.parse(body) as object)];
  };

  it('that nobody has are refused, and the refusal names both ways to get one', async () => {
    const [status, { detail }] = await post('ledger_nobody');
    expect([status, detail]).toEqual([401, expect.stringMatching(/recorder-token.*ledger token create/)]);
    const { body } = await server.inject({ method: 'POST', url: '/v1/decisions' });
    expect((JSON.parse(body) as { detail: string }).detail).toMatch(/recorder-token.*ledger token create/);
  });

  it('with names do not work while their file is damaged, and one line is logged; the first token works', async () => {
    expect((await post(TOKEN))[0]).toBe(200);
    writeFileSync(tokensPath(dataDir), 'spoilt\n');
    for (const token of [TOKEN, 'ledger_nobody']) {
      const [status, { type, detail }] = await post(token);
      expect([status, type, detail]).toEqual([
        503,
        'urn:ledger:problem:unavailable',
        expect.stringMatching(/the file tokens in the data folder is spoilt.*recorder-token is honoured/),
      ]);
    }
    expect(errors).toEqual([expect.stringMatching(/tokens, line 1 is no token.*ledger token create/)]);
    expect((await post(readFileSync(join(dataDir, 'recorder-token'), 'utf8').trim()))[0]).toBe(200);
    rmSync(tokensPath(dataDir));
    await put();
    expect((await post(TOKEN))[0]).toBe(200);
  });
});
