/** What Node's HTTP parser refuses never becomes a request. The answer is written on the bare socket. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { PROBLEM_TYPE } from './media-types.js';
import { Problem } from './problem.js';
import { detailsOf } from './problem.filter.js';

export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  // An earlier request on this connection is still being answered. Its client must not take this answer for its own.
  const answering = (socket as { _httpMessage?: ServerResponse | null })._httpMessage;
  if (answering != null) {
    answering.once('finish', () => socket.end());
    return;
  }
  const problem =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new Problem('headers-too-large', 'The headers are larger than 16 KiB together. Send fewer or shorter ones.')
      : new Problem(
          'invalid',
          `This is not HTTP that can be read (${error.code ?? error.message}). Correct the request and send it again.`,
        );
  const body = JSON.stringify(detailsOf(problem));
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.slug}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ` +
      `${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
