import type { LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Node counts a connection as busy when it has sent nothing, or half a request. It is cut off after this time. */
const LONGEST_STOP_MS = 5000;

/**
 * Closes the server once requests in flight are answered. A connection that was busy when closing began is idle
 * afterwards, and Node does not close it by itself.
 * @throws {AggregateError} something could not be closed in order
 */
export async function closeServer(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const letGo = setInterval(() => server.closeIdleConnections(), 20);
  const cut = setTimeout(() => server.closeAllConnections(), LONGEST_STOP_MS);
  const errors = new ShutdownErrors();
  app.useLogger(errors);
  try {
    await app.close();
  } finally {
    clearInterval(letGo);
    clearTimeout(cut);
    app.useLogger(false);
  }
  if (errors.found.length > 0)
    throw new AggregateError(
      errors.found,
      `The ledger could not be closed in order: ${errors.found.map(String).join('; ')}`,
    );
}

/** Collects the errors of shutdown hooks, which Nest gives only to its logger. */
class ShutdownErrors implements LoggerService {
  readonly found: unknown[] = [];

  error(error: unknown): void {
    this.found.push(error);
  }
  warn(): void {}
  log(): void {}
}
