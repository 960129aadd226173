/** Limits of connections that carry a stream: how many there are, how long one may be idle, and their end at a stop. */
import type { OnModuleDestroy } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import { Problem } from './problem.js';

/** Settings of this process that streams need. */
export abstract class ConnectionSettings {
  /** A connection may be idle for so long, in ms. */
  abstract readonly idleMs: number;
  /** The one folder that the ledger may always write to. */
  abstract readonly dataDir: string;
}

/** The most streams that one process holds open at once. */
export const MOST_STREAMS = { live: 1000, import: 16 } as const;
export type StreamKind = keyof typeof MOST_STREAMS;

const RETRY_AFTER_S = 30;

@Injectable()
export class OpenStreams implements OnModuleDestroy {
  private readonly open = { live: new Set<AbortController>(), import: new Set<AbortController>() };
  private stopping = false;

  /**
   * Takes a place. The signal is aborted when the response is closed, or when the ledger stops. `isStopping` tells
   * which of the two happened.
   * @throws {Problem} 503 too-many-requests
   */
  take(kind: StreamKind, response: NodeJS.EventEmitter): AbortSignal {
    const streams = this.open[kind];
    if (streams.size >= MOST_STREAMS[kind]) throw tooMany(kind);
    const stream = new AbortController();
    streams.add(stream);
    response.once('close', () => {
      streams.delete(stream);
      stream.abort();
    });
    if (this.stopping) stream.abort();
    return stream.signal;
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  /** Nest calls this before it waits for open requests. */
  onModuleDestroy(): void {
    this.stopping = true;
    for (const streams of Object.values(this.open)) for (const stream of streams) stream.abort();
  }
}

function tooMany(kind: StreamKind): Problem {
  const what = {
    live:
      'live streams are open. Ask for the events that are stored, without "Accept: text/event-stream", or try ' +
      'again later',
    import: 'imports are under way. Send this one again later',
  }[kind];
  return new Problem('too-many-requests', `${MOST_STREAMS[kind]} ${what}; one process carries no more at once.`, {
    status: 503,
    headers: { 'retry-after': String(RETRY_AFTER_S) },
  });
}
