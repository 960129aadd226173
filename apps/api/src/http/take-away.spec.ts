import 'reflect-metadata';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { asItIs, columnsOf } from './csv.js';
import { keyOf } from './cursor.js';
import type { ListQuery } from './page.query.js';
import type { AskForPage, ListAnswer } from './take-away.js';
import { answerList, pieces } from './take-away.js';

const items = Array.from({ length: 250 }, (_, n) => `{"n":${n}}`);

/** A list of the items above. It counts its pages, and fails at the given one. */
function list(failingAt = Infinity): { ask: AskForPage; asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    ask: ({ limit, cursor }) => {
      const from = cursor === null ? 0 : Number(keyOf(cursor, 'number'));
      if (++asked === failingAt) return Promise.reject(new Error('the views are gone'));
      const next = from + limit < items.length ? from + limit : null;
      return Promise.resolve({ items: items.slice(from, from + limit), next });
    },
  };
}

const lines = { start: '', items: (each: readonly string[]) => each.map((item) => `${item}\n`).join('') };

describe('a whole list', () => {
  it('comes page by page, each asked for only after the client has taken the one before', async () => {
    const { ask, asked } = list();
    const first = await ask({ limit: 100, cursor: null }, null);
    const taken = pieces(lines, first, ask);
    const seen: string[] = [];
    for (let piece = await taken.next(); piece.done !== true; piece = await taken.next()) {
      seen.push(piece.value);
      expect(asked()).toBe(seen.length);
    }
    expect(seen).toHaveLength(3);
    expect(seen.join('')).toBe(items.map((item) => `${item}\n`).join(''));
  });

  it('gives other requests a turn between pages', async () => {
    const { ask } = list();
    const taken = pieces(lines, await ask({ limit: 100, cursor: null }, null), ask);
    await taken.next();
    let others = false;
    setImmediate(() => (others = true));
    await taken.next();
    expect(others).toBe(true);
  });
});

describe('an answer', () => {
  let failingAt: number;
  @Controller('list')
  class ListController {
    @Get()
    list(
      @Query() query: ListQuery,
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<ListAnswer> {
      const table = { name: 'numbers', columns: columnsOf<{ n: number }>({ n: asItIs }) };
      return answerList(table, '2022-07-01', query, list(failingAt).ask, request, reply);
    }
  }
  class ListModule {}

  let app: NestFastifyApplication;
  let url: string;
  beforeAll(async () => {
    app = await NestFactory.create({ module: ListModule, controllers: [ListController] }, new FastifyAdapter(), {
      logger: false,
    });
    await app.listen(0, '127.0.0.1');
    url = `${await app.getUrl()}/list`;
  });
  afterAll(() => app.close());
  beforeEach(() => {
    failingAt = Infinity;
  });

  it('is the whole list without a limit, as a file', async () => {
    const answer = await fetch(`${url}?format=csv`);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="numbers-2022-07-01.csv"',
      vary: 'Accept',
      'transfer-encoding': 'chunked',
    });
    expect(Buffer.from(await answer.arrayBuffer()).toString()).toBe(
      `\uFEFFn\r\n${items.map((_, n) => `${n}\r\n`).join('')}`,
    );
  });

  it('begins where the cursor says, and ends with the list', async () => {
    const { headers } = await fetch(`${url}?format=ndjson&limit=240`);
    const address = /^<(.*)>; rel="next"$/.exec(headers.get('link')!)![1]!;
    const rest = await fetch(new URL(address.replace('&limit=240', ''), url));
    expect(await rest.text()).toBe(
      items
        .slice(240)
        .map((item) => `${item}\n`)
        .join(''),
    );
    expect(rest.headers.get('link')).toBeNull();
  });

  it('that fails in the middle cannot be taken for the whole', async () => {
    failingAt = 3;
    const answer = await fetch(`${url}?format=csv`);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });

  it('that fails before it begins is an error', async () => {
    failingAt = 1;
    expect((await fetch(`${url}?format=csv`)).status).toBe(500);
  });

  it('to HEAD has no body', async () => {
    const answer = await fetch(`${url}?format=csv`, { method: 'HEAD' });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'text/csv; charset=utf-8',
      '',
    ]);
  });
});
