/** Pages of lists, as the handlers of queries know them. */
import type { PageOf } from '#read-models';

/** JSON text as it is sent. The views hold the text of answers, and a read passes it on. */
export type JsonText = string;

export interface Page {
  readonly limit: number;
  /** Opaque, from `nextCursor`; null for the first page. */
  readonly cursor: string | null;
}

/** A page; `shown` are the members of the answer beside its items, `size` is how much of the log it is of. */
export type ListPage = PageOf<unknown> & { readonly shown?: object; readonly size?: number };
