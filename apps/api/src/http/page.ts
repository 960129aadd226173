/** A list is asked for and answered page by page. */
import type { PageOf } from '#read-models';

/** Ready JSON text: rows hold the answer's text and reads pass it through. */
export type JsonText = string;

export interface Page {
  readonly limit: number;
  /** Opaque; from `nextCursor`. */
  readonly cursor: string | null;
}

/** A page, the members of the answer that stand beside its items, and how much of the log it was asked of. */
export type ListPage = PageOf<unknown> & { readonly shown?: object; readonly size?: number };
