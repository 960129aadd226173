/**
 * What an EventStoreDB 23.10 keeps and decides, in memory: streams, expected revisions, repeated appends, and
 * positions. Each rule was seen on the server.
 */

export type Expected = 'any' | 'no_stream' | 'stream_exists' | number;

export interface ProposedRecord {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Buffer;
  readonly metadata: Buffer;
}

export interface StoredRecord extends ProposedRecord {
  readonly stream: string;
  readonly revision: number;
  /** Commit and prepare position, which are equal. */
  readonly position: bigint;
  readonly created: Date;
}

export type Outcome =
  | { readonly result: 'success'; readonly revision: number | null; readonly position: bigint }
  | { readonly result: 'wrong-expected-version'; readonly current: number | null };

/** Where a read begins. A bigint is a position in the log, a number is a revision. */
export type From = 'start' | 'end' | bigint | number;

export interface Page {
  readonly from: From;
  readonly backwards: boolean;
  readonly count: number;
}

/** Positions grow by the space that an event takes in the log: its bytes, and this. */
const OVERHEAD = 100n;

export class Streams {
  /** Everything stored, in log order. */
  readonly log: StoredRecord[] = [];
  private readonly streams = new Map<string, StoredRecord[]>();
  /**
   * For deleted streams: events before this revision cannot be read from the stream any more. They stay in the log
   * until they are scavenged.
   */
  private readonly deletedBefore = new Map<string, number>();
  /** The first event with an id, in any stream. The server remembers no other. */
  private readonly firstOfId = new Map<string, StoredRecord>();
  private readonly indexes = new Map<bigint, number>();
  private end = OVERHEAD;

  append(stream: string, events: readonly ProposedRecord[], expected: Expected): Outcome {
    const known = this.streams.get(stream) ?? [];
    const current = known.length - 1;
    const wrong: Outcome = { result: 'wrong-expected-version', current: current < 0 ? null : current };
    const again = ({ revision, position }: StoredRecord): Outcome => ({ result: 'success', revision, position });
    if (expected === 'stream_exists' && current < 0) return wrong;
    if (expected === 'any' || expected === 'stream_exists') {
      const before = events
        .map(({ id }) => this.firstOfId.get(id))
        .map((each) => (each?.stream === stream ? each : undefined));
      if (before[0] === undefined) return this.store(stream, events);
      return before.includes(undefined) ? wrong : again(before.at(-1)!);
    }
    const isDeleted = this.deletedBefore.get(stream) === known.length;
    const after = expected !== 'no_stream' ? expected : isDeleted ? current : -1;
    if (after === current) return this.store(stream, events); // even if the same events come before
    if (after > current || events.length === 0) return wrong;
    return events.every(({ id }, i) => known[after + 1 + i]?.id === id) ? again(known[after + events.length]!) : wrong;
  }

  /** A soft delete, as EventStoreDB calls it: the stream's metadata say that it is deleted. */
  delete(stream: string, metadata: ProposedRecord): bigint {
    this.deletedBefore.set(stream, this.streams.get(stream)?.length ?? 0);
    return this.store(`$$${stream}`, [metadata]).position;
  }

  private store(stream: string, events: readonly ProposedRecord[]): Extract<Outcome, { result: 'success' }> {
    const stored = this.streams.get(stream) ?? [];
    let position = this.end;
    if (events.length === 0) this.end += OVERHEAD; // an append of nothing takes a position too
    for (const event of events) {
      position = this.end;
      this.end += OVERHEAD + BigInt(event.data.length + event.metadata.length);
      const record = { ...event, stream, revision: stored.length, position, created: new Date() };
      stored.push(record);
      this.indexes.set(position, this.log.push(record) - 1);
      if (!this.firstOfId.has(event.id)) this.firstOfId.set(event.id, record);
    }
    if (stored.length > 0) this.streams.set(stream, stored);
    return { result: 'success', revision: stored.length === 0 ? null : stored.length - 1, position };
  }

  /** Null when there is no such stream; 'error' when the server refuses such a read. */
  readStream(stream: string, { from, backwards, count }: Page): readonly StoredRecord[] | null | 'error' {
    const records = this.streams.get(stream);
    if (count === 0 || (from === 'end' && !backwards)) return 'error';
    if (records === undefined) return null;
    const lowest = this.deletedBefore.get(stream) ?? 0;
    if (lowest === records.length) return null;
    const first = from === 'start' ? lowest : from === 'end' ? records.length - 1 : Math.max(lowest, Number(from));
    return backwards
      ? records.slice(Math.max(lowest, first + 1 - count), first + 1).reverse()
      : records.slice(first, first + count);
  }

  /** Forwards it includes the event at the position, backwards it does not. 'error' when no record begins there. */
  readAll(
    { from, backwards, count }: Page,
    matches: (record: StoredRecord) => boolean = () => true,
  ): readonly StoredRecord[] | 'error' {
    const index = this.indexAt(from);
    if (index === null || (backwards && typeof from === 'bigint' && this.isBeyond(from))) return 'error';
    const side = backwards ? this.log.slice(0, index).reverse() : this.log.slice(index);
    return side.filter(matches).slice(0, count);
  }

  /** Null when no record begins at the position. A position beyond the end means the end. */
  indexAt(from: From): number | null {
    if (from === 'start' || from === 0n) return 0;
    if (from === 'end' || this.isBeyond(BigInt(from))) return this.log.length;
    return this.indexes.get(BigInt(from)) ?? null;
  }

  private isBeyond(position: bigint): boolean {
    return position > (this.log.at(-1)?.position ?? 0n);
  }
}
