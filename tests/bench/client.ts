/**
 * A load client that costs little itself: keep-alive sockets, ready request bytes, and one request in flight per
 * connection.
 */
import { connect } from 'node:net';

export interface Load {
  /** Requests answered per second. */
  readonly perSecond: number;
  /** Number of answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
}

export const requestBytes = (
  method: string,
  path: string,
  host: string,
  headers: Record<string, string> = {},
  body = '',
): Buffer =>
  Buffer.from(
    [
      `${method} ${path} HTTP/1.1`,
      `Host: ${host}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      ...(method === 'GET' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
      '',
      body,
    ].join('\r\n'),
  ).subarray();

/** Sends what `next` gives over each connection. The next request follows each answer, until `next` gives null. */
export async function load(
  url: string,
  connections: number,
  next: (connection: number) => Buffer | null,
): Promise<Load> {
  const { hostname, port } = new URL(url);
  const statuses = new Map<number, number>();
  const began = performance.now();
  await Promise.all(
    Array.from(
      { length: connections },
      (_, n) =>
        new Promise<void>((resolve, reject) => {
          const socket = connect(Number(port), hostname);
          socket.setNoDelay(true);
          let pending = Buffer.alloc(0);
          const send = (): void => {
            const request = next(n);
            if (request === null) socket.end(resolve);
            else socket.write(request);
          };
          socket.on('connect', send);
          socket.on('error', reject);
          socket.on('data', (chunk) => {
            pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
            const head = pending.indexOf('\r\n\r\n');
            if (head < 0) return;
            const headers = pending.toString('latin1', 0, head);
            const length = Number(/content-length: (\d+)/i.exec(headers)?.[1] ?? 0); // a 304 has none
            if (pending.length < head + 4 + length) return;
            const status = Number(headers.slice(9, 12));
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            pending = Buffer.alloc(0);
            send();
          });
        }),
    ),
  );
  const answered = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  return { perSecond: (answered / (performance.now() - began)) * 1000, statuses };
}

/** Sends the same request over and over, for `ms` milliseconds. */
export function loadFor(url: string, connections: number, ms: number, request: Buffer): Promise<Load> {
  const until = performance.now() + ms;
  return load(url, connections, () => (performance.now() < until ? request : null));
}
