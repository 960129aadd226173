/** Answers a list in the requested form: a page as JSON, or a page or the whole list as CSV or NDJSON. */
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Known } from '#read-models';
import { cursorOf, listOf } from './cursor.js';
import type { ListPage, Page } from './page.js';
import type { Column } from './csv.js';
import { BYTE_ORDER_MARK, csvHeader, csvRows } from './csv.js';
import type { Form } from './forms.js';
import { TYPE_OF, formOf } from './forms.js';
import type { ListQuery } from './page.query.js';
import { pageOf } from './page.query.js';

/** Items of a step while a whole list is streamed. A step takes a few milliseconds, then other requests get a turn. */
const STREAMED_PAGE = 100;

/** A client that reads nothing for this long is cut off. Node looks once in this time, so it may take twice as long. */
const LONGEST_SILENCE_MS = 60_000;

/** A list as a table. */
export interface Table {
  /** Part of the name of the CSV file. */
  readonly name: string;
  readonly columns: readonly Column<never>[];
}

/** What a controller of a list returns. */
export type ListAnswer = string | StreamableFile;

/** Asks for one page. @param known how much of the log counts; null for the first page. @throws {Problem} */
export type AskForPage = (page: Page, known: Known | null) => Promise<ListPage>;

/** @param day part of the name of the CSV file */
export async function answerList(
  { name, columns }: Table,
  day: string,
  query: ListQuery,
  ask: AskForPage,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<ListAnswer> {
  const form = formOf(query.format, request.headers.accept);
  const page = pageOf(query);
  const whole = form !== 'json' && query.limit === undefined;
  // The first page comes before anything is sent, so that a refused question gets a problem as its answer.
  const first = await ask(whole ? { ...page, limit: STREAMED_PAGE } : page, null);
  void reply.header('vary', 'Accept').header('content-type', TYPE_OF[form]);
  if (form === 'json') return listOf(first, first.shown);
  if (form === 'csv') void reply.header('content-disposition', `attachment; filename="${name}-${day}.csv"`);
  const write = writerOf(form, columns);
  if (whole) return streamed(write, first, ask, reply);
  if (first.next !== null)
    void reply.header('link', `<${addressOfPage(request.url, cursorOf(first.next))}>; rel="next"`);
  return write.start + write.items(first.items);
}

interface Writer {
  readonly start: string;
  readonly items: (items: readonly string[]) => string;
}

function writerOf(form: Exclude<Form, 'json'>, columns: readonly Column<never>[]): Writer {
  if (form === 'ndjson') return { start: '', items: (items) => items.map((item) => `${item}\n`).join('') };
  return {
    start: BYTE_ORDER_MARK + csvHeader(columns),
    items: (items) =>
      csvRows(
        columns,
        items.map((item) => JSON.parse(item) as never),
      ),
  };
}

/** An error in the middle cuts the connection, so that the client does not take a part for the whole. */
function streamed(write: Writer, first: ListPage, ask: AskForPage, { raw }: FastifyReply): StreamableFile {
  raw.setTimeout(LONGEST_SILENCE_MS, () => raw.destroy());
  return new StreamableFile(Readable.from(pieces(write, first, ask), { objectMode: false }));
}

/** Asks for a page only once the client has taken the one before. All pages show what was known at the first one. */
export async function* pieces(write: Writer, first: ListPage, ask: AskForPage): AsyncGenerator<string> {
  yield write.start + write.items(first.items);
  const known = first.size === undefined ? null : { size: first.size };
  for (let { next } = first; next !== null;) {
    await nextTurn();
    const page = await ask({ limit: STREAMED_PAGE, cursor: cursorOf(next) }, known);
    yield write.items(page.items);
    next = page.next;
  }
}

/** The address of the same question with another cursor. */
function addressOfPage(address: string, cursor: string): string {
  const { pathname, searchParams } = new URL(address, 'http://ledger');
  searchParams.set('cursor', cursor);
  return `${pathname}?${searchParams.toString()}`;
}
