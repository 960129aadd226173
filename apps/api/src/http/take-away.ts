/** Answers a list in the form that was asked for: one page as JSON; a page or all of it, streamed, as CSV or NDJSON. */
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Known } from '#read-models';
import { cursorOf, listOf } from './cursor.js';
import type { ListPage, Page } from './page.js';
import type { Columns } from './csv.js';
import { BYTE_ORDER_MARK, csvHeader, csvRows } from './csv.js';
import type { Form } from './forms.js';
import { TYPE_OF, formOf } from './forms.js';
import type { ListQuery } from './page.query.js';
import { pageOf } from './page.query.js';

/**
 * Items that are asked for at a time while a whole list is streamed: a few milliseconds' work, after which others have
 * their turn.
 */
const STREAMED_PAGE = 100;

/** Whoever takes nothing for this long is cut off; Node looks once in this time, so it can be up to twice as long. */
const LONGEST_SILENCE_MS = 60_000;

/** What a list is called in the name of a file, and what a table of it shows. */
export interface Table {
  readonly name: string;
  readonly columns: Columns<never>;
}

/** What a controller of a list answers with. */
export type ListAnswer = string | StreamableFile;

/** One page of the list; of so much of the log, where it goes on a list that has begun. @throws {Problem} */
export type AskForPage = (page: Page, known: Known | null) => Promise<ListPage>;

/** @param day what the list is of, for the name of the file */
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
  // Before anything is sent, so that what is wrong with the question is answered as ever.
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

function writerOf(form: Exclude<Form, 'json'>, columns: Columns<never>): Writer {
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

/**
 * An error in the middle ends the connection instead of the answer, so that what is cut short is not taken for whole.
 */
function streamed(write: Writer, first: ListPage, ask: AskForPage, { raw }: FastifyReply): StreamableFile {
  raw.setTimeout(LONGEST_SILENCE_MS, () => raw.destroy());
  return new StreamableFile(Readable.from(pieces(write, first, ask), { objectMode: false }));
}

/**
 * A page is asked for only when what came before it has been taken; all are of what was known when the first one was
 * asked for.
 */
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

/** The same question with another cursor. */
function addressOfPage(address: string, cursor: string): string {
  const { pathname, searchParams } = new URL(address, 'http://ledger');
  searchParams.set('cursor', cursor);
  return `${pathname}?${searchParams.toString()}`;
}
