/** Sends a stream no faster than the client reads it, and cuts off a client that reads nothing. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

export type Piece = Uint8Array | string;

/**
 * Answers 200 with the pieces as they come. An error before the first piece is thrown, so that its answer is a problem.
 * A later error cuts the connection before the end of the body, so that the client does not take a part for the whole.
 */
export async function sendStream(
  request: FastifyRequest,
  reply: FastifyReply,
  headers: OutgoingHttpHeaders,
  pieces: AsyncGenerator<Piece>,
  idleMs: number,
): Promise<void> {
  let piece = await pieces.next();
  const response = beginStream(reply, headers);
  // Node restarts this clock whenever bytes leave.
  response.setTimeout(idleMs, () => response.destroy());
  try {
    for (; piece.done !== true && request.method !== 'HEAD' && !response.destroyed; piece = await pieces.next())
      await written(response, piece.value);
    response.end();
  } catch (err) {
    request.log.error({ err, reqId: request.id }, 'a stream broke off');
    response.destroy();
  } finally {
    await pieces.return(undefined);
  }
}

/** Takes the response from the framework, with the headers that are set so far. */
export function beginStream(reply: FastifyReply, headers: OutgoingHttpHeaders): ServerResponse {
  const set = reply.getHeaders() as OutgoingHttpHeaders;
  reply.hijack();
  // The headers keep proxies from collecting the pieces.
  reply.raw.writeHead(200, { ...set, 'cache-control': 'no-store', 'x-accel-buffering': 'no', ...headers });
  reply.raw.flushHeaders();
  return reply.raw;
}

/** Resolves when more may be written, or when the connection is gone. */
export async function written(response: ServerResponse, piece: Piece): Promise<void> {
  if (response.write(piece) || response.destroyed) return;
  await new Promise<void>((resolve) => {
    const resume = (): void => {
      response.off('drain', resume).off('close', resume);
      resolve();
    };
    response.on('drain', resume).on('close', resume);
  });
}
