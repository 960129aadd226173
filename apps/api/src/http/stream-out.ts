/** Sends a stream no faster than it is taken, and cuts off whoever takes nothing. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

export type Piece = Uint8Array | string;

/**
 * Answers 200 with the pieces as they come. What fails before the first piece is thrown, to be answered as a problem;
 * what fails later ends the
 * connection before the end of the body, so that nobody takes a part for the whole.
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
  // Node restarts its clock for as long as bytes leave.
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

/** Takes the response out of the framework's hands, with the headers that it has set so far. */
export function beginStream(reply: FastifyReply, headers: OutgoingHttpHeaders): ServerResponse {
  const set = reply.getHeaders() as OutgoingHttpHeaders;
  reply.hijack();
  // Proxies would hold back what comes piece by piece.
  reply.raw.writeHead(200, { ...set, 'cache-control': 'no-store', 'x-accel-buffering': 'no', ...headers });
  reply.raw.flushHeaders();
  return reply.raw;
}

/** Resolves once more may be written; also when the connection is gone. */
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
