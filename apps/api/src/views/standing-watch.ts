/**
 * The standing watch reads the log again and again at a limited rate, and compares it with the tree. It runs in the
 * thread that follows the log.
 */
import type { EventLog } from '#event-log';
import { EventUnreadable, LogUnavailable, pause } from '#event-log';
import type { ReadModels } from '#read-models';
import type { Difference, FoundEvent, TrustedLog } from '#transparency';
import { ComparedLog, foundRow, TILE_HASHES } from '#transparency';

/** How far the watch is. It is plain data, so that it can go to another thread. */
export interface Watched {
  /** Events compared since the start. */
  readonly checked: number;
  /** How often the whole log was compared. */
  readonly passes: number;
  /** Leaf index of the next event. */
  readonly next: number;
  readonly lastPassFinishedAt: string | null;
  /** The first event that is not as it was recorded. It stays until a whole pass finds nothing wrong. */
  readonly firstWrong: Difference | null;
  /** Why the watch does not get on; null while it does. */
  readonly trouble: string | null;
}

export const NOTHING_WATCHED: Watched = {
  checked: 0,
  passes: 0,
  next: 0,
  lastPassFinishedAt: null,
  firstWrong: null,
  trouble: null,
};

export type TreeAlone = Pick<ReadModels, 'tree' | 'leaves'>;

const PAGE_EVENTS = 100;
export interface Timing {
  readonly betweenPassesMs: number;
  /** What seems wrong is checked again after each of these. A store may be behind for a moment after a reconnect. */
  readonly confirmAfterMs: readonly number[];
}
const TIMING: Timing = { betweenPassesMs: 3000, confirmAfterMs: [500, 2000] };
/** Events that are read at once to tell what is wrong. */
const LOOK_AHEAD = 1000;
/** The watch rests while the views are behind, up to the longest rest. */
const REST_MS = 100;
const LONGEST_REST_MS = 30_000;
const AGAIN_MS = 5000;

interface Place {
  readonly found: FoundEvent;
  /** Null for an event that cannot be read. */
  readonly position: string | null;
}

export class StandingWatch {
  private state = NOTHING_WATCHED;

  /** @param isBehind whether the views have something to catch up with */
  constructor(
    private readonly log: EventLog,
    private readonly trusted: TreeAlone,
    private readonly rate: number,
    private readonly isBehind: () => boolean,
    private readonly report: (watched: Watched) => void,
    private readonly timing = TIMING,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.pass(signal);
        await pause(this.timing.betweenPassesMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.tell({ trouble: `the log cannot be compared with the tree: ${(error as Error).message}` });
        await pause(AGAIN_MS, signal);
      }
    }
  }

  /** Compares all events that the views hold at its beginning, or those up to the first that differs. */
  private async pass(signal: AbortSignal): Promise<void> {
    const trusted = trustedBy(this.trusted);
    let compared = new ComparedLog(trusted);
    let after: string | null = null;
    while (compared.next < trusted.size) {
      await this.rest(signal);
      const began = performance.now();
      const at: number = compared.next;
      const { places, ended } = await this.read(after, Math.max(1, Math.min(PAGE_EVENTS, this.rate)));
      if (signal.aborted) return;
      let good = 0;
      for (const { found, position } of places) {
        compared.compare(found);
        if (compared.differs) break;
        after = position;
        good++;
      }
      if (compared.differs || (ended && compared.next < trusted.size)) {
        const difference = await this.confirmed(after, at + good, signal);
        if (signal.aborted) return;
        if (difference !== null)
          return this.tell({ firstWrong: difference, next: difference.first.leafIndex, trouble: null });
        compared = new ComparedLog(trusted, at + good);
      }
      this.tell({ checked: this.state.checked + good, next: compared.next, trouble: null });
      await pause((places.length * 1000) / this.rate - (performance.now() - began), signal);
      if (signal.aborted) return;
    }
    if (trusted.size > 0)
      this.tell({ passes: this.state.passes + 1, lastPassFinishedAt: new Date().toISOString(), firstWrong: null });
  }

  /** What differs from `at` on, if it still differs at each check; otherwise null. */
  private async confirmed(after: string | null, at: number, signal: AbortSignal): Promise<Difference | null> {
    let difference: Difference | null = null;
    for (const ms of this.timing.confirmAfterMs) {
      await pause(ms, signal);
      if (signal.aborted) return null;
      const compared = new ComparedLog(trustedBy(this.trusted), at);
      const { places, ended } = await this.read(after, LOOK_AHEAD);
      difference = null;
      for (const { found } of places) difference ??= compared.compare(found);
      difference ??= ended ? compared.end() : compared.soFar();
      if (difference === null) return null;
    }
    return difference;
  }

  /**
   * The next events. One that cannot be read is the last of them, since nothing is known of what follows it.
   * @throws {LogUnavailable} the store cannot be reached
   */
  private async read(
    after: string | null,
    limit: number,
  ): Promise<{ readonly places: Place[]; readonly ended: boolean }> {
    try {
      const places: Place[] = [];
      for await (const page of this.log.readAll({ limit, ...(after === null ? {} : { after }) }))
        // drops the texts, page by page
        for (const event of page) places.push({ found: foundRow(event), position: event.position });
      return { places, ended: places.length < limit };
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      if (limit === 1) return { places: [{ found: unreadable(error as Error), position: null }], ended: false };
    }
    const all: Place[] = [];
    while (all.length < limit) {
      const { places, ended } = await this.read(all.at(-1)?.position ?? after, 1);
      all.push(...places);
      if (ended || all.at(-1)!.position === null) return { places: all, ended };
    }
    return { places: all, ended: false };
  }

  private async rest(signal: AbortSignal): Promise<void> {
    for (let rested = 0; this.isBehind() && rested < LONGEST_REST_MS && !signal.aborted; rested += REST_MS)
      await pause(REST_MS, signal);
  }

  private tell(news: Partial<Watched>): void {
    this.state = { ...this.state, ...news };
    this.report(this.state);
  }
}

/** What the views hold at this moment. A tile is read once for all of its leaves. */
function trustedBy({ tree, leaves }: TreeAlone): TrustedLog {
  let tile: { readonly from: number; readonly hashes: readonly Buffer[] } = { from: 0, hashes: [] };
  return {
    size: tree.size(),
    leafHash(leafIndex) {
      const known = tile.hashes[leafIndex - tile.from];
      if (known !== undefined) return known;
      tile = { from: leafIndex, hashes: tree.leafHashes(leafIndex, TILE_HASHES) };
      return tile.hashes[0] ?? null;
    },
    identity(leafIndex) {
      const event = leaves.identity(leafIndex);
      return event === null ? null : { id: event.id, stream: event.stream, revision: event.revision };
    },
  };
}

/** Whether the store answers with something that is no event, or its file is damaged at that place. */
function isUnreadable(error: unknown): boolean {
  if (!(error instanceof LogUnavailable) || error instanceof EventUnreadable) return true;
  const { code = '' } = (error.cause ?? {}) as { readonly code?: string };
  return /^SQLITE_(CORRUPT|NOTADB)/.test(code);
}

function unreadable(error: Error): FoundEvent {
  const { id, stream, revision } =
    error instanceof EventUnreadable ? error.found : { id: null, stream: null, revision: null };
  return { leafHash: null, id, stream, revision, wrong: error.message };
}
