/**
 * A log held, event for event, against leaf hashes that are trusted: finds the first place at which it differs, and
 * how. It is read once, in
 * memory that does not grow with it.
 */
import { flawOfString, shown } from './canonical-text.js';
import type { LeafOf, LeafWrong } from './checked-leaf.js';
import { leafOfLine, leafOfRow } from './checked-leaf.js';
import type { EventTexts } from './leaf.js';
import { leafHash } from './leaf.js';

export interface Identity {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
}

/** What is known of the log from elsewhere. Asked for ever greater indices. */
export interface TrustedLog {
  /** Leaves that are known; what a store holds beyond them is not judged. */
  readonly size: number;
  leafHash(leafIndex: number): Uint8Array | null;
  /** Null where it is not known. Then the event is known by its hash alone. */
  identity(leafIndex: number): Identity | null;
}

/** An event as it was found; who can name it nothing of the kind leaves null in its place. */
export interface FoundEvent {
  /** Null where it cannot be read. */
  readonly leafHash: Uint8Array | null;
  readonly id: string | null;
  readonly stream: string | null;
  readonly revision: number | null;
  /** Why it cannot be read, in words; null where it can. */
  readonly wrong: string | null;
}

/** A row that cannot be read is an altered event (docs/stored-bytes.md). */
export type DifferenceKind = 'altered' | 'removed' | 'inserted' | 'reordered' | 'truncated';

export interface Difference {
  readonly kind: DifferenceKind;
  /**
   * The smallest leaf index at which the log differs, and the event that is to stand there; of an inserted event, what
   * was inserted.
   */
  readonly first: {
    readonly leafIndex: number;
    readonly id: string | null;
    readonly stream: string | null;
    readonly revision: number | null;
  };
  /** A sentence without its end. */
  readonly detail: string;
}

/** A row as a store holds it. */
export const foundRow = (row: { readonly [field in keyof EventTexts]: unknown }): FoundEvent =>
  found(leafOfRow(row), row);

/** Of an export. */
export const foundLine = (line: string): FoundEvent => found(leafOfLine(line), {});

function found(
  leaf: LeafOf<EventTexts> | LeafWrong,
  given: { readonly [field in keyof EventTexts]?: unknown },
): FoundEvent {
  if (leaf.wrong === undefined) {
    const { id, stream, revision } = leaf.event;
    return { leafHash: leafHash(leaf.leaf), id, stream, revision, wrong: null };
  }
  const text = (value: unknown): string | null =>
    typeof value === 'string' && flawOfString(value, '') === undefined ? value : null;
  const revision = typeof given.revision === 'number' ? given.revision : null;
  return { leafHash: null, id: text(given.id), stream: text(given.stream), revision, wrong: leaf.wrong };
}

/**
 * The first event that differs. Whether the one that stood there comes later on, and the one that stands there did,
 * tells what happened.
 */
interface Suspect {
  readonly leafIndex: number;
  readonly found: FoundEvent;
  readonly expected: Identity | null;
  readonly expectedHash: Uint8Array | null;
  comesLater: boolean;
  wasLater: boolean;
}

export class ComparedLog {
  private suspect: Suspect | null = null;

  /** @param at leaf index of the first event that will be given */
  constructor(
    private readonly trusted: TrustedLog,
    private at = 0,
  ) {}

  /** Leaf index of the event that comes next. */
  get next(): number {
    return this.at;
  }

  /** Whether a difference was found, of whatever kind. */
  get differs(): boolean {
    return this.suspect !== null;
  }

  /**
   * The next event of the log. Null while all is as it should be, or while it is not yet sure what happened: then
   * further events tell.
   */
  compare(event: FoundEvent): Difference | null {
    const leafIndex = this.at++;
    if (this.suspect === null) {
      if (leafIndex >= this.trusted.size) return null;
      const expectedHash = this.trusted.leafHash(leafIndex);
      if (isSame(event.leafHash, expectedHash)) return null;
      const expected = this.trusted.identity(leafIndex);
      this.suspect = { leafIndex, found: event, expected, expectedHash, comesLater: false, wasLater: false };
      return expected !== null && event.id === expected.id ? difference(this.suspect) : null;
    }
    const { suspect } = this;
    const { expected, expectedHash } = suspect;
    suspect.comesLater ||= expected === null ? isSame(event.leafHash, expectedHash) : event.id === expected.id;
    this.look(suspect, leafIndex);
    return suspect.comesLater && suspect.wasLater ? difference(suspect) : null;
  }

  /** The log ends here. */
  end(): Difference | null {
    if (this.suspect === null) return this.at < this.trusted.size ? truncated(this.trusted, this.at) : null;
    for (let leafIndex = this.at; leafIndex < this.trusted.size && !this.suspect.wasLater; leafIndex++)
      this.look(this.suspect, leafIndex);
    return difference(this.suspect);
  }

  /**
   * What seems to have happened, by the events so far; null where nothing differs. An event that was moved further than
   * that seems removed.
   */
  soFar(): Difference | null {
    return this.suspect === null ? null : difference(this.suspect);
  }

  private look(suspect: Suspect, leafIndex: number): void {
    if (suspect.wasLater || leafIndex >= this.trusted.size) return;
    const identity = this.trusted.identity(leafIndex);
    const { found } = suspect;
    suspect.wasLater =
      identity === null ? isSame(found.leafHash, this.trusted.leafHash(leafIndex)) : identity.id === found.id;
  }
}

const isSame = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a !== null && b !== null && Buffer.compare(a, b) === 0;

const UNKNOWN = { id: null, stream: null, revision: null };

const named = ({ stream, revision, id }: Pick<FoundEvent, keyof Identity>): string =>
  `${shown(stream ?? '')}, revision ${revision}, id ${id}`;

function truncated(trusted: TrustedLog, leafIndex: number): Difference {
  const first = { leafIndex, ...(trusted.identity(leafIndex) ?? UNKNOWN) };
  return { kind: 'truncated', first, detail: `the log ends after ${leafIndex} events, and there were ${trusted.size}` };
}

function difference({ leafIndex, found, expected, comesLater, wasLater }: Suspect): Difference {
  const { id, stream, revision, wrong } = found;
  const first = { leafIndex, ...(expected ?? UNKNOWN) };
  const event = `event ${leafIndex}${expected === null ? '' : ` (${named(expected)})`}`;
  const other = wrong === null ? `another event (${named(found)})` : `an event that cannot be read (${wrong})`;
  if (expected?.id === id && expected !== null)
    return {
      kind: 'altered',
      first,
      detail: wrong === null ? `${event} is not as it was recorded` : `${event} cannot be read: ${wrong}`,
    };
  if (comesLater && wasLater)
    return { kind: 'reordered', first, detail: `${event} comes later than it was recorded; ${other} has its place` };
  if (comesLater) {
    const inserted = { leafIndex, id, stream, revision };
    return {
      kind: 'inserted',
      first: inserted,
      detail: `${other} stands before ${event} and was never recorded there`,
    };
  }
  if (wasLater) return { kind: 'removed', first, detail: `${event} is gone; ${other} has its place` };
  return {
    kind: 'altered',
    first,
    detail: `${event} is gone, and ${other}, which was never recorded there, has its place`,
  };
}
