/** What is verified: the events of a store or of an export, in log order, as they are found. Each can be read twice. */
import type { EventLog } from '#event-log';
import { EventUnreadable, openStoredRows } from '#event-log';
import type { EventTexts, FoundEvent } from '#transparency';
import { foundLine, foundRow, leafHash, leafOfLine, leafOfRow, quickLeaf, quickLineLeaf } from '#transparency';
import type { Store } from '#setup';
import { openStoreForReading, withoutPassword } from '#setup';
import type { ExportFile, ExportLine } from '../export/export-file.js';

export interface LoggedEvent {
  /** Of an event below a signed root; null where it has to be looked at closer. */
  quickHash(): Uint8Array | null;
  found(): FoundEvent;
  /** Null where it cannot be read. */
  stored(): StoredEvent | null;
}

export interface StoredEvent extends EventTexts {
  readonly position: string;
}

export interface LogSource {
  /** As sentences call it. */
  readonly name: string;
  /** @throws {LogUnavailable} the store cannot be reached */
  pages(): AsyncIterable<readonly LoggedEvent[]>;
  close(): Promise<void> | void;
}

/** The embedded store's file, as it is, beside a server that writes it. @throws {LogNotOpened} */
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

/** A store that is read through the port; behind an event that cannot be read it goes on. */
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

/** @throws {LogNotOpened} */
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

/** A line that says another index than its place stands where it does not belong, but the event is known. */
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

/** Lets what was asked meanwhile, Ctrl-C for one, come to its turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
