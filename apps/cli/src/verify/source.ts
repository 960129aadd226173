/**
 * What is verified: the events of a store or an export, in log order, as they are found. A source can be read twice.
 */
import type { EventLog } from '#event-log';
import { EventUnreadable, openStoredRows } from '#event-log';
import type { EventTexts, FoundEvent } from '#transparency';
import { foundLine, foundRow, leafHash, leafOfLine, leafOfRow, quickLeaf, quickLineLeaf } from '#transparency';
import type { Store } from '#setup';
import { openStoreForReading, withoutPassword } from '#setup';
import type { ExportFile, ExportLine } from '../export/export-file.js';

export interface LoggedEvent {
  /** The leaf hash without a full check, for an event that a signed root covers; null when it needs the full check. */
  quickHash(): Uint8Array | null;
  found(): FoundEvent;
  /** Null when the event cannot be read. */
  stored(): StoredEvent | null;
}

export interface StoredEvent extends EventTexts {
  readonly position: string;
}

export interface LogSource {
  /** The name that messages use. */
  readonly name: string;
  /** @throws {LogUnavailable} the store cannot be reached */
  pages(): AsyncIterable<readonly LoggedEvent[]>;
  close(): Promise<void> | void;
}

/**
 * Reads the file of the embedded store as it is, also while a server writes to it.
 * @throws {LogNotOpened} the file cannot be opened
 */
export function sqliteSource(path: string): LogSource {
  const rows = openStoredRows(path);
  return {
    name: path,
    async *pages() {
      for (const page of rows.pages()) {
        yield page.map((row) => new RowEvent(row));
        await turn();
      }
      const damage = rows.damage();
      if (damage !== null) yield [unreadable(`SQLite cannot read on: ${damage}`)];
    },
    close: () => rows.close(),
  };
}

/** Reads a store through its port, and goes on after an event that cannot be read. */
export function logSource(name: string, log: EventLog): LogSource {
  return {
    name,
    async *pages() {
      for (let after: string | null = null; ;)
        try {
          for await (const page of log.readAll(after === null ? {} : { after }))
            yield page.map((event) => new RowEvent(event));
          return;
        } catch (error) {
          if (!(error instanceof EventUnreadable)) throw error;
          yield [unreadable(error.message, error.found)];
          after = error.found.position;
        }
    },
    close: () => log.close(),
  };
}

/** @throws {LogNotOpened} the store cannot be opened */
export const storeSource = async (store: Store): Promise<LogSource> =>
  store.kind === 'sqlite'
    ? sqliteSource(store.path)
    : logSource(withoutPassword(store.connectionString), await openStoreForReading(store));

export function exportSource(file: ExportFile): LogSource {
  return {
    name: file.path,
    async *pages() {
      let leafIndex = 0;
      for (const lines of file.pages()) {
        yield lines.map((line) => new LineEvent(line, leafIndex++));
        await turn();
      }
    },
    close: () => file.close(),
  };
}

class RowEvent implements LoggedEvent {
  constructor(
    private readonly row: { readonly [field in keyof EventTexts]: unknown } & { readonly position: string },
  ) {}

  quickHash(): Uint8Array | null {
    const leaf = quickLeaf(this.row);
    return leaf === null ? null : leafHash(leaf);
  }

  found(): FoundEvent {
    return foundRow(this.row);
  }

  stored(): StoredEvent | null {
    const leaf = leafOfRow(this.row);
    return leaf.wrong === undefined ? { ...leaf.event, position: this.row.position } : null;
  }
}

class LineEvent implements LoggedEvent {
  constructor(
    private readonly line: ExportLine,
    private readonly leafIndex: number,
  ) {}

  quickHash(): Uint8Array | null {
    const quick = this.line === null ? null : quickLineLeaf(this.line);
    return quick === null || quick.leafIndex !== this.leafIndex ? null : leafHash(quick.leaf);
  }

  found(): FoundEvent {
    return this.line === null ? wrong('the line is not UTF-8, or too long') : foundAt(this.line, this.leafIndex);
  }

  stored(): StoredEvent | null {
    const leaf = this.line === null ? null : leafOfLine(this.line);
    return leaf === null || leaf.wrong !== undefined || leaf.event.leafIndex !== this.leafIndex ? null : leaf.event;
  }
}

/** When a line names another index than its place, the line is wrong. Its event can still be named. */
export function foundAt(line: string, leafIndex: number): FoundEvent {
  const found = foundLine(line);
  if (found.wrong !== null) return found;
  const leaf = leafOfLine(line);
  if (leaf.wrong !== undefined || leaf.event.leafIndex === leafIndex) return found;
  return { ...found, leafHash: null, wrong: `its line says leafIndex ${leaf.event.leafIndex}` };
}

type Named = Pick<FoundEvent, 'id' | 'stream' | 'revision'>;
const UNNAMED: Named = { id: null, stream: null, revision: null };

const wrong = (words: string, { id, stream, revision } = UNNAMED): FoundEvent => ({
  leafHash: null,
  id,
  stream,
  revision,
  wrong: words,
});
const unreadable = (words: string, named = UNNAMED): LoggedEvent => ({
  quickHash: () => null,
  found: () => wrong(words, named),
  stored: () => null,
});

/** Lets other work run, Ctrl-C for example. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
