import type { LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * A connection that has said nothing, or stopped in the middle of a request, counts as busy to Node; it is cut off
 * after this.
 */
const LONGEST_STOP_MS = 5000;

/**
 * Answers what is in flight. A connection that was busy when closing began is idle afterwards, and nobody but us lets
 * go of it.
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

/** Nest tells an error of a shutdown hook to its logger and to nobody else. */
class ShutdownErrors implements LoggerService {
  readonly found: unknown[] = [];

  error(error: unknown): void {
    this.found.push(error);
  }
  warn(): void {}
  log(): void {}
}
